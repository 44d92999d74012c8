/** A catalog with the real rules and providers and a few hand-made models, and scenarios to judge on it. */

import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ApiModel, Catalog, LicenceTerms, OpenModel, QualityMetric } from '../../../src/engine/catalog.ts';
import { judgeGates } from '../../../src/engine/gates/index.ts';
import type { Gate } from '../../../src/engine/result.ts';
import type {
  ApiOption,
  HybridOption,
  QuotedOption,
  Rental,
  Requirements,
  Scenario,
  ScenarioOption,
  SelfHostOption,
  Workload,
} from '../../../src/engine/scenario.ts';
import { providersFile } from '../../../src/schema/pricing-providers.ts';
import { needsFile, rulesFile } from '../../../src/schema/pricing-rules.ts';
import { apiModel } from '../../helpers/api-model.ts';

export const TODAY = '2026-11-24';
const SOURCED = { source: 'https://example.org/', checked: '2026-11-01' };

const read = (path: string): unknown => parse(readFileSync(`pricing/${path}`, 'utf8'));
const ruleFiles = readdirSync('pricing/rules').filter((name) => name !== 'needs.yaml');

export const licence = (change: Partial<LicenceTerms> = {}): LicenceTerms => ({
  name: 'Apache-2.0',
  spdx: 'Apache-2.0',
  commercial: 'yes',
  max_monthly_active_users: null,
  max_monthly_revenue_usd: null,
  excluded_domiciles: [],
  attribution: null,
  ...SOURCED,
  ...change,
});

const openModel = (id: string, terms: Partial<LicenceTerms>, change: Partial<OpenModel> = {}): OpenModel => ({
  id,
  label: id,
  family: id,
  aliases: [],
  modality: 'text',
  released: null,
  total_params_b: 70,
  active_params_b: 70,
  architecture: null,
  context_tokens: 131_072,
  native_precision: 'bf16',
  weights_gb: {},
  work_unit: null,
  published_work_per_s: [],
  licence: licence(terms),
  sources: [SOURCED],
  ...change,
});

const model = (id: string, open_model: string | null, change: Partial<ApiModel> = {}): ApiModel => {
  const [provider = '', name = ''] = id.split('/');
  return apiModel([], { provider, model: name, open_model, context_tokens: 128_000, max_output_tokens: 16_384, ...change });
};

export const arena: QualityMetric = {
  id: 'lmarena_text',
  label: 'LMArena text',
  unit: 'Elo',
  better: 'higher',
  licence: 'MPL-2.0',
  as_of: '2025-08-06',
  figures: [
    { model: 'openai/gpt-4o', value: 1340, ...SOURCED },
    { model: 'llama-3.3-70b', value: 1256, ...SOURCED },
  ],
};

export const catalog: Catalog = {
  schema_version: 1,
  hash: 'test',
  newest_checked: '2026-11-01',
  api: [
    model('openai/gpt-4o', null),
    model('openai/whisper-1', null, { modality: 'speech_to_text' }),
    model('azure/gpt-4o', null),
    model('anthropic/claude-fable-5', null),
    model('anthropic/claude-sonnet-5', null),
    model('groq/llama-3.3-70b', 'llama-3.3-70b'),
    model('together/llama-3.3-70b', 'llama-3.3-70b'),
    model('together/llama-4-scout', 'llama-4-scout'),
    model('x_ai/grok-4', null),
    model('deepseek/deepseek-chat', null),
  ],
  rental: [],
  hardware: [],
  models: [
    openModel('llama-3.3-70b', {
      name: 'Llama 3.3 Community License',
      commercial: 'conditional',
      max_monthly_active_users: 700_000_000,
      attribution: 'Built with Llama',
    }),
    openModel('llama-4-scout', {
      name: 'Llama 4 Community License',
      commercial: 'conditional',
      max_monthly_active_users: 700_000_000,
      excluded_domiciles: ['eu'],
    }),
    openModel('mistral-7b', {}, { context_tokens: 32_768 }),
    openModel('sdxl-turbo', { name: 'SDXL-Turbo research licence', commercial: 'no' }, { modality: 'image' }),
    openModel('devstral-2-123b', { name: 'modified MIT', commercial: 'conditional', max_monthly_revenue_usd: 20_000_000 }),
  ],
  rules: ruleFiles.flatMap((name) => rulesFile.parse(read(`rules/${name}`)).items),
  needs: needsFile.parse(read('rules/needs.yaml')).items,
  providers: readdirSync('pricing/providers').flatMap((name) => providersFile.parse(read(`providers/${name}`)).items),
  quality: [arena],
  assumptions: [],
  fx: [],
};

const base = { label: null, tokens: null, one_off_usd: 0, latency: null, availability: null };

export const api = (id: string, offer: string, change: Partial<ApiOption> = {}): ApiOption => ({
  ...base,
  id,
  kind: catalog.api.find((model) => model.id === offer)?.open_model ? 'hosted_open' : 'cloud_api',
  offer,
  discount: 0,
  price_factor: 1,
  region: null,
  service_tier: 'standard',
  rate_limit: null,
  billing: { kind: 'tokens' },
  commit: null,
  ...change,
});

