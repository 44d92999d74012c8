import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likeness } from '../../../src/engine/capacity/calibration-kernel.ts';
import { likenesses, packTraits } from '../../../src/engine/capacity/calibration-packed.ts';
import { identityOf, prepareRows, traitOf } from '../../../src/engine/capacity/calibration-rows.ts';
import { KERNEL } from '../../../src/engine/capacity/calibration-run.ts';
import { pointEstimate } from '../../../src/engine/capacity/estimate-point.ts';
import { expertShare, memoryBatch, operate, stepTime } from '../../../src/engine/capacity/roofline.ts';
import { START } from '../../../src/engine/capacity/roofline-constants.ts';
import { engineKind, normalPrecision, weightPrecision } from '../../../src/engine/capacity/roofline-kinds.ts';
import { frameOf, machineOf } from '../../../src/engine/capacity/roofline-machine.ts';
import { CATALOG, gpu, model, SOURCES } from '../../capacity/release.ts';

function machine(modelId: string, gpuId: string, gpus: number, precision: string) {
  const frame = frameOf({ model: model(modelId), accelerator: gpu(gpuId), gpus, attentionParallel: false, precision, kvPrecision: null, engine: null });
  if (frame === null) throw new Error('no frame');
  return machineOf(frame, START);
}

describe('experts', () => {
  test('a mixture reads its active experts at batch 1 and nearly all at batch 256', () => {
    expect(expertShare(128, 4, 1)).toBeCloseTo(4 / 128, 12);
    expect(expertShare(128, 4, 256)).toBeGreaterThan(0.999);
    const m = machine('gpt-oss-120b', 'h100-80gb', 1, 'mxfp4');
    const readAt = (batch: number) => (stepTime(m, batch, 1000).weights - m.denseBytes / m.denseBandwidth) * m.expertBandwidth;
    // gpt-oss-120b holds 36 x 128 experts and takes 4 of 128.
    expect(readAt(1) / m.expertBytes).toBeCloseTo(4 / 128, 9);
    expect(readAt(256) / m.expertBytes).toBeGreaterThan(0.999);
  });
});

describe('one step', () => {
  test('of Llama 3.3 70B at bf16 on 4 H100 reads its weights at the bandwidth of all four', () => {
    const m = machine('llama-3.3-70b', 'h100-80gb', 4, 'bf16');
    // 141.11 GB published; the input embedding (128,256 x 8,192 x 2 bytes = 2.10 GB) is looked up, not read: 139.0 GB.
    expect(m.denseBytes / 1e9).toBeCloseTo(139.0, 0);
    expect(stepTime(m, 1, 0).weights).toBeCloseTo(139.0e9 / (4 * 3.35e12 * START.bandwidth), 4);
  });

  test('grows with the batch and with the context', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 1, max: 30_000 }), (batch, context) => {
        const m = machine('qwen3-235b-a22b', 'h200-141gb', 8, 'fp8');
        expect(stepTime(m, batch + 1, context).total).toBeGreaterThan(stepTime(m, batch, context).total);
        expect(stepTime(m, batch, context + 1).total).toBeGreaterThan(stepTime(m, batch, context).total);
      }),
    );
  });

  test('throughput rises with the batch, latency too', () => {
    const m = machine('llama-3.1-8b', 'l40s-48gb', 1, 'fp8');
    const shape = { inputTokens: 500, outputTokens: 500, cachedTokens: 0 };
    for (let batch = 1; batch < 256; batch++) {
      expect(operate(m, shape, batch + 1).outputTokensPerS).toBeGreaterThan(operate(m, shape, batch).outputTokensPerS);
      expect(operate(m, shape, batch + 1).tpotSeconds).toBeGreaterThan(operate(m, shape, batch).tpotSeconds);
    }
  });

  test('latent attention keeps a copy of the cache on every accelerator, data-parallel attention does not', () => {
    const of = (attentionParallel: boolean) => {
      const frame = frameOf({
        model: model('deepseek-r1'),
        accelerator: gpu('h200-141gb'),
        gpus: 8,
        attentionParallel,
        precision: 'fp8',
        kvPrecision: 'bf16',
        engine: null,
      });
      if (frame === null) throw new Error('no frame');
      return machineOf(frame, START);
    };
    expect(of(false).kvCopies).toBe(8);
    expect(of(true).kvCopies).toBe(1);
    const shape = { inputTokens: 1000, outputTokens: 1000, cachedTokens: 0 };
    expect(memoryBatch(of(true), shape)).toBeGreaterThan(2 * memoryBatch(of(false), shape));
  });
});

