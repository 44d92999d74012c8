/** Random scenarios and a small catalog of made-up prices, for laws that must hold whatever the numbers are. */
import fc from 'fast-check';
import type { ApiModel, Catalog, PriceEntry, RentalOffer } from '../../src/engine/catalog.ts';
import type { ApiOption, Billing, Commit, HybridOption, QuotedOption, Scenario, ScenarioOption, SelfHostOption, Workload } from '../../src/engine/scenario.ts';
import { apiModel } from '../helpers/api-model.ts';

const sourced = { source: 'https://example.com/prices', checked: '2026-11-01' };

function priced(model: string, input: number, output: number, more: Partial<PriceEntry> = {}): ApiModel {
  const rates = { input_usd_per_mtok: input, cached_input_usd_per_mtok: input / 2, output_usd_per_mtok: output };
  return apiModel([{ ...sourced, from: null, rates, ...more }], { model, context_tokens: 1_000_000, min_cacheable_tokens: 1024 });
}

function rental(gpu: string, usd: number, node: number, billing: RentalOffer['billing'] = 'on_demand'): RentalOffer {
  return {
    cloud: 'acme',
    gpu,
    billing,
    term_months: billing === 'reserved' ? 12 : 0,
    node_gpus: node,
    region: null,
    interruptions_per_month: billing === 'spot' ? 4 : null,
    prices: [{ ...sourced, from: null, usd_per_gpu_hour: usd }],
  };
}

export const catalog: Catalog = {
  schema_version: 1,
  hash: 'test',
  newest_checked: '2026-11-01',
  api: [
    priced('flat', 2.5, 10),
    priced('cheap', 0.1, 0.4, { batch: { input_usd_per_mtok: 0.05, output_usd_per_mtok: 0.2 } }),
    priced('tiered', 1.25, 10, { tiers: [{ above_input_tokens: 2000, rates: { input_usd_per_mtok: 2.5, output_usd_per_mtok: 15 } }] }),
    priced('nights', 1, 2, { time_of_day: [{ from_utc: '16:30', to_utc: '00:30', rates: { input_usd_per_mtok: 0.5, output_usd_per_mtok: 1 } }] }),
  ],
  rental: [rental('gpu', 2.49, 1), rental('gpu', 1.1, 1, 'spot'), rental('gpu', 1.9, 8, 'reserved'), rental('big', 5, 8)],
  hardware: [],
  models: [
    {
      id: 'any',
      label: 'Any',
      family: 'any',
      aliases: [],
      modality: 'text',
      released: null,
      total_params_b: 8,
      active_params_b: 8,
      architecture: null,
      context_tokens: 1_000_000,
      native_precision: 'bf16',
      weights_gb: { fp8: 8 },
      work_unit: null,
      published_work_per_s: [],
      licence: {
        ...sourced,
        name: 'MIT',
        spdx: 'MIT',
        commercial: 'yes',
        max_monthly_active_users: null,
        max_monthly_revenue_usd: null,
        excluded_domiciles: [],
        attribution: null,
      },
      sources: [sourced],
    },
  ],
  rules: [],
  needs: [],
  providers: [],
  quality: [],
  assumptions: [],
  fx: [],
};

const base = { label: null, tokens: null, one_off_usd: 0, latency: null, availability: null } as const;

export const commitArb: fc.Arbitrary<Commit | null> = fc.option(
  fc.record({
    usd_per_month: fc.integer({ min: 1, max: 50_000 }),
    discount: fc.double({ min: 0, max: 0.5, noNaN: true }),
    term_months: fc.constantFrom(1, 12),
  }),
);

const billingArb: fc.Arbitrary<Billing> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Billing>({ kind: 'tokens' }) },
  fc
    .record({
      units: fc.integer({ min: 1, max: 100 }),
      usd_per_unit_hour: fc.double({ min: 0.1, max: 5, noNaN: true }),
      work_per_s: fc.double({ min: 10, max: 3000, noNaN: true }),
      term_months: fc.constant(1),
    })
    .map((provisioned): Billing => ({ kind: 'provisioned', provisioned })),
  fc
    .record({
      gpu: fc.constant('gpu'),
      count: fc.integer({ min: 1, max: 16 }),
      usd_per_gpu_hour: fc.double({ min: 1, max: 8, noNaN: true }),
      work_per_s: fc.option(fc.double({ min: 100, max: 9000, noNaN: true })),
    })
    .map((dedicated): Billing => ({ kind: 'dedicated', dedicated })),
);