const selfHost = (
  id: string,
  hosting: SelfHostOption['self_host']['hosting'],
  change: Partial<SelfHostOption['self_host']>,
  more: Partial<SelfHostOption>,
): SelfHostOption => ({
  ...base,
  id,
  kind: 'self_host',
  throughput: null,
  throughput_factor: 1,
  self_host: {
    model: 'mistral-7b',
    quantization: 'fp8',
    gpu: 'h100-80gb',
    gpus_per_replica: 1,
    hosting,
    redundancy: 'none',
    scaling: 'fixed',
    context_tokens: null,
    concurrency_per_replica: null,
    kv_quantization: null,
    region: null,
    cold_start_s: null,
    keep_alive_s: null,
    storage_gb: null,
    egress_gb_per_month: null,
    model_refresh_usd_per_month: 0,
    max_replicas: null,
    ...change,
  },
  ...more,
});

export const rented = (id: string, cloud: string, change: Partial<SelfHostOption['self_host']> = {}, more: Partial<SelfHostOption> = {}): SelfHostOption => {
  const rental: Rental = { kind: 'offer', cloud, billing: 'on_demand', region: null, node_gpus: null, usd_per_gpu_hour: null };
  return selfHost(id, { kind: 'rented', rental }, change, more);
};

export const custom = (id: string, provider: string | null): SelfHostOption =>
  selfHost(id, { kind: 'rented', rental: { kind: 'custom', provider, usd_per_gpu_hour: 2, node_gpus: 1, term_months: 0, interruptions_per_month: 0 } }, {}, {});

export const owned = (id: string, change: Partial<SelfHostOption['self_host']> = {}, more: Partial<SelfHostOption> = {}): SelfHostOption =>
  selfHost(
    id,
    {
      kind: 'owned',
      owned: {
        usd_per_gpu: null,
        node_gpus: 1,
        life_months: null,
        residual: 0,
        watts_per_gpu: null,
        idle_watts_per_gpu: null,
        usd_per_kwh: null,
        pue: null,
        colo_usd_per_kw_month: null,
        gpus: null,
      },
    },
    change,
    more,
  );

export const hybrid = (
  id: string,
  small: string,
  large: string,
  change: Partial<HybridOption['hybrid']> = {},
  more: Partial<HybridOption> = {},
): HybridOption => ({
  ...base,
  id,
  kind: 'hybrid',
  hybrid: {
    small,
    large,
    escalate: 0.2,
    mode: 'cascade',
    judge: { usd_per_request: 0 },
    escalated_tokens_ratio: 1,
    keep: { small: [], large: [] },
    calibration: null,
    ...change,
  },
  ...more,
});

export const quoted = (id: string, as: QuotedOption['quoted']['as'], provider: string | null = null): QuotedOption => ({
  ...base,
  id,
  kind: 'quoted',
  quoted: { as, usd_per_request: 0.01, monthly_usd: null, provider, source: null },
});

const requirements: Requirements = {
  data: [],
  regimes: [],
  use: [],
  residency: null,
  data_sovereignty: null,
  frontier_reasoning: null,
  quality: null,
  control: [],
  have: {},
  lack: {},
  organisation: [],
  accept_unknown: [],
  strict: [],
  licensee: { domicile: null, monthly_active_users: null, monthly_revenue_usd: null, commercial: true },
};

const workload: Workload = {
  modality: 'text',
  requests_per_month: 500_000,
  growth_per_month: 0,
  tokens: { input: 1_000, output: 300, reasoning: 0, cached_input: 0, cache_write: 0 },
  audio: null,
  images: null,
  profile: null,
  shape: null,
  batchable: 0,
  slo: { ttft_p95_ms: null, tpot_p95_ms: null, availability: null },
};

export interface Change {
  readonly requirements?: Partial<Requirements>;
  readonly workload?: Partial<Workload>;
  readonly engineers?: number | null;
  readonly horizon_months?: number;
}

export const scenario = (options: readonly ScenarioOption[], change: Change = {}): Scenario => ({
  version: 1,
  name: 'test',
  pricing: { as_of: null },
  horizon_months: change.horizon_months ?? 12,
  baseline: null,
  workload: { ...workload, ...change.workload },
  requirements: { ...requirements, ...change.requirements },
  team: { engineers: change.engineers ?? null, loaded_cost_usd_per_year: null, self_host_fte: null, api_fte: null },
  options,
  decision_rule: { margin: 0.1 },
  price_trend_per_year: 0,
  currency: null,
  what_if: {},
  policies: {},
});

/** The gates of a scenario that asks `needs` of these options, today. */
export const gatesOf = (options: readonly ScenarioOption[], change: Change['requirements'] = {}, more: Omit<Change, 'requirements'> = {}): Gate[] =>
  judgeGates(scenario(options, { ...more, requirements: change }), catalog, TODAY);

export const gate = (gates: readonly Gate[], option: string, rule: string, leg: string | null = null): Gate => {
  const found = gates.filter((each) => each.option_id === option && each.rule === rule && each.leg === leg);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} gates ${rule} of ${option}${leg ? `, leg ${leg}` : ''}`);
  return found[0];
};

export const blocked = (gates: readonly Gate[], option: string): boolean => gates.some((each) => each.option_id === option && each.blocks);
