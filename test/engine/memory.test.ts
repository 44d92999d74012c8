import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  computedWeightsGb,
  fitMemory,
  kvBytesPerSequence,
  kvBytesPerToken,
  kvCopies,
  type MemoryRequest,
  QUANTIZATIONS,
  weightsSize,
} from '../../src/engine/capacity/memory.ts';
import type { Accelerator, OpenModel } from '../../src/engine/catalog.ts';
import { compileCatalog } from '../../src/prices/compile.ts';

const catalog = compileCatalog(join(import.meta.dirname, '../../pricing'));
const model = (id: string): OpenModel => {
  const found = catalog.models.find((each) => each.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const gpu = (id: string): Accelerator => {
  const found = catalog.hardware.find((each) => each.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const request = (id: string, changes: Partial<MemoryRequest>): MemoryRequest => ({
  gpu: gpu('h100-80gb'),
  gpus: 1,
  model: model(id),
  quantization: 'bf16',
  kv_quantization: null,
  context_tokens: 4096,
  concurrency: 1,
  reserve_share: 0.1,
  ...changes,
});

describe('weights', () => {
  // Bytes of the files a vendor or quantizer publishes, in 1e9.
  const published: [string, string, number][] = [
    ['llama-3.3-70b', 'bf16', 141.11], // meta-llama, index total_size 141,107,412,992
    ['llama-3.3-70b', 'fp8', 72.7], // RedHatAI
    ['llama-3.3-70b', 'fp4', 42.7], // nvidia NVFP4
    ['llama-3.3-70b', 'awq', 39.77], // casperhansen
    ['deepseek-r1', 'fp8', 688.59], // deepseek-ai, index total_size 688,586,727,753
    ['deepseek-r1', 'fp4', 424], // nvidia NVFP4
    ['gpt-oss-120b', 'fp4', 65.25], // openai, 60.8 GiB of MXFP4
    ['gpt-oss-120b', 'mxfp4', 65.25],
    ['gpt-oss-20b', 'mxfp4', 13.76], // openai, 12.8 GiB
    ['qwen3-30b-a3b', 'bf16', 61.07], // Qwen, index total_size 61,064,245,248
    ['mistral-7b', 'bf16', 14.5], // mistralai, index total_size 14,496,047,104
    ['mistral-7b', 'fp8', 7.52], // RedHatAI
    ['mistral-7b', 'awq', 4.15], // TheBloke
  ];

  it.each(published)('of %s at %s are within 3 %% of the published %d GB', (id, precision, gb) => {
    const size = weightsSize(model(id), precision);
    expect(Math.abs((size?.gb ?? 0) / gb - 1)).toBeLessThan(0.03);
  });

  it.each(published.filter(([id, precision]) => !(id === 'deepseek-r1' && precision === 'fp4')))(
    'of %s at %s, computed without looking the size up, are within 3 %% of %d GB',
    (id, precision, gb) => {
      const native = precision === 'fp4' && id.startsWith('gpt-oss') ? 'mxfp4' : precision;
      expect(Math.abs((computedWeightsGb(model(id), native) ?? 0) / gb - 1)).toBeLessThan(0.03);
    },
  );

  it('of every model are computed to within 3 % of what is published, with named exceptions', () => {
    // NVIDIA keeps DeepSeek's draft layer in 16 bits; Moonshot quantizes in groups of 32, not 128.
    const known = new Set(['deepseek-r1 nvfp4', 'kimi-k2.5 int4', 'kimi-k2-thinking int4']);
    const off = catalog.models.flatMap((each) =>
      Object.entries(each.weights_gb).flatMap(([precision, gb]) => {
        const computed = computedWeightsGb(each, precision);
        return computed !== null && Math.abs(computed / gb - 1) < 0.03 ? [] : [`${each.id} ${precision}`];
      }),
    );
    expect(off.filter((each) => !known.has(each))).toEqual([]);
  });

  it('keep embeddings and head in 16 bits at fp8: 68.45 x 1 + 2.10 x 2', () => {
    expect(computedWeightsGb(model('llama-3.1-70b'), 'fp8')).toBeCloseTo(70.554 + (2 * 128_256 * 8192) / 1e9, 6);
  });

  it('shrink from bf16 to fp8 to fp4', () => {
    for (const each of catalog.models.filter(({ modality }) => modality === 'text')) {
      const [a = 0, b = 0, c = 0] = ['bf16', 'fp8', 'nvfp4'].map((precision) => computedWeightsGb(each, precision) ?? 0);
      expect(a > b && b > c, each.id).toBe(true);
    }
  });

  it('are unknown at an unknown precision', () => {
    expect(weightsSize(model('mistral-7b'), 'fp5')).toBeNull();
    expect(QUANTIZATIONS).toContain('q4_k_m');
  });
});

describe('key/value cache', () => {
  it('of grouped heads: 2 x 80 layers x 8 heads x 128 x 2 bytes', () => {
    expect(kvBytesPerToken(model('llama-3.3-70b'), null)).toBe(2 * 80 * 8 * 128 * 2);
    expect(kvBytesPerToken(model('llama-3.3-70b'), 'fp8')).toBe(2 * 80 * 8 * 128);
  });

  it('of latent attention: 61 layers x (512 + 64) x 2 bytes', () => {
    expect(kvBytesPerToken(model('deepseek-r1'), 'bf16')).toBe(61 * 576 * 2);
  });

  it('stops growing in windowed layers', () => {
    const perLayer = 2 * 8 * 64 * 2;
    // gpt-oss-120b: 18 layers keep all 10,000 tokens, 18 keep 128
    expect(kvBytesPerSequence(model('gpt-oss-120b'), 10_000, null)).toBe(perLayer * (18 * 10_000 + 18 * 128));
    expect(kvBytesPerSequence(model('gpt-oss-120b'), 100, null)).toBe(perLayer * 36 * 100);
    // Mistral 7B v0.1: all 32 layers keep 4,096
    expect(kvBytesPerSequence(model('mistral-7b-v0.1'), 20_000, null)).toBe(2 * 8 * 128 * 2 * 32 * 4096);
  });

  it('is kept only in layers that have one', () => {
    expect(kvBytesPerToken(model('qwen3-next-80b-a3b'), null)).toBe(12 * 2 * 2 * 256 * 2);
    expect(kvBytesPerToken(model('bge-m3'), null)).toBe(0);
  });

  it('is held on every card that needs a head', () => {
    expect(kvCopies(model('llama-3.3-70b'), 8)).toBe(1);
    expect(kvCopies(model('qwen3-30b-a3b'), 8)).toBe(2);
    expect(kvCopies(model('deepseek-r1'), 8)).toBe(8);
  });

  it('is unknown at an unknown precision', () => {
    expect(kvBytesPerToken(model('mistral-7b'), 'fp3')).toBeNull();
  });
});

describe('memory fit', () => {
  it.each([
    // 80 GB cards hold 72 GB, 141 GB cards 126.9 GB after a reserve of 10 %
    ['llama-3.3-70b', 'bf16', 'h100-80gb', 2, true],
    ['llama-3.3-70b', 'bf16', 'h200-141gb', 1, false],
    ['llama-3.3-70b', 'bf16', 'h200-141gb', 2, true],
    ['llama-3.3-70b', 'fp8', 'h100-80gb', 1, false],
    ['llama-3.3-70b', 'fp8', 'h200-141gb', 1, true],
    ['llama-3.3-70b', 'fp4', 'h100-80gb', 1, true],
    ['deepseek-r1', 'fp8', 'h100-80gb', 8, false],
    ['deepseek-r1', 'fp8', 'h100-80gb', 16, true],
    ['deepseek-r1', 'fp8', 'h200-141gb', 8, true],
    ['deepseek-r1', 'fp4', 'h200-141gb', 4, true],
    ['gpt-oss-120b', 'fp4', 'h100-80gb', 1, true],
    ['gpt-oss-120b', 'bf16', 'h200-141gb', 1, false],
    ['qwen3-30b-a3b', 'bf16', 'h100-80gb', 1, true],
    ['qwen3-30b-a3b', 'fp8', 'l40s-48gb', 1, true],
    ['mistral-7b', 'bf16', 'l4-24gb', 1, true],
    ['mistral-7b', 'bf16', 'h100-80gb', 1, true],
  ])('%s at %s on %s x %d: %s', (id, quantization, card, gpus, fits) => {
    const fit = fitMemory(request(id, { quantization, gpu: gpu(card), gpus }));
    expect(fit.fits, fit.reason).toBe(fits);
    expect(fit.reason).not.toBe('');
  });

  it('counts the sequences beside the weights: (144 - 72.7) / (4,096 x 327,680 bytes) = 53', () => {
    const fit = fitMemory(request('llama-3.3-70b', { quantization: 'fp8', gpus: 2 }));
    expect(fit.usable_gb).toBeCloseTo(144, 9);
    expect(fit.free_gb).toBeCloseTo(71.3, 9);
    expect(fit.kv_gb_per_token).toBeCloseTo(0.00032768, 12);
    expect(fit.max_concurrent_sequences).toBe(53);
    expect(fitMemory(request('llama-3.3-70b', { quantization: 'fp8', gpus: 2, concurrency: 53 })).fits).toBe(true);
    expect(fitMemory(request('llama-3.3-70b', { quantization: 'fp8', gpus: 2, concurrency: 54 })).fits).toBe(false);
  });

  it('never fits fewer sequences with more cards, or more with a longer context', () => {
    const at = (gpus: number, context_tokens: number) => fitMemory(request('qwen3-30b-a3b', { gpus, context_tokens })).max_concurrent_sequences ?? Number.NaN;
    expect(at(2, 4096)).toBeGreaterThanOrEqual(at(1, 4096));
    expect(at(4, 4096)).toBeGreaterThanOrEqual(at(2, 4096));
    expect(at(1, 8192)).toBeLessThanOrEqual(at(1, 4096));
  });

  it('has no limit of sequences where nothing is cached', () => {
    const fit = fitMemory(request('sdxl-1.0', { quantization: 'fp16', gpu: gpu('l4-24gb') }));
    expect(fit).toMatchObject({ fits: true, max_concurrent_sequences: null, kv_gb_per_token: 0 });
  });

  it('is unknown, not a pass, where a precision is unknown', () => {
    expect(fitMemory(request('mistral-7b', { quantization: 'fp5' }))).toMatchObject({ fits: null, weights_gb: null, free_gb: null });
    expect(fitMemory(request('mistral-7b', { kv_quantization: 'fp3' }))).toMatchObject({ fits: null, kv_gb_per_token: null });
  });
});