function apiArb(id: string): fc.Arbitrary<ApiOption> {
  return fc
    .record({
      offer: fc.constantFrom('acme/flat', 'acme/cheap', 'acme/tiered', 'acme/nights'),
      kind: fc.constantFrom('cloud_api' as const, 'hosted_open' as const),
      discount: fc.double({ min: 0, max: 0.9, noNaN: true }),
      rate_limit: fc.option(
        fc.record({ rpm: fc.option(fc.integer({ min: 10, max: 100_000 })), tpm: fc.option(fc.integer({ min: 10_000, max: 100_000_000 })) }),
      ),
      billing: billingArb,
      commit: commitArb,
      price_factor: fc.constant(1),
      one_off_usd: fc.integer({ min: 0, max: 50_000 }),
    })
    .map((part) => ({ ...base, ...part, id, region: null, service_tier: 'standard', commit: part.billing.kind === 'tokens' ? part.commit : null }));
}

function hostArb(id: string): fc.Arbitrary<SelfHostOption> {
  return fc
    .record({
      gpus: fc.integer({ min: 1, max: 8 }),
      node: fc.constantFrom(1, 2, 4, 8),
      usd: fc.double({ min: 0.5, max: 6, noNaN: true }),
      redundancy: fc.constantFrom('none' as const, 'n+1' as const, 'n+2' as const, '2n' as const),
      scaling: fc.constantFrom('fixed' as const, 'fixed' as const, 'hour_of_week' as const, 'scale_to_zero' as const),
      speed: fc.double({ min: 200, max: 20_000, noNaN: true }),
      owned: fc.option(fc.option(fc.integer({ min: 8, max: 400 }))),
      max_replicas: fc.option(fc.integer({ min: 1, max: 200 })),
      one_off_usd: fc.integer({ min: 0, max: 50_000 }),
    })
    .map(({ gpus, node, usd, redundancy, scaling, speed, owned, max_replicas, one_off_usd }) => ({
      ...base,
      id,
      kind: 'self_host',
      one_off_usd,
      throughput_factor: 1,
      throughput: {
        kind: 'given',
        output_tokens_per_s: speed,
        input_tokens_per_s: null,
        work_per_s: null,
        input: null,
        output: null,
        concurrency: null,
        ttft_p95_ms: null,
        tpot_p95_ms: null,
        source: null,
      },
      self_host: {
        model: 'any',
        quantization: 'fp8',
        gpu: 'gpu',
        gpus_per_replica: gpus,
        hosting:
          owned === null
            ? { kind: 'rented', rental: { kind: 'custom', provider: null, usd_per_gpu_hour: usd, node_gpus: node, term_months: 0, interruptions_per_month: 0 } }
            : {
                kind: 'owned',
                owned: {
                  usd_per_gpu: 30_000,
                  node_gpus: node,
                  life_months: 48,
                  residual: 0.1,
                  watts_per_gpu: 700,
                  idle_watts_per_gpu: 100,
                  usd_per_kwh: 0.12,
                  pue: 1.4,
                  colo_usd_per_kw_month: 190,
                  gpus: owned,
                },
              },
        redundancy,
        scaling,
        context_tokens: null,
        concurrency_per_replica: null,
        kv_quantization: null,
        region: null,
        cold_start_s: 120,
        keep_alive_s: 300,
        storage_gb: null,
        egress_gb_per_month: null,
        model_refresh_usd_per_month: 0,
        max_replicas,
      },
    }));
}

function quotedArb(id: string): fc.Arbitrary<QuotedOption> {
  const table = fc
    .uniqueArray(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 5 })
    .chain((requests) =>
      fc
        .array(fc.integer({ min: 0, max: 100_000 }), { minLength: requests.length, maxLength: requests.length })
        .map((usd) => [...requests].sort((a, b) => a - b).map((at, i) => ({ requests: at, usd: usd[i] ?? 0 }))),
    );
  return fc
    .record({
      as: fc.constantFrom('cloud_api' as const, 'hosted_open' as const, 'self_host' as const),
      table: fc.option(table),
      per_request: fc.double({ min: 1e-5, max: 0.05, noNaN: true }),
    })
    .map(({ as, table: monthly_usd, per_request }) => ({
      ...base,
      id,
      kind: 'quoted',
      quoted: { as, usd_per_request: monthly_usd === null ? per_request : null, monthly_usd, provider: null, source: null },
    }));
}

