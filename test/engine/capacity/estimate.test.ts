import { describe, expect, test } from 'vitest';
import { estimateReplica, type ReplicaInput } from '../../../src/engine/capacity/estimate.ts';
import { replicaCurve } from '../../../src/engine/capacity/estimate-curve.ts';
import { weightsSize } from '../../../src/engine/capacity/memory.ts';
import { expertShare } from '../../../src/engine/capacity/roofline.ts';
import { weightPrecision } from '../../../src/engine/capacity/roofline-kinds.ts';
import { gpu, model, replica, SOURCES } from '../../capacity/release.ts';

function rate(input: ReplicaInput): number {
  const result = estimateReplica(input);
  if (result.kind === 'none') throw new Error(result.reason);
  return result.output_tokens_per_s.p50;
}

function ok(input: ReplicaInput) {
  const result = estimateReplica(input);
  if (result.kind === 'none') throw new Error(result.reason);
  return result;
}

const LOADS = [1, 8, 64, null];
const MODELS = [
  ['llama-3.1-8b', 'fp8'],
  ['llama-3.3-70b', 'fp8'],
  ['gpt-oss-120b', 'mxfp4'],
  ['deepseek-r1', 'fp8'],
] as const;

describe('sanity any engineer would check', () => {
  test.each(LOADS)('more memory bandwidth never gives fewer tokens (%s in flight)', (concurrency) => {
    for (const [id, precision] of MODELS) {
      const base = gpu('h200-141gb');
      const rates = [0.5, 1, 1.5, 2, 4].map((factor) =>
        rate(replica(id, 'h200-141gb', 8, precision, { concurrency, accelerator: { ...base, bandwidth_gb_per_s: base.bandwidth_gb_per_s * factor } })),
      );
      expect(rates, id).toEqual([...rates].sort((a, b) => a - b));
    }
  });

  test.each(LOADS)('more memory never gives fewer tokens (%s in flight)', (concurrency) => {
    for (const [id, precision] of MODELS) {
      const base = gpu('h200-141gb');
      const rates = [100, 120, 141, 200, 300].map((memory_gb) =>
        rate(replica(id, 'h200-141gb', 8, precision, { concurrency, accelerator: { ...base, memory_gb } })),
      );
      for (let i = 1; i < rates.length; i++) expect(rates[i], `${id} ${i}`).toBeGreaterThanOrEqual((rates[i - 1] as number) * 0.999);
    }
  });

  test.each(LOADS)('more GPUs never give fewer tokens (%s in flight)', (concurrency) => {
    for (const [id, precision] of MODELS.slice(0, 3)) {
      const rates = [1, 2, 4, 8].map((gpus) => rate(replica(id, 'h200-141gb', gpus, precision, { concurrency })));
      for (let i = 1; i < rates.length; i++) expect(rates[i], `${id} on ${2 ** i}`).toBeGreaterThanOrEqual((rates[i - 1] as number) * 0.999);
    }
  });

  test('70B fp8 on one H100 is KV-starved and says so', () => {
    const one = ok(replica('llama-3.3-70b', 'h100-80gb', 1, 'fp8'));
    expect(one.limited_by).toBe('kv_memory');
    // Weights of 72.65 GB leave a few GB: fewer than 20 requests of 1,300 tokens at 0.33 MB a token.
    expect(one.concurrency).toBeLessThan(20);
    expect(rate(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8'))).toBeGreaterThan(3 * one.output_tokens_per_s.p50);
  });

  test('405B bf16 on 8 x 80 GB does not fit and says so', () => {
    const result = estimateReplica(replica('llama-3.1-405b', 'h100-80gb', 8, 'bf16'));
    expect(result).toEqual({ kind: 'none', reason: "Llama 3.1 405B Instruct doesn't fit: 812 GB of weights (bf16) on 8 x 80 GB" });
  });

  test('batch 1 is bound by memory bandwidth: half the bandwidth, nearly half the tokens', () => {
    const base = gpu('h100-80gb');
    const full = ok(replica('llama-3.1-8b', 'h100-80gb', 1, 'bf16', { concurrency: 1 }));
    const half = ok(
      replica('llama-3.1-8b', 'h100-80gb', 1, 'bf16', { concurrency: 1, accelerator: { ...base, bandwidth_gb_per_s: base.bandwidth_gb_per_s / 2 } }),
    );
    expect(full.limited_by).toBe('memory_bandwidth');
    expect(half.output_tokens_per_s.p50 / full.output_tokens_per_s.p50).toBeLessThan(0.7);
    // 16 GB of weights at 3,350 GB/s take 4.8 ms: no engine answers faster than 209 tokens/s.
    expect(full.output_tokens_per_s.p50).toBeLessThan(209);
  });

  test('reasoning tokens cost as much as visible ones', () => {
    const plain = ok(replica('llama-3.3-70b', 'h200-141gb', 2, 'fp8', { outputTokens: 300 }));
    const thinking = ok(replica('llama-3.3-70b', 'h200-141gb', 2, 'fp8', { outputTokens: 300 + 2700 }));
    expect(thinking.concurrency).toBeLessThan(plain.concurrency);
    expect(thinking.output_tokens_per_s.p50 / 3000).toBeLessThan(plain.output_tokens_per_s.p50 / 300 / 2);
  });

  test('an 8-bit cache holds more sequences, a prefix cache saves prefill', () => {
    const wide = ok(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { kvPrecision: 'bf16', inputTokens: 8000 }));
    const narrow = ok(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { kvPrecision: 'fp8', inputTokens: 8000 }));
    const cached = ok(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { kvPrecision: 'bf16', inputTokens: 8000, cachedShare: 0.9 }));
    expect(narrow.concurrency).toBeGreaterThan(1.8 * wide.concurrency);
    expect(cached.output_tokens_per_s.p50).toBeGreaterThan(1.5 * wide.output_tokens_per_s.p50);
  });
});

