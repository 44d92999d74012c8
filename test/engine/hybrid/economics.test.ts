/** Money and shares of a hybrid by hand: every request is followed one by one, and the plan's terms must come to the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallbackShares } from '../../../src/engine/hybrid/legs.ts';
import { plan } from '../../../src/engine/plan.ts';
import type { Plan, PlanOption } from '../../../src/engine/result.ts';
import type { Calibration } from '../../../src/engine/scenario.ts';
import { scenarioFromText } from '../../../src/files/load.ts';
import { loadCatalog } from '../../../src/prices/catalog.ts';

const catalog = loadCatalog();

/** gpt-4o $2.50/$10, llama-3.3-70b at together $0.88/$0.88 per MTok: 1,000 + 300 tokens are $0.0055 and $0.001144. */
const LARGE_USD = (1000 * 2.5 + 300 * 10) / 1e6;
const SMALL_USD = (1300 * 0.88) / 1e6;

function planned(hybrid: string, more: { readonly legs?: string; readonly own?: string; readonly slo?: string; readonly policies?: string } = {}): Plan {
  const text = `version: 1
name: by hand
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1000, output: 300 }, shape: { peak_to_average: 2 }${more.slo ?? ''} }
team: { engineers: 4, loaded_cost_usd_per_year: 0 }
options:
  - { id: large, cloud_api: openai/gpt-4o${more.legs ?? ''} }
  - { id: small, hosted_open: together/llama-3.3-70b${more.own ?? ''} }
  - id: gpus
    self_host: { model: llama-3.1-8b, quantization: bf16, gpu: h100-80gb, gpus_per_replica: 1, rental: { usd_per_gpu_hour: 2 }, redundancy: none, storage_gb: 0 }
    throughput: { given: { output_tokens_per_s: 1000, input: 1000, output: 300 } }
  - { id: mix, hybrid: { small: small, large: large, ${hybrid} } }
  - { id: owned, hybrid: { small: gpus, large: large, ${hybrid} } }
${more.policies ?? ''}`;
  return plan({ scenario: scenarioFromText(text, 's.yaml', { catalog }).scenario, catalog, today: '2026-11-24' });
}

function optionOf({ options }: Plan, id: string): PlanOption {
  return options.find((option) => option.id === id) as PlanOption;
}

/** Every combination of what can happen to a request, with its probability. */
function enumerate(mode: 'cascade' | 'router', escalation: number, fails: { small: number; large: number }) {
  const sums = { small: 0, large: 0, to_large: 0, to_small: 0, lost: 0 };
  for (const meant of ['small', 'large'] as const)
    for (const smallUp of [true, false])
      for (const largeUp of [true, false]) {
        const p = (meant === 'large' ? escalation : 1 - escalation) * (smallUp ? 1 - fails.small : fails.small) * (largeUp ? 1 - fails.large : fails.large);
        const triesSmall = mode === 'cascade' || meant === 'small' || !largeUp;
        const answeredBySmall = triesSmall && smallUp;
        const triesLarge = mode === 'cascade' ? meant === 'large' || !smallUp : meant === 'large' || !smallUp;
        const answeredByLarge = triesLarge && largeUp;
        if (answeredBySmall) sums.small += p;
        if (answeredByLarge) sums.large += p;
        if (answeredByLarge && !smallUp && (mode === 'cascade' || meant === 'small')) sums.to_large += p;
        if (answeredBySmall && meant === 'large' && !largeUp) sums.to_small += p;
        if (!smallUp && !largeUp) sums.lost += p;
      }
  return sums;
}