describe('names', () => {
  test.each([
    ['FP8', 'fp8'],
    ['F16', 'bf16'],
    ['float16', 'bf16'],
    ['NVFP4', 'fp4'],
    ['MXFP4', 'mxfp4'],
    ['Q4_K_M', 'q4_k_m'],
    ['w4a16', 'int4'],
    ['int8', 'int8'],
    ['nonsense', null],
  ])('precision %s is %s', (text, expected) => expect(normalPrecision(text)).toBe(expected));

  test('a checkpoint that only exists in four bits stays in four bits', () => {
    expect(weightPrecision(model('gpt-oss-120b'), 'fp8')).toBe('mxfp4');
    expect(weightPrecision(model('llama-3.3-70b'), 'fp8')).toBe('fp8');
    expect(weightPrecision(model('llama-3.3-70b'), '')).toBe('bf16');
  });

  test.each([
    ['TensorRT-LLM 0.14', 'trt_old'],
    ['TensorRT-LLM 0.20', 'trt'],
    ['TensorRT-LLM 0.9 (static batch 1024)', 'trt_static'],
    ['TensorRT 10.11, CUDA 12.9', 'mlperf_new'],
    ['TensorRT 10.2.0, CUDA 12.4', 'mlperf'],
    ['vLLM 0.4.3+rocm614, PyTorch 2.3.0, ROCm 6.1.2', 'mlperf_amd'],
    ['vllm vllm/vllm-openai:v0.13.0', 'vllm'],
    ['vllm rocm/7.0:rocm7.0_ubuntu_22.04_vllm_0.10.1_instinct', 'vllm'],
    ['vLLM (nov 2024)', 'vllm_old'],
    ['sglang lmsysorg/sglang:v0.5.6-cu129-amd64', 'sglang'],
    ['sglang lmsysorg/sglang:v0.5.10', 'sglang'],
    ['sglang 0.5.3', 'sglang_old'],
    ['sglang', 'sglang'],
    ['llama.cpp (2024-05)', 'llamacpp'],
    [null, 'vllm'],
  ])('engine %s is %s', (text, expected) => expect(engineKind(text).id).toBe(expected));
});

describe('the residual correction', () => {
  test('packed likenesses equal the kernel, pair by pair', () => {
    const rows = prepareRows(
      (CATALOG.throughput?.rows ?? []).filter((_, i) => i % 40 === 0),
      SOURCES.models,
      SOURCES.hardware,
    );
    const traits = rows.flatMap((row) => {
      const point = pointEstimate(row.frame, SOURCES.throughput.constants);
      return point === null ? [] : [traitOf(row.identity, row.frame, point)];
    });
    const stranger = {
      ...identityOf(model('phi-4'), gpu('gaudi3-128gb'), 'bf16', 'sglang', false),
      lnInput: 7,
      lnOutput: 5,
      lnBatch: 2,
      lnSplit: 0,
      saturated: true,
    };
    const packed = packTraits(traits);
    expect(traits.length).toBeGreaterThan(30);
    for (const trait of [...traits.slice(0, 8), stranger]) {
      const fast = likenesses(trait, packed, KERNEL);
      traits.forEach((each, i) => {
        expect(fast[i]).toBeCloseTo(likeness(trait, each, KERNEL), 12);
      });
    }
  });
});