/** Dense, mixture, latent attention, sliding windows; from 1B to 671B. */
const MANY_MODELS = [
  'llama-3.2-1b',
  'llama-3.1-8b',
  'qwen2.5-32b',
  'llama-3.3-70b',
  'llama-3.1-405b',
  'mixtral-8x7b',
  'gpt-oss-120b',
  'qwen3-30b-a3b',
  'qwen3-235b-a22b',
  'gemma-3-27b',
  'deepseek-r1',
  'kimi-k2',
];
const MANY_GPUS = [
  'h100-80gb',
  'h200-141gb',
  'b200-180gb',
  'gb200-186gb',
  'mi300x-192gb',
  'mi325x-256gb',
  'mi355x-288gb',
  'a100-80gb',
  'l40s-48gb',
  'l4-24gb',
  'rtx-pro-6000-96gb',
  'gaudi3-128gb',
];
const PAIRS = MANY_MODELS.flatMap((id) => MANY_GPUS.map((accelerator) => [id, accelerator] as const));

function quantization(accelerator: string): string {
  return gpu(accelerator).dense_tflops.fp8 === undefined ? 'bf16' : 'fp8';
}

/** Null: does not fit. */
function p50(id: string, accelerator: string, gpus: number, change: Partial<ReplicaInput> = {}): number | null {
  const result = estimateReplica(replica(id, accelerator, gpus, quantization(accelerator), change));
  return result.kind === 'none' ? null : result.output_tokens_per_s.p50;
}

function expectNoFall(rates: readonly (number | null)[], slack: number, label: string): number {
  let compared = 0;
  for (let i = 1; i < rates.length; i++) {
    const before = rates[i - 1];
    if (before === null || before === undefined) continue;
    compared += 1;
    expect(rates[i] ?? 0, `${label}, step ${i}`).toBeGreaterThanOrEqual(before * (1 - slack));
  }
  return compared;
}

describe.each([1, 16, null])('over many models and accelerators, %s in flight', (concurrency) => {
  test('more bandwidth, memory or accelerators never give fewer tokens', () => {
    let compared = 0;
    for (const [id, accelerator] of PAIRS) {
      const base = gpu(accelerator);
      const label = `${id} on ${accelerator}`;
      const faster = [1, 1.5, 3].map((f) =>
        p50(id, accelerator, 8, { concurrency, accelerator: { ...base, bandwidth_gb_per_s: base.bandwidth_gb_per_s * f } }),
      );
      const larger = [1, 1.5, 3].map((f) => p50(id, accelerator, 8, { concurrency, accelerator: { ...base, memory_gb: base.memory_gb * f } }));
      const more = [1, 2, 4, 8, 16].map((gpus) => p50(id, accelerator, gpus, { concurrency }));
      compared += expectNoFall(faster, 1e-6, `bandwidth, ${label}`);
      // A larger batch meets other published rows: the correction may take back one percent of what it brings.
      compared += expectNoFall(larger, 0.015, `memory, ${label}`);
      compared += expectNoFall(more, 1e-3, `accelerators, ${label}`);
    }
    expect(compared).toBeGreaterThan(800);
  });
});

