// Writes a llama model with random weights as a GGUF file: 4 layers x 128, byte tokens, about 1.7 MB. Its answers are noise, its work is real.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3)
import { writeFileSync } from 'node:fs';

const LAYERS = 4;
const WIDTH = 128;
const FFN = 256;
const HEADS = 4;
const CONTEXT = 4096;
const ALIGNMENT = 32;

const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };
const F32 = 0;
const F16 = 1;
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

/** 256 bytes after the three special tokens a llama tokenizer needs. */
const TOKENS = ['<unk>', '<s>', '</s>', ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`), '\u2581'];
const TOKEN_TYPES = TOKENS.map((_, index) => (index === 0 ? UNKNOWN : index < 3 ? CONTROL : index < 259 ? BYTE : NORMAL));

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

const WRITERS = { u32, i32: u32, f32, bool: (value) => Buffer.from([value ? 1 : 0]), string: text };

function pair(key, type, value) {
  return Buffer.concat([text(key), u32(TYPES[type]), WRITERS[type](value)]);
}

function list(key, type, values) {
  return Buffer.concat([text(key), u32(TYPES.array), u32(TYPES[type]), u64(values.length), ...values.map(WRITERS[type])]);
}

/** Random numbers from a seed (mulberry32), so that every run has the same model. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Half precision of a small number: weights here are below 1 and above 2^-14 or cut to 0. */
function half(value) {
  const [bits] = new Uint32Array(new Float32Array([value]).buffer);
  const exponent = ((bits >>> 23) & 0xff) - 112;
  return exponent <= 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

function tensors(random) {
  const matrix = (name, columns, rows) => ({
    name,
    dims: [columns, rows],
    type: F16,
    data: Buffer.from(Uint16Array.from({ length: columns * rows }, () => half((random() - 0.5) * 0.2)).buffer),
  });
  const norm = (name) => ({ name, dims: [WIDTH], type: F32, data: Buffer.from(new Float32Array(WIDTH).fill(1).buffer) });
  const layers = Array.from({ length: LAYERS }, (_, layer) => [
    norm(`blk.${layer}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part) => matrix(`blk.${layer}.${part}.weight`, WIDTH, WIDTH)),
    norm(`blk.${layer}.ffn_norm.weight`),
    matrix(`blk.${layer}.ffn_gate.weight`, WIDTH, FFN),
    matrix(`blk.${layer}.ffn_up.weight`, WIDTH, FFN),
    matrix(`blk.${layer}.ffn_down.weight`, FFN, WIDTH),
  ]);
  return [matrix('token_embd.weight', WIDTH, TOKENS.length), ...layers.flat(), norm('output_norm.weight'), matrix('output.weight', WIDTH, TOKENS.length)];
}

function metadata() {
  return [
    pair('general.architecture', 'string', 'llama'),
    pair('general.name', 'string', 'random-bytes'),
    pair('general.alignment', 'u32', ALIGNMENT),
    pair('llama.context_length', 'u32', CONTEXT),
    pair('llama.embedding_length', 'u32', WIDTH),
    pair('llama.block_count', 'u32', LAYERS),
    pair('llama.feed_forward_length', 'u32', FFN),
    pair('llama.attention.head_count', 'u32', HEADS),
    pair('llama.attention.head_count_kv', 'u32', HEADS),
    pair('llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5),
    pair('llama.rope.dimension_count', 'u32', WIDTH / HEADS),
    pair('llama.vocab_size', 'u32', TOKENS.length),
    pair('tokenizer.ggml.model', 'string', 'llama'),
    list('tokenizer.ggml.tokens', 'string', TOKENS),
    list(
      'tokenizer.ggml.scores',
      'f32',
      TOKENS.map(() => 0),
    ),
    list('tokenizer.ggml.token_type', 'i32', TOKEN_TYPES),
    pair('tokenizer.ggml.bos_token_id', 'u32', 1),
    pair('tokenizer.ggml.eos_token_id', 'u32', 2),
    pair('tokenizer.ggml.unknown_token_id', 'u32', 0),
    pair('tokenizer.ggml.add_bos_token', 'bool', true),
    pair('tokenizer.ggml.add_space_prefix', 'bool', false),
  ];
}

const padding = (length) => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

export function writeModel(path) {
  const all = tensors(seeded(42));
  const pairs = metadata();
  let offset = 0;
  const infos = all.map(({ name, dims, type, data }) => {
    const info = Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset)]);
    offset += data.length + padding(data.length).length;
    return info;
  });
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(all.length), u64(pairs.length), ...pairs, ...infos]);
  writeFileSync(path, Buffer.concat([head, padding(head.length), ...all.flatMap(({ data }) => [data, padding(data.length)])]));
}
