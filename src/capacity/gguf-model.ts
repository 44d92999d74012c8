/** Reads the header of a GGUF file: dimensions, experts, windows, and the size of the weights as they are stored. */

import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError } from '../files/problem.ts';
import { countParams, type OwnArchitecture, type OwnModel, ownModel } from './own-model-type.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** llama.cpp's file types whose name is also a precision here. */
const FILE_TYPES: Readonly<Record<number, string>> = { 0: 'fp32', 1: 'bf16', 7: 'q8_0', 15: 'q4_k_m', 17: 'q5_k_m', 18: 'q6_k', 32: 'bf16', 38: 'mxfp4' };

/** @throws InputError when the file is missing or not GGUF */
export async function ggufModel(path: string): Promise<OwnModel> {
  if (!existsSync(path) || !statSync(path).isFile()) throw InputError.of('file.missing', 'There is no such file.', 'Check the path.', path);
  const { gguf } = await import('@huggingface/gguf');
  let parsed: { metadata: Metadata; parameterCount: number };
  try {
    parsed = (await gguf(path, { allowLocalFile: true, computeParametersCount: true })) as unknown as typeof parsed;
  } catch (error) {
    throw InputError.of(
      'gguf.unreadable',
      `This is not a GGUF file that can be read: ${(error as Error).message}.`,
      'Give the first file of a split model.',
      path,
    );
  }
  return fromMetadata(parsed.metadata, parsed.parameterCount, statSync(path).size, path);
}

/** From the metadata alone, for tests and remote headers. */
export function fromMetadata(metadata: Metadata, parameters: number, fileBytes: number, path: string): OwnModel {
  const notes: string[] = [];
  const arch = String(metadata['general.architecture'] ?? '');
  const read = (name: string) => numberOf(metadata[`${arch}.${name}`]);
  const architecture = architectureOf(metadata, read, notes, path);
  const counted = countParams(architecture, { denseFfn: read('feed_forward_length'), mla: null });
  const split = /-\d{5}-of-(\d{5})/.exec(basename(path));
  if (split !== null) notes.push(`this is one of ${Number(split[1])} files: the size of the whole is reckoned from the dimensions`);
  const whole = split === null;
  const total = whole && parameters > 0 ? parameters : counted.total;
  return ownModel(
    {
      label: String(metadata['general.name'] ?? basename(path)),
      architecture,
      totalParams: total,
      activeParams: architecture.experts === null ? total : Math.min(total, total - (counted.total - counted.active)),
      contextTokens: read('context_length'),
      precision: precisionOf(metadata, fileBytes, parameters, notes),
      weightBytes: whole ? fileBytes : null,
      source: path,
    },
    notes,
  );
}

function architectureOf(metadata: Metadata, read: (name: string) => number | null, notes: string[], path: string): OwnArchitecture {
  const layers = read('block_count');
  const hidden = read('embedding_length');
  const heads = read('attention.head_count');
  if (layers === null || hidden === null || heads === null)
    throw InputError.of(
      'gguf.not-a-language-model',
      'The header names no block_count, embedding_length or head_count.',
      'Give the GGUF file of a language model.',
      path,
    );
  const experts = read('expert_count');
  const rank = read('attention.kv_lora_rank');
  const vocabulary = metadata['tokenizer.ggml.tokens'];
  const vocab = read('vocab_size') ?? (Array.isArray(vocabulary) ? vocabulary.length : null);
  if (vocab === null) notes.push('the size of the vocabulary is missing: 32,000 is taken');
  return {
    layers,
    hidden,
    heads,
    kv_heads: read('attention.head_count_kv') ?? heads,
    head_dim: read('attention.key_length') ?? hidden / heads,
    mla_kv_dim: rank === null ? null : rank + (read('rope.dimension_count') ?? 64),
    sliding_window: read('attention.sliding_window'),
    sliding_layers: null,
    tied_embeddings: false,
    vocab: vocab ?? 32_000,
    experts: experts !== null && experts > 1 ? experts : null,
    experts_per_token: experts === null ? null : (read('expert_used_count') ?? 2),
    shared_experts: read('expert_shared_count'),
    ffn: read('expert_feed_forward_length') ?? read('feed_forward_length'),
    dense_layers: experts === null ? null : (read('leading_dense_block_count') ?? 0),
  };
}

/** GGUF counts may be one number, a number a layer, or 64-bit. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return numberOf(value.find((each) => Number(each) > 0));
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function precisionOf(metadata: Metadata, fileBytes: number, parameters: number, notes: string[]): string {
  const known = FILE_TYPES[numberOf(metadata['general.file_type']) ?? -1];
  if (known !== undefined) return known;
  const bits = parameters > 0 ? (8 * fileBytes) / parameters : 5;
  const name = bits < 5.2 ? 'q4_k_m' : bits < 6.2 ? 'q5_k_m' : bits < 7.5 ? 'q6_k' : bits < 12 ? 'q8_0' : 'bf16';
  notes.push(`weights of ${bits.toFixed(1)} bits each are reckoned like ${name}`);
  return name;
}