function hybridArb(id: string, small: string, large: string): fc.Arbitrary<HybridOption> {
  return fc
    .record({
      escalate: fc.double({ min: 0, max: 1, noNaN: true }),
      mode: fc.constantFrom('cascade' as const, 'router' as const),
      judge: fc.constantFrom(0, 0.0001),
      ratio: fc.constantFrom(1, 1.2),
    })
    .map(({ escalate, mode, judge, ratio }) => ({
      ...base,
      id,
      kind: 'hybrid',
      hybrid: {
        small,
        large,
        escalate,
        mode,
        judge: { usd_per_request: judge },
        escalated_tokens_ratio: ratio,
        keep: { small: [], large: [] },
        calibration: null,
      },
    }));
}

export const optionsArb: fc.Arbitrary<ScenarioOption[]> = fc
  .tuple(fc.array(fc.constantFrom('api', 'host', 'quoted'), { minLength: 1, maxLength: 4 }), fc.boolean())
  .chain(([kinds, mixed]) => {
    const list: fc.Arbitrary<ScenarioOption>[] = kinds.map((kind, i) =>
      kind === 'api' ? apiArb(`o${i}`) : kind === 'host' ? hostArb(`o${i}`) : quotedArb(`o${i}`),
    );
    const legs = kinds.map((kind, i) => ({ kind, id: `o${i}` })).filter(({ kind }) => kind !== 'quoted');
    if (mixed && legs.length >= 2) list.push(hybridArb('mix', legs[0]?.id ?? '', legs.at(-1)?.id ?? ''));
    return fc.tuple(...list);
  });

const week = Array.from({ length: 168 }, (_, hour) => 1 + ((hour * 7) % 24) / 6 + (hour >= 120 ? 0 : 1));

const workloadArb: fc.Arbitrary<Workload> = fc
  .record({
    requests_per_month: fc.integer({ min: 1, max: 9 }).chain((digits) => fc.integer({ min: 1, max: 10 ** digits })),
    growth_per_month: fc.constantFrom(0, 0.05, 0.3, -0.05),
    input: fc.integer({ min: 1, max: 6000 }),
    output: fc.integer({ min: 1, max: 2000 }),
    reasoning: fc.constantFrom(0, 0, 500),
    cached: fc.constantFrom(0, 0.3),
    shape: fc.constantFrom(
      null,
      { peak_to_average: 1, hour_of_week: null },
      { peak_to_average: 4, hour_of_week: null },
      { peak_to_average: null, hour_of_week: week },
    ),
    batchable: fc.constantFrom(0, 0, 0.2, 1),
  })
  .map(({ requests_per_month, growth_per_month, input, output, reasoning, cached, shape, batchable }) => ({
    modality: 'text',
    requests_per_month,
    growth_per_month,
    tokens: { input, output, reasoning, cached_input: cached, cache_write: 0 },
    audio: null,
    images: null,
    profile: null,
    shape,
    batchable,
    slo: { ttft_p95_ms: null, tpot_p95_ms: null, availability: null },
  }));

export const scenarioArb: fc.Arbitrary<Scenario> = fc
  .record({ workload: workloadArb, options: optionsArb, margin: fc.constantFrom(0, 0.1) })
  .map(({ workload, options, margin }) => scenarioOf(workload, options, margin));

export function scenarioOf(workload: Workload, options: readonly ScenarioOption[], margin = 0.1): Scenario {
  return {
    version: 1,
    name: 'random',
    pricing: { as_of: '2026-11-01' },
    horizon_months: 12,
    baseline: null,
    workload,
    requirements: {
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
    },
    team: { engineers: 2, loaded_cost_usd_per_year: 200_000, self_host_fte: 0.3, api_fte: 0.05 },
    options,
    decision_rule: { margin },
    price_trend_per_year: 0,
    currency: null,
    what_if: {},
    policies: {},
  };
}
