import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromMetadata } from '../../src/capacity/gguf-model.ts';
import { configModel } from '../../src/capacity/hf-config.ts';
import { loadOwnModel } from '../../src/capacity/own-model.ts';
import { replicaOf } from '../../src/capacity/replica.ts';
import { estimateReplica } from '../../src/engine/capacity/estimate.ts';
import { SOURCES } from './release.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'capacity-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const LLAMA_8B = {
  num_hidden_layers: 32,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  intermediate_size: 14336,
  torch_dtype: 'bfloat16',
  max_position_embeddings: 131072,
  tie_word_embeddings: false,
};

describe('a Hugging Face config', () => {
  test('of Llama 3.1 8B: 8.03 billion parameters from its dimensions', () => {
    const { value, precision, notes } = configModel(LLAMA_8B, 'x', null, 'config.json');
    // 32 x (2 x 4096 x 128 x (32 + 8) + 3 x 4096 x 14,336) + 2 x 128,256 x 4096 = 8.03e9 (norms aside).
    expect(value.total_params_b).toBeCloseTo(8.03, 2);
    expect(value.architecture).toMatchObject({ layers: 32, kv_heads: 8, head_dim: 128, experts: null, mla_kv_dim: null });
    expect(precision).toBe('bf16');
    expect(notes.join(' ')).toContain('reckoned from the dimensions');
  });

  test('of a mixture with latent attention (DeepSeek V3): 671 and 37 billion', () => {
    const config = {
      num_hidden_layers: 61,
      hidden_size: 7168,
      num_attention_heads: 128,
      num_key_value_heads: 128,
      vocab_size: 129280,
      intermediate_size: 18432,
      moe_intermediate_size: 2048,
      n_routed_experts: 256,
      num_experts_per_tok: 8,
      n_shared_experts: 1,
      first_k_dense_replace: 3,
      kv_lora_rank: 512,
      q_lora_rank: 1536,
      qk_rope_head_dim: 64,
      qk_nope_head_dim: 128,
      v_head_dim: 128,
      quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128] },
    };
    const { value, precision } = configModel(config, 'x', null, 'config.json');
    expect(value.total_params_b).toBeCloseTo(671, -1);
    expect(value.active_params_b).toBeCloseTo(37.5, 0);
    expect(value.architecture).toMatchObject({ mla_kv_dim: 576, experts: 256, experts_per_token: 8, dense_layers: 3, ffn: 2048 });
    expect(precision).toBe('fp8');
  });

  test('sliding windows, hybrids, text parts and quantizations are read', () => {
    const types = Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? 'sliding_attention' : 'full_attention'));
    const oss = configModel(
      { ...LLAMA_8B, num_hidden_layers: 36, sliding_window: 128, layer_types: types, quantization_config: { quant_method: 'mxfp4' } },
      'x',
      null,
      'c',
    );
    expect(oss.value.architecture).toMatchObject({ sliding_window: 128, sliding_layers: 18 });
    expect(oss.precision).toBe('mxfp4');
    const hybrid = configModel({ ...LLAMA_8B, full_attention_interval: 4 }, 'x', null, 'c');
    expect(hybrid.value.architecture?.kv_layers).toBe(8);
    const multimodal = configModel({ text_config: LLAMA_8B, vision_config: {} }, 'x', null, 'c');
    expect(multimodal.notes.join(' ')).toContain('multimodal');
    const awq = configModel({ ...LLAMA_8B, quantization_config: { quant_method: 'awq', bits: 4 } }, 'x', null, 'c');
    expect(awq.precision).toBe('awq');
    const nvfp4 = configModel({ ...LLAMA_8B, quantization_config: { quant_method: 'modelopt', quant_algo: 'NVFP4' } }, 'x', null, 'c');
    expect(nvfp4.precision).toBe('fp4');
  });

  test('what is missing is said', () => {
    const { num_key_value_heads: _, ...rest } = LLAMA_8B;
    const { notes } = configModel({ ...rest, sliding_window: 4096, num_local_experts: 8 }, 'x', null, 'c');
    expect(notes.join(' ')).toContain('num_key_value_heads is missing');
    expect(notes.join(' ')).toContain('experts per token is missing');
    expect(notes.join(' ')).toContain('sliding window');
    expect(() => configModel({ architectures: ['ResNet'] }, 'x', null, 'c')).toThrow(/no num_hidden_layers/);
  });

  test('in a folder, with the index of its weights, estimates like the catalog entry', async () => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(LLAMA_8B));
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: { total_size: 16_060_522_496 } }));
    const words = { gpu: 'h100', count: 1, input: 1000, output: 300, reasoning: 0, cached: 0 };
    const own = await replicaOf(join(folder, 'config.json'), words, SOURCES, { cwd: '/', env: {} });
    const known = await replicaOf('llama-3.1-8b', words, SOURCES, { cwd: '/', env: {} });
    const [a, b] = [estimateReplica(own.input), estimateReplica(known.input)];
    if (a.kind === 'none' || b.kind === 'none') throw new Error('no estimate');
    expect(a.output_tokens_per_s.p50 / b.output_tokens_per_s.p50).toBeGreaterThan(0.85);
    expect(a.output_tokens_per_s.p50 / b.output_tokens_per_s.p50).toBeLessThan(1.15);
  });

  test('a file that is not there, not JSON or an unreachable repository is a clear error', async () => {
    writeFileSync(join(folder, 'bad.json'), '{');
    await expect(loadOwnModel(join(folder, 'none.json'), { cwd: '/', env: {} })).rejects.toThrow(/no such file/);
    await expect(loadOwnModel(join(folder, 'bad.json'), { cwd: '/', env: {} })).rejects.toThrow(/not JSON/);
    await expect(loadOwnModel('nobody/nothing', { cwd: '/', env: { HF_ENDPOINT: 'http://127.0.0.1:9' } })).rejects.toThrow(/can't be reached/);
  });
});

