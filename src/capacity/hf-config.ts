/** Reads a Hugging Face `config.json`: dense, mixture-of-experts, latent attention, sliding windows, quantization. */

import { InputError } from '../files/problem.ts';
import { countParams, type MlaSizes, type OwnArchitecture, type OwnModel, ownModel } from './own-model-type.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads fields by any of their names and remembers what was missing. */
class Fields {
  readonly notes: string[] = [];
  readonly #json: Json;

  constructor(json: Json) {
    this.#json = json;
  }

  number(...names: string[]): number | null {
    for (const name of names) {
      const value = this.#json[name];
      if (typeof value === 'number' && Number.isFinite(value)) return value;
    }
    return null;
  }

  text(name: string): string | null {
    const value = this.#json[name];
    return typeof value === 'string' ? value : null;
  }

  flag(name: string): boolean | null {
    const value = this.#json[name];
    return typeof value === 'boolean' ? value : null;
  }

  list(name: string): readonly unknown[] | null {
    const value = this.#json[name];
    return Array.isArray(value) ? value : null;
  }

  object(name: string): Json | null {
    const value = this.#json[name];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  }
}

/** @throws InputError when the file doesn't describe a language model */
export function configModel(json: unknown, label: string, weightBytes: number | null, file: string): OwnModel {
  const outer = new Fields(typeof json === 'object' && json !== null ? (json as Json) : {});
  const text = outer.object('text_config') ?? outer.object('llm_config') ?? outer.object('language_config');
  const f = text === null ? outer : new Fields(text);
  if (text !== null) f.notes.push('only the language part of this multimodal model is counted');
  const architecture = architectureOf(f, file);
  const mla = mlaOf(f);
  const params = countParams(architecture, { denseFfn: f.number('intermediate_size', 'intermediate_size_mlp', 'ffn_hidden_size'), mla });
  const precision = precisionOf(outer, f);
  if (weightBytes === null) f.notes.push('the number of parameters is reckoned from the dimensions; norms, biases and vision parts are left out');
  return ownModel(
    {
      label: outer.text('_name_or_path') ?? label,
      architecture,
      totalParams: params.total,
      activeParams: params.active,
      contextTokens: f.number('max_position_embeddings', 'n_positions', 'seq_length'),
      precision,
      weightBytes,
      source: file,
    },
    [...outer.notes, ...f.notes.filter((note) => !outer.notes.includes(note))],
  );
}

function architectureOf(f: Fields, file: string): OwnArchitecture {
  const layers = f.number('num_hidden_layers', 'n_layer', 'num_layers');
  const hidden = f.number('hidden_size', 'n_embd', 'd_model');
  const heads = f.number('num_attention_heads', 'n_head');
  const vocab = f.number('vocab_size');
  if (layers === null || hidden === null || heads === null || vocab === null)
    throw InputError.of(
      'capacity.not-a-language-model',
      'This config has no num_hidden_layers, hidden_size, num_attention_heads or vocab_size.',
      'Give the config.json of a language model.',
      file,
    );
  const experts = f.number('num_local_experts', 'num_experts', 'n_routed_experts', 'moe_num_experts');
  const kvHeads = f.number('num_key_value_heads', 'num_kv_heads', 'multi_query_group_num');
  if (kvHeads === null) f.notes.push('num_key_value_heads is missing: every attention head is taken to have keys and values of its own');
  const headDim = f.number('head_dim', 'v_head_dim') ?? hidden / heads;
  const mla = mlaOf(f);
  return {
    layers,
    hidden,
    heads,
    kv_heads: kvHeads ?? heads,
    head_dim: headDim,
    mla_kv_dim: mla === null ? null : mla.kvRank + mla.rope,
    ...windowOf(f, layers),
    ...linearLayers(f, layers),
    tied_embeddings: f.flag('tie_word_embeddings') === true,
    vocab,
    experts: experts !== null && experts > 1 ? experts : null,
    experts_per_token:
      experts === null ? null : (f.number('num_experts_per_tok', 'num_experts_per_token', 'experts_per_token', 'moe_top_k', 'top_k_experts') ?? missingTopK(f)),
    shared_experts: sharedExperts(f),
    ffn:
      (experts === null ? null : f.number('moe_intermediate_size', 'expert_intermediate_size')) ?? f.number('intermediate_size', 'n_inner', 'ffn_hidden_size'),
    dense_layers: experts === null ? null : denseLayers(f, layers),
  };
}

function missingTopK(f: Fields): number {
  f.notes.push('the number of experts per token is missing: 2 are taken');
  return 2;
}

function sharedExperts(f: Fields): number | null {
  const count = f.number('n_shared_experts', 'num_shared_experts');
  if (count !== null) return count;
  const shared = f.number('shared_expert_intermediate_size');
  const expert = f.number('moe_intermediate_size');
  return shared === null || expert === null || expert === 0 ? null : shared / expert;
}

/** Layers without experts: the first few, or all but every n-th. */
function denseLayers(f: Fields, layers: number): number {
  const first = f.number('first_k_dense_replace', 'moe_layer_start_index');
  if (first !== null) return first;
  const every = f.number('interleave_moe_layer_step', 'decoder_sparse_step', 'moe_layer_freq');
  return every !== null && every > 1 ? layers - Math.floor(layers / every) : 0;
}

function mlaOf(f: Fields): MlaSizes | null {
  const kvRank = f.number('kv_lora_rank');
  if (kvRank === null) return null;
  return {
    kvRank,
    rope: f.number('qk_rope_head_dim') ?? 64,
    nope: f.number('qk_nope_head_dim') ?? 128,
    value: f.number('v_head_dim') ?? 128,
    qRank: f.number('q_lora_rank'),
  };
}

function windowOf(f: Fields, layers: number): { sliding_window: number | null; sliding_layers: number | null } {
  const window = f.number('sliding_window', 'attention_chunk_size');
  if (window === null || f.flag('use_sliding_window') === false) return { sliding_window: null, sliding_layers: null };
  const types = f.list('layer_types');
  if (types !== null) return { sliding_window: window, sliding_layers: types.filter((type) => /sliding|chunked/.test(String(type))).length };
  const pattern = f.number('sliding_window_pattern', '_sliding_window_pattern');
  if (pattern !== null && pattern > 1) return { sliding_window: window, sliding_layers: layers - Math.floor(layers / pattern) };
  f.notes.push('which layers use the sliding window is not said: all of them are taken to');
  return { sliding_window: window, sliding_layers: null };
}

/** Hybrids keep a cache in their full-attention layers only. */
function linearLayers(f: Fields, layers: number): { kv_layers?: number } {
  const types = f.list('layer_types');
  const linear = types?.filter((type) => /linear|mamba|recurrent/.test(String(type))).length ?? 0;
  if (linear > 0) return { kv_layers: layers - linear };
  const interval = f.number('full_attention_interval');
  return interval !== null && interval > 1 ? { kv_layers: Math.floor(layers / interval) } : {};
}

function precisionOf(outer: Fields, f: Fields): string {
  const quantization = outer.object('quantization_config') ?? f.object('quantization_config');
  const dtype = (f.text('torch_dtype') ?? f.text('dtype') ?? outer.text('torch_dtype') ?? outer.text('dtype') ?? 'bfloat16').toLowerCase();
  if (quantization === null) return dtype.includes('32') ? 'fp32' : dtype.includes('8') ? 'fp8' : 'bf16';
  const words = JSON.stringify(quantization).toLowerCase();
  const q = new Fields(quantization);
  const method = q.text('quant_method') ?? '';
  if (/mxfp4/.test(words)) return 'mxfp4';
  if (/nvfp4|"fp4/.test(words)) return 'fp4';
  if (/awq/.test(method)) return 'awq';
  if (/gptq/.test(method)) return 'gptq';
  if (method === 'fp8' || /fp8|float8|"type":"float"[^}]*"num_bits":8|"num_bits":8[^}]*"type":"float"/.test(words)) return 'fp8';
  const bits = q.number('bits') ?? Number(/"num_bits":(\d)/.exec(words)?.[1] ?? (q.flag('load_in_4bit') === true ? 4 : 8));
  f.notes.push(`the quantization ${JSON.stringify(method)} is taken as ${bits === 4 ? 'int4' : 'int8'}`);
  return bits === 4 ? 'int4' : 'int8';
}