describe('over many models and accelerators', () => {
  test('more requests in flight never give fewer tokens in all', () => {
    for (const [id, accelerator] of PAIRS)
      expectNoFall(
        [1, 4, 16, 64, 256].map((concurrency) => p50(id, accelerator, 8, { concurrency })),
        1e-3,
        `${id} on ${accelerator}`,
      );
  });

  test('one request alone is no faster than its weights can be read, and is bound by reading them where they are large', () => {
    let checked = 0;
    for (const [id, accelerator] of PAIRS) {
      const { architecture: a, total_params_b: total, active_params_b: active } = model(id);
      const input = replica(id, accelerator, 8, quantization(accelerator), { concurrency: 1, tensorParallel: 8 });
      const result = estimateReplica(input);
      if (result.kind === 'none' || a === null) continue;
      checked += 1;
      const embeddings = a.vocab * a.hidden * 1e-9;
      const bytesPerParam = (weightsSize(model(id), weightPrecision(model(id), input.precision))?.gb ?? 0) / total;
      const leastSeconds = ((active - embeddings) * bytesPerParam) / (8 * gpu(accelerator).bandwidth_gb_per_s);
      // Weights are not all of the mean size: embeddings keep 16 bits, experts may have four.
      const slack = a.experts === null ? 1.06 : 1.35;
      expect(result.output_tokens_per_s.p50, `${id} on ${accelerator}`).toBeLessThan(slack / leastSeconds);
      expect(result.output_tokens_per_s.p90, `${id} on ${accelerator}`).toBeLessThan(slack / leastSeconds);
      const half = { ...gpu(accelerator), bandwidth_gb_per_s: gpu(accelerator).bandwidth_gb_per_s / 2 };
      if (id === 'llama-3.1-405b') expect(rate({ ...input, accelerator: half }) / result.output_tokens_per_s.p50, accelerator).toBeLessThan(0.75);
    }
    expect(checked).toBeGreaterThan(100);
  });

  test('a model whose weights exceed the memory does not fit and says so; one that fits answers', () => {
    for (const [id, accelerator] of PAIRS)
      for (const gpus of [1, 2, 8]) {
        const weights = weightsSize(model(id), weightPrecision(model(id), quantization(accelerator)))?.gb ?? 0;
        const memory = gpus * gpu(accelerator).memory_gb;
        const result = estimateReplica(replica(id, accelerator, gpus, quantization(accelerator)));
        const label = `${id} on ${gpus} x ${accelerator}`;
        if (weights > memory) expect(result, label).toMatchObject({ kind: 'none', reason: expect.stringContaining("doesn't fit") });
        if (weights < 0.8 * memory) expect(result.kind, label).toBe('ok');
      }
  });

  test('a mixture reads its active experts alone and nearly all of them at 256 in flight', () => {
    for (const id of MANY_MODELS) {
      const a = model(id).architecture;
      if (a === null || a.experts === null || a.experts_per_token === null) continue;
      expect(expertShare(a.experts, a.experts_per_token, 1), id).toBeCloseTo(a.experts_per_token / a.experts, 10);
      expect(expertShare(a.experts, a.experts_per_token, 256), id).toBeGreaterThan(0.99);
    }
  });

  test('memory full of weights is said to starve the cache', () => {
    const starved = PAIRS.flatMap(([id, accelerator]) =>
      [1, 2, 4, 8].flatMap((gpus) => {
        const weights = weightsSize(model(id), weightPrecision(model(id), quantization(accelerator)))?.gb ?? 0;
        const share = weights / (gpus * gpu(accelerator).memory_gb);
        const result = estimateReplica(replica(id, accelerator, gpus, quantization(accelerator)));
        return share > 0.86 && result.kind === 'ok' && model(id).architecture?.mla_kv_dim === null
          ? [`${id} on ${gpus} x ${accelerator}: ${result.limited_by}`]
          : [];
      }),
    );
    expect(starved.length).toBeGreaterThan(2);
    for (const each of starved) expect(each).toContain('kv_memory');
  });
});

