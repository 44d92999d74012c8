/** A small catalog and good scenarios, so that loading is tested apart from the real prices. */

import type { Catalog } from '../../src/engine/catalog.ts';
import { apiModel } from '../helpers/api-model.ts';

const SOURCED = { source: 'https://example.com/', checked: '2026-11-01' };

function api(provider: string, model: string, aliases: readonly string[] = []) {
  return apiModel([{ ...SOURCED, from: null, rates: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } }], { provider, model, aliases });
}

function rental(cloud: string, billing: string) {
  const prices = [{ ...SOURCED, from: null, usd_per_gpu_hour: 2 }];
  return { cloud, gpu: 'h100-80gb', billing, term_months: 0, node_gpus: 1, region: null, interruptions_per_month: null, prices };
}

const FREE = { verdict: 'none', needs: [] };

function rule(regime: string, data_class: string | null, use: string | null) {
  const id = `${regime}.${data_class ?? use}`;
  return { id, regime, data_class, use, from_date: null, third_party_api: FREE, rented_gpu: FREE, owned_gpu: FREE, note: null, sources: [SOURCED] };
}

/** Only what loading looks at is filled in with care. */
export const catalog = {
  schema_version: 1,
  hash: 'test',
  newest_checked: '2026-11-01',
  api: [api('openai', 'gpt-4o', ['gpt-4o-2024-11-20']), api('openai', 'gpt-4o-mini'), api('together', 'llama-3.3-70b'), api('openai', 'whisper-1')],
  rental: [rental('lambda', 'on_demand'), rental('runpod', 'on_demand'), rental('runpod', 'spot')],
  hardware: [
    { id: 'h100-80gb', aliases: ['h100'] },
    { id: 'l4-24gb', aliases: [] },
  ],
  models: [
    { id: 'llama-3.3-70b', aliases: ['meta-llama/Llama-3.3-70B-Instruct'] },
    { id: 'whisper-large-v3', aliases: [] },
  ],
  rules: [rule('gdpr', 'personal', null), rule('hipaa', 'phi', null), rule('eu-ai-act', null, 'chatbot'), rule('eu-ai-act', null, 'minimal')],
  needs: ['dpa', 'baa', 'transfer_ok', 'dpia'].map((id) => ({ id, meaning: id, met_by: 'provider', any_of: [] })),
  providers: [{ id: 'openai', label: 'OpenAI', kinds: ['api'], aliases: ['open_ai'], facts: [], residency: [], doubt: null }],
  quality: [{ id: 'lmarena_text', label: 'LMArena', unit: 'Elo', better: 'higher', licence: 'x', as_of: '2026-08-01', figures: [] }],
  assumptions: [],
  fx: [
    { ...SOURCED, code: 'EUR', date: '2026-10-01', per_usd: 0.9 },
    { ...SOURCED, code: 'EUR', date: '2026-11-01', per_usd: 0.92 },
  ],
} as unknown as Catalog;

/** Every part of a scenario file, written the way people write it. */
export const FULL = `# yaml-language-server: $schema=../schema/scenario.schema.json
version: 1
name: support-chatbot
pricing: { as_of: 2026-11-01 }
horizon_months: 2 years
baseline: gpt
workload:
  modality: text
  requests_per_month: 500_000
  growth_per_month: 5%
  tokens: { input: 1_000, output: 300, reasoning: 0, cached_input: 30% }
  shape: { peak_to_average: 4 }
  batchable: 20%
  slo: { ttft_p95_ms: 0.5s, tpot_p95_ms: 50ms, availability: 99.9% }
requirements:
  data: [personal]
  regimes: [gdpr]
  use: [chatbot]
  residency: eu
  data_sovereignty: false
  frontier_reasoning: false
  quality: { metric: lmarena_text, at_least: 1300 }
  control: [fine_tuning]
  have: { openai: [dpa], lambda: [dpa] }
  lack: { together: [baa] }
  organisation: [dpia]
  accept_unknown: [gpt/gdpr.transfer_ok]
  strict: [latency]
  licensee: { domicile: eu, monthly_active_users: 2M, monthly_revenue_usd: $5M, commercial: true }
team: { engineers: 2, loaded_cost_usd_per_year: 200k, self_host_fte: { low: 0.1, likely: 0.3, high: 1.0 }, api_fte: 0.05 }
options:
  - { id: gpt, label: GPT-4o, cloud_api: openai/gpt-4o, discount: 10%, region: eu, rate_limit: { rpm: 10_000 }, latency: { ttft_p95_ms: 900, source: our log } }
  - { id: hosted, hosted_open: together/llama-3.3-70b, tokens: { input_ratio: 1.1 }, commit: { usd_per_month: 1k, discount: 20% } }
  - { id: units, cloud_api: openai/gpt-4o-mini, billing: { provisioned: { units: 2, usd_per_unit_hour: 3/h, work_per_s: 500, term_months: 12 } } }
  - { id: gpus, hosted_open: together/llama-3.3-70b, billing: { dedicated: { gpu: h100, count: 2, usd_per_gpu_hour: $3.99/h } } }
  - id: own
    self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand, redundancy: n+1 }
    throughput: { given: { output_tokens_per_s: 2_000 } }
    one_off_usd: 20_000
  - id: typed
    self_host: { model: llama-3.3-70b, gpu: h100, rental: { usd_per_gpu_hour: 2.49/h, node_gpus: 8, provider: acme }, scaling: hour_of_week }
  - { id: bought, self_host: { model: llama-3.3-70b, gpu: h100, owned: { usd_per_gpu: 30k, life_months: { low: 24, likely: 36, high: 60 }, pue: 1.3 } } }
  - { id: mix, hybrid: { small: own, large: gpt, escalate: 20%, judge: { usd_per_request: 0 }, escalated_tokens_ratio: 1.2, keep: { large: [personal] } } }
  - { id: offer, quoted: { as: self_host, monthly_usd: { 100k: 400, 10k: 200, 1000000: 1_200 } } }
  - { id: flat, quoted: { as: cloud_api, usd_per_request: 0.015, provider: somebody } }
decision_rule: { margin: 10% }
price_trend_per_year: { low: -40%, likely: 0%, high: 0% }
currency: { code: EUR }
what_if: { workload.requests_per_month: [10k, 100k, 1M], options.own.self_host.rental.usd_per_gpu_hour: [2/h, $3] }
policies: { max_monthly_usd: 5_000, verdict_must_be: [own, mix], max_price_age_days: { value: 60, level: warn }, min_margin: 10% }
`;

export const SPEECH = `version: 1
name: dictation
workload: { modality: speech_to_text, requests_per_month: 30k, audio: { seconds_per_request: 2min } }
requirements: { data: [phi], regimes: [hipaa] }
options:
  - { id: api, cloud_api: openai/whisper-1 }
  - { id: own, self_host: { model: whisper-large-v3, gpu: l4-24gb, rental: { usd_per_gpu_hour: 0.8 } }, throughput: { given: { work_per_s: 60 } } }
`;

export const SMALL = `version: 1
name: small
workload:
  requests_per_month: 500k
  tokens:
    input: 1_000
    output: 300
options:
  - id: gpt
    cloud_api: openai/gpt-4o
  - id: hosted
    hosted_open: together/llama-3.3-70b
    discount: 5%
`;