/** A GGUF v3 header: strings and 32-bit numbers only, no tensors. */
function ggufBytes(metadata: Readonly<Record<string, string | number | string[]>>): Buffer {
  const parts: Buffer[] = [];
  const u32 = (value: number) => parts.push(Buffer.from(Uint32Array.of(value).buffer));
  const u64 = (value: number) => parts.push(Buffer.from(BigUint64Array.of(BigInt(value)).buffer));
  const text = (value: string) => {
    u64(Buffer.byteLength(value));
    parts.push(Buffer.from(value));
  };
  parts.push(Buffer.from('GGUF'));
  u32(3);
  u64(0);
  u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    text(key);
    if (typeof value === 'number') {
      u32(4);
      u32(value);
    } else if (typeof value === 'string') {
      u32(8);
      text(value);
    } else {
      u32(9);
      u32(8);
      u64(value.length);
      value.forEach(text);
    }
  }
  return Buffer.concat([...parts, Buffer.alloc(64)]);
}

describe('a GGUF header', () => {
  const metadata = {
    'general.architecture': 'llama',
    'general.name': 'Tiny',
    'general.file_type': 15,
    'llama.block_count': 32,
    'llama.embedding_length': 4096,
    'llama.attention.head_count': 32,
    'llama.attention.head_count_kv': 8,
    'llama.feed_forward_length': 14336,
    'llama.context_length': 8192,
    'tokenizer.ggml.tokens': Array.from({ length: 50 }, (_, i) => `t${i}`),
  };

  test('is read from a file', async () => {
    const path = join(folder, 'tiny-Q4_K_M.gguf');
    writeFileSync(path, ggufBytes(metadata));
    const { value, precision } = await loadOwnModel(path, { cwd: '/', env: {} });
    expect(value.label).toBe('Tiny');
    expect(value.context_tokens).toBe(8192);
    expect(precision).toBe('q4_k_m');
    expect(value.architecture).toMatchObject({ layers: 32, hidden: 4096, kv_heads: 8, vocab: 50 });
  });

  test('experts, windows and file size are taken', () => {
    const moe = { ...metadata, 'llama.expert_count': 8, 'llama.expert_used_count': 2, 'llama.attention.sliding_window': 4096 };
    const { value } = fromMetadata(moe, 46_700_000_000, 26_440_000_000, 'mixtral.gguf');
    expect(value.weights_gb).toEqual({ q4_k_m: 26.44 });
    expect(value.architecture).toMatchObject({ experts: 8, experts_per_token: 2, sliding_window: 4096 });
    expect(value.active_params_b).toBeLessThan(0.4 * value.total_params_b);
  });

  test('one file of several and unknown quantizations are said', () => {
    const { notes } = fromMetadata({ ...metadata, 'general.file_type': 99 }, 8_000_000_000, 5_000_000_000, 'big-00001-of-00003.gguf');
    expect(notes.join(' ')).toContain('one of 3 files');
    expect(notes.join(' ')).toContain('bits each are reckoned like');
  });

  test('something else is a clear error', async () => {
    const path = join(folder, 'no.gguf');
    writeFileSync(path, 'hello, this is not a model at all');
    await expect(loadOwnModel(path, { cwd: '/', env: {} })).rejects.toThrow(/not a GGUF file/);
  });
});