describe('fallback', () => {
  it('shares are the sum over everything that can happen', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom('cascade' as const, 'router' as const), share, share, share, (mode, escalation, small, large) => {
        const found = fallbackShares(mode, escalation, { small, large });
        const all = enumerate(mode, escalation, { small, large });
        expect(found.answered.small).toBeCloseTo(all.small, 12);
        expect(found.answered.large).toBeCloseTo(all.large, 12);
        expect(found.to_large).toBeCloseTo(all.to_large, 12);
        expect(found.to_small).toBeCloseTo(all.to_small, 12);
        expect(found.lost).toBeCloseTo(all.lost, 12);
        if (mode === 'router') expect(found.answered.small + found.answered.large + found.lost).toBeCloseTo(1, 12);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('is billed to the leg that answers', () => {
    const cascade = optionOf(planned('escalate: 20%, fallback: { small_fails: 1%, large_fails: 0.5% }'), 'mix');
    // Small answers 99 %; asked of large 0.99 x 0.2 + 0.01 = 0.208, of which 99.5 % are answered.
    expect(cascade.monthly_usd).toBeCloseTo(1e6 * (0.99 * SMALL_USD + 0.208 * 0.995 * LARGE_USD), 6);
    expect(cascade.hybrid?.fallback).toMatchObject({ small_fails: 0.01, large_fails: 0.005 });
    expect(cascade.hybrid?.fallback?.to_large).toBeCloseTo(0.01 * 0.995, 12);
    expect(cascade.hybrid?.fallback?.lost).toBeCloseTo(0.00005, 15);
    const without = 1e6 * (SMALL_USD + 0.2 * LARGE_USD);
    expect(cascade.hybrid?.fallback?.monthly_usd).toBeCloseTo((cascade.monthly_usd ?? 0) - without, 6);
    const router = optionOf(planned('escalate: 20%, mode: router, fallback: { small_fails: 1%, large_fails: 0.5% }'), 'mix');
    const [small, large] = [(0.8 + 0.2 * 0.005) * 0.99, (0.2 + 0.8 * 0.01) * 0.995];
    expect(router.monthly_usd).toBeCloseTo(1e6 * (small * SMALL_USD + large * LARGE_USD), 6);
  });

  it('keeps own GPUs paid while they are down, and judges only the answers there are', () => {
    const judge = 0.0001;
    const option = optionOf(planned(`escalate: 10%, judge: { usd_per_request: ${judge} }, fallback: { small_fails: 2%, large_fails: 0% }`), 'owned');
    // 1M requests x 300 tokens at a peak of 2 over 1,000 tokens/s: 0.23 replicas, so one, 730 h at $2.
    expect(option.monthly_usd).toBeCloseTo(730 * 2 + 1e6 * (0.98 * judge + (0.98 * 0.1 + 0.02) * LARGE_USD), 6);
    expect(option.capacity?.replicas).toBe(1);
  });

  it('takes availability where it is stated, and says what it does not know', () => {
    const known = planned('escalate: 20%, fallback: true', { legs: ', availability: 99%', own: ', availability: 98%', slo: ', slo: { availability: 99.9% }' });
    expect(optionOf(known, 'mix').hybrid?.fallback?.small_fails).toBeCloseTo(0.02, 12);
    // Lost only where both fail: 0.02 x 0.01 = 0.02 %.
    expect(known.gates.filter(({ option_id, rule }) => option_id === 'mix' && rule === 'availability')).toMatchObject([{ verdict: 'pass', leg: null }]);
    const unknown = planned('escalate: 20%, fallback: true', { legs: ', availability: 99%' });
    expect(unknown.findings.map(({ code }) => code)).toContain('hybrid.fallback_unknown');
    expect(optionOf(unknown, 'mix').hybrid?.fallback).toMatchObject({ small_fails: null, to_large: null, lost: null });
    expect(optionOf(unknown, 'mix').monthly_usd).toBeCloseTo(1e6 * (SMALL_USD + 0.2 * 0.99 * LARGE_USD), 6);
    expect(optionOf(planned('escalate: 20%'), 'mix').hybrid?.fallback).toBeNull();
  });

  it('lets a stated share take the place of a rate limit', () => {
    const limited = { legs: ', rate_limit: { rpm: 5 }' };
    expect(optionOf(planned('escalate: 20%', limited), 'mix').blocked_by).toEqual(['rate_limit']);
    expect(optionOf(planned('escalate: 20%, fallback: { large_fails: 30% }', limited), 'mix').feasible).toBe(true);
  });
});

describe('a month and its break-even, request by request', () => {
  it.each(['cascade', 'router'] as const)('%s', (mode) => {
    const judge = 0.0002;
    for (const share of [0, 0.125, 0.2, 0.5, 1]) {
      const option = optionOf(planned(`escalate: ${share * 100}%, mode: ${mode}, judge: { usd_per_request: ${judge} }, escalated_tokens_ratio: 1.5`), 'mix');
      let usd = 0;
      for (let request = 0; request < 1000; request++) {
        const escalated = request < share * 1000;
        usd += judge + (mode === 'cascade' || !escalated ? SMALL_USD : 0) + (escalated ? 1.5 * LARGE_USD : 0);
      }
      expect(option.monthly_usd).toBeCloseTo(usd * 1000, 6);
    }
    const { hybrid } = optionOf(planned(`escalate: 20%, mode: ${mode}, judge: { usd_per_request: ${judge} }`), 'mix');
    const byHand = mode === 'cascade' ? 1 - (SMALL_USD + judge) / LARGE_USD : (LARGE_USD - SMALL_USD - judge) / (LARGE_USD - SMALL_USD);
    expect(hybrid?.break_even_escalation).toBeCloseTo(byHand, 9);
  });

  it('sizes own GPUs for all requests of a cascade, and for the share of a router', () => {
    const tokens = (mode: string) => optionOf(planned(`escalate: 60%, mode: ${mode}`, { slo: '' }), 'owned');
    expect(tokens('cascade').capacity?.utilization).toBeCloseTo((1e6 * 300) / (1000 * 730 * 3600), 9);
    expect(tokens('router').capacity?.utilization).toBeCloseTo((0.4 * 1e6 * 300) / (1000 * 730 * 3600), 9);
  });
});

const points = Array.from({ length: 101 }, (_, i) => ({ threshold: i / 100, escalation: i / 100, quality: 0.6 + 0.3 * Math.sqrt(i / 100), usd: null }));
const calibration: Calibration = {
  path: 'c.json',
  escalation: 0.2,
  threshold: 0.2,
  quality: 0.7,
  small_quality: 0.6,
  large_quality: 0.9,
  frontier: points,
};

function calibrated(more: Parameters<typeof planned>[1], hybrid = 'escalate: 20%'): PlanOption {
  const { scenario } = planned(hybrid, more);
  const options = scenario.options.map((option) =>
    option.id === 'mix' && option.kind === 'hybrid' ? { ...option, hybrid: { ...option.hybrid, calibration } } : option,
  );
  return optionOf(plan({ scenario: { ...scenario, options }, catalog, today: '2026-11-24' }), 'mix');
}

describe('the optimum', () => {
  it('under a cost cap is the best point of the whole frontier that a month can pay for', () => {
    const cap = 2500;
    const { hybrid } = calibrated({ policies: `policies: { max_monthly_usd: ${cap} }` });
    const affordable = points.filter(({ escalation }) => 1e6 * (SMALL_USD + escalation * LARGE_USD) <= cap);
    expect(hybrid?.optima.cost_cap).toMatchObject({ limit: cap, point: { escalation: affordable.at(-1)?.escalation, quality: affordable.at(-1)?.quality } });
    expect(hybrid?.frontier.some(({ escalation }) => escalation === affordable.at(-1)?.escalation)).toBe(true);
  });

  it('for a quality bar is the cheapest that reaches it', () => {
    const { hybrid } = calibrated({}, 'escalate: 20%, quality_at_least: 75%');
    // 0.6 + 0.3 sqrt(e) >= 0.75 from e = 0.25 on.
    expect(hybrid?.optima.quality_bar).toMatchObject({ limit: 0.75, point: { escalation: 0.25 } });
    expect(calibrated({}, 'escalate: 20%, quality_at_least: 95%').hybrid?.optima.quality_bar).toEqual({ limit: 0.95, point: null });
  });

  it('without a calibration is the largest share within the limit', () => {
    const cap = 2500;
    const { hybrid } = optionOf(planned('escalate: 20%', { policies: `policies: { max_monthly_usd: ${cap} }` }), 'mix');
    expect(hybrid?.optima.cost_cap?.point?.escalation).toBeCloseTo((cap / 1e6 - SMALL_USD) / LARGE_USD, 9);
    expect(hybrid?.optima.cost_cap?.point?.monthly_usd).toBeCloseTo(cap, 5);
    expect(hybrid?.optima).toMatchObject({ quality_bar: null, latency_slo: null });
  });

  it('under a latency SLO is unknown where a leg is, with a finding', () => {
    const result = planned('escalate: 20%', { slo: ', slo: { ttft_p95_ms: 800 }' });
    expect(optionOf(result, 'mix').hybrid?.optima.latency_slo).toEqual({ limit: 800, point: null });
    expect(optionOf(result, 'mix').latency).toBeNull();
    expect(result.findings.filter(({ code }) => code === 'hybrid.latency_unknown').map(({ path }) => path)).toContain('options.mix.latency');
  });
});

describe('latency of the mix', () => {
  const times = {
    own: ', latency: { ttft_p50_ms: 200, ttft_p95_ms: 500, tpot_p50_ms: 10, tpot_p95_ms: 20, source: bench }',
    legs: ', latency: { ttft_p50_ms: 500, ttft_p95_ms: 1200, tpot_p50_ms: 10, tpot_p95_ms: 20, source: bench }',
    slo: ', slo: { ttft_p95_ms: 800 }',
  };

  it('of a router is that of the leg at either end, and between them where the shares add up to 95 %', () => {
    const at = (share: number) => optionOf(planned(`escalate: ${share}%, mode: router`, times), 'mix');
    expect(at(0).latency?.ttft_p95_ms).toBeCloseTo(500, 6);
    expect(at(100).latency?.ttft_p95_ms).toBeCloseTo(1200, 6);
    const { latency, hybrid } = at(20);
    // Below t: 0.8 F(t) + 0.2 G(t) = 0.95, F and G lognormal through (200, 500) and (500, 1200); solved by bisection: 758.7646.
    expect(latency?.ttft_p95_ms).toBeCloseTo(758.764644, 5);
    // 0.8 F(800) + 0.2 G(800) >= 0.95 holds up to an escalation of 0.23924.
    expect(hybrid?.optima.latency_slo?.point?.escalation).toBeCloseTo(0.2392391727, 8);
  });

  it('of a cascade waits for the whole small answer', () => {
    const at = (share: number) => optionOf(planned(`escalate: ${share}%`, times), 'mix').latency;
    // 500 + 299 x 20 ms.
    expect(at(0)?.ttft_p95_ms).toBeCloseTo(500 + 299 * 20, 3);
    expect(at(20)?.ttft_p95_ms).toBeGreaterThan(at(0)?.ttft_p95_ms ?? Number.NaN);
    expect(planned('escalate: 20%', times).findings.map(({ code }) => code)).toContain('hybrid.latency_over_slo');
  });

  it('is what the option itself states, where it does', () => {
    const own = planned('escalate: 20%', times).scenario.options.map((option) =>
      option.id === 'mix' ? { ...option, latency: { ttft_p95_ms: 321, tpot_p95_ms: null, source: 'bench' } } : option,
    );
    const result = plan({ scenario: { ...planned('escalate: 20%', times).scenario, options: own }, catalog, today: '2026-11-24' });
    expect(optionOf(result, 'mix').latency).toEqual({ ttft_p95_ms: 321, tpot_p95_ms: null, source: 'bench' });
  });
});