describe('the SLO', () => {
  test('bounds the batch, and says which bound it was', () => {
    const free = ok(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8'));
    const held = ok(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8', { slo: { ttft_p95_ms: null, tpot_p95_ms: 40 } }));
    expect(held.limited_by).toBe('slo_tpot');
    expect(held.tpot_p95_ms).toBeLessThanOrEqual(40);
    expect(held.tpot_p95_ms).toBeGreaterThan(38);
    expect(held.output_tokens_per_s.p50).toBeLessThan(free.output_tokens_per_s.p50);
  });

  test('that not even one request meets is no estimate', () => {
    const result = estimateReplica(replica('llama-3.1-405b', 'h100-80gb', 8, 'fp8', { slo: { ttft_p95_ms: null, tpot_p95_ms: 1 } }));
    expect(result.kind).toBe('none');
  });

  test('a tighter one never serves more', () => {
    const rates = [400, 200, 100, 50, 30].map((tpot_p95_ms) =>
      rate(replica('llama-3.3-70b', 'h100-80gb', 4, 'fp8', { slo: { ttft_p95_ms: null, tpot_p95_ms } })),
    );
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
  });
});

describe('provenance', () => {
  test('a configuration that is published says so, names its row and is near it', () => {
    const rows = SOURCES.throughput.rows.filter((row) => row.tp !== null && row.source.startsWith('trtllm-1'));
    const answers = rows.map((row) => {
      const { isl: inputTokens, osl: outputTokens, tp: tensorParallel, engine, concurrency, attention_parallel: attentionParallel } = row;
      const change = { inputTokens, outputTokens, tensorParallel, engine, concurrency, attentionParallel };
      return { row, answer: ok(replica(row.model, row.gpu, row.n_gpus, row.precision, change)) };
    });
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.filter(({ answer }) => answer.source === 'published').length).toBe(answers.length);
    expect(answers.filter(({ row, answer }) => answer.reference.includes(`${row.model} on ${row.n_gpus} x ${row.gpu}`)).length).toBeGreaterThan(
      0.9 * answers.length,
    );
    const near = answers.filter(({ row, answer }) => Math.abs(answer.output_tokens_per_s.p50 / row.output_tokens_per_s - 1) < 0.2);
    expect(near.length).toBeGreaterThan(0.85 * answers.length);
  });

  test('one nobody measured is estimated, with a wider interval', () => {
    const odd = ok(replica('granite-3.3-8b', 'gaudi3-128gb', 1, 'bf16'));
    const known = ok(replica('llama-3.1-8b', 'h100-80gb', 1, 'fp8', { inputTokens: 2048, outputTokens: 2048, engine: 'TensorRT-LLM 0.20' }));
    const width = (each: typeof odd) => each.output_tokens_per_s.p90 / each.output_tokens_per_s.p10;
    expect(odd.source).toBe('estimated');
    expect(width(odd)).toBeGreaterThan(width(known));
  });
});

describe('the curve', () => {
  test('rises to saturation and has its knee inside', () => {
    const curve = replicaCurve(replica('llama-3.3-70b', 'h100-80gb', 2, 'fp8'));
    if (curve.kind === 'none') throw new Error(curve.reason);
    const rates = curve.points.map((point) => point.estimate.output_tokens_per_s.p50);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    const latencies = curve.points.map((point) => point.estimate.tpot_p95_ms);
    expect(latencies).toEqual([...latencies].sort((a, b) => a - b));
    expect(curve.knee).toBeGreaterThan(1);
    expect(curve.knee).toBeLessThan(curve.saturated.concurrency);
  });
});

test('the same question has the same answer, and every part of it counts', () => {
  const question = replica('llama-3.3-70b', 'h200-141gb', 4, 'fp8', { concurrency: 16 });
  expect(estimateReplica({ ...question })).toEqual(estimateReplica(question));
  const changes: Partial<ReplicaInput>[] = [
    { gpus: 2 },
    { tensorParallel: 1 },
    { attentionParallel: true },
    { precision: 'bf16' },
    { kvPrecision: 'fp8' },
    { inputTokens: 4000 },
    { outputTokens: 900 },
    { cachedShare: 0.9 },
    { engine: 'TensorRT-LLM 1.0' },
    { concurrency: 64 },
    { accelerator: gpu('h100-80gb') },
    { model: { ...question.model, total_params_b: 300, active_params_b: 9 } },
  ];
  for (const change of changes) expect(rate({ ...question, ...change }), Object.keys(change).join()).not.toBe(rate(question));
});
