import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { OpenModel } from '../../src/engine/catalog.ts';
import { compileCatalog } from '../../src/prices/compile.ts';
import { modelsFile } from '../../src/schema/pricing-models.ts';

const catalog = compileCatalog(join(import.meta.dirname, '../../pricing'));
const { models } = catalog;
const today = new Date().toISOString().slice(0, 10);
const byId = (id: string): OpenModel => {
  const found = models.find((model) => model.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};

/** Parameters of a decoder with gated feed-forward layers, in billions; norms, biases and vision towers left out. */
function countParameters(model: OpenModel): number {
  const a = model.architecture;
  if (a === null) return Number.NaN;
  const embeddings = a.vocab * a.hidden * (a.tied_embeddings ? 1 : 2);
  const attention = 2 * a.hidden * a.heads * a.head_dim + 2 * a.hidden * a.kv_heads * a.head_dim;
  const width = 3 * a.hidden * (a.ffn ?? 0);
  const dense = a.dense_layers ?? 0;
  const feedForward = a.experts === null ? a.layers * width : (a.layers - dense) * (a.experts + (a.shared_experts ?? 0)) * width;
  return (embeddings + a.layers * attention + feedForward) / 1e9;
}

describe('open models', () => {
  it('are 60 or more, of every modality', () => {
    expect(models.length).toBeGreaterThanOrEqual(60);
    expect(new Set(models.map((model) => model.modality))).toEqual(new Set(['text', 'speech_to_text', 'image', 'embedding']));
  });

  it('all have architecture, licence, release date and a source that is not of the future', () => {
    for (const model of models) {
      expect(model.architecture, model.id).not.toBeNull();
      expect(model.licence.name, model.id).not.toBe('');
      expect(model.released, model.id).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const sourced of [model.licence, ...model.sources, ...model.published_work_per_s]) {
        expect(sourced.source, model.id).toMatch(/^https?:\/\//);
        expect(sourced.checked <= today, `${model.id} ${sourced.checked}`).toBe(true);
      }
    }
  });

  it('have ids and aliases that mean one of them', () => {
    const names = models.flatMap((model) => [model.id, ...model.aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('are what the API price files mean by open_model', () => {
    const known = new Set(models.map((model) => model.id));
    expect(catalog.api.filter((api) => api.open_model !== null && !known.has(api.open_model)).map((api) => api.id)).toEqual([]);
  });

  it('have the parameters their architecture implies, to within 2 %', () => {
    // What the count leaves out: vision towers (named), latent attention and state-space layers.
    const beyond = new Set(['gemma-3-4b', 'gemma-3-12b', 'llama-3.2-11b-vision', 'ministral-3-14b', 'nemotron-3-nano-30b-a3b']);
    const plain = models.filter((model) => model.modality === 'text' && model.architecture?.mla_kv_dim === null && !beyond.has(model.id));
    expect(plain.length).toBeGreaterThan(50);
    for (const model of plain) expect(Math.abs(countParameters(model) / model.total_params_b - 1), model.id).toBeLessThan(0.02);
  });

  it('use no more parameters per token than they hold, and fewer when they have experts', () => {
    for (const model of models) {
      const routed = (model.architecture?.experts ?? 0) > 0;
      if (routed) expect(model.active_params_b, model.id).toBeLessThan(model.total_params_b / 2.5);
      else expect(model.active_params_b, model.id).toBe(model.total_params_b);
    }
  });

  it('publish rates for accelerators we know, in the unit of their modality', () => {
    const known = new Set(catalog.hardware.map((accelerator) => accelerator.id));
    for (const model of models) {
      expect(model.work_unit, model.id).toBe(model.modality === 'speech_to_text' ? 'audio_second' : model.modality === 'image' ? 'image' : null);
      for (const rate of model.published_work_per_s) expect(known.has(rate.gpu), `${model.id} ${rate.gpu}`).toBe(true);
    }
    expect(byId('whisper-large-v3').published_work_per_s[0]).toMatchObject({ gpu: 'a100-80gb', work_per_s: 145.51 });
    expect(byId('sdxl-1.0').published_work_per_s.map((rate) => rate.gpu)).toContain('h100-80gb');
  });
});

describe('licences', () => {
  it.each([
    ['llama-3.3-70b', { commercial: 'conditional', max_monthly_active_users: 700_000_000, excluded_domiciles: [] }],
    ['llama-4-scout', { commercial: 'conditional', max_monthly_active_users: 700_000_000, excluded_domiciles: ['eu'] }],
    ['llama-4-maverick', { excluded_domiciles: ['eu'] }],
    ['sdxl-1.0', { commercial: 'conditional' }],
    ['sdxl-turbo', { commercial: 'no' }],
    ['flux.1-dev', { commercial: 'no' }],
    ['flux.1-schnell', { commercial: 'yes', spdx: 'Apache-2.0' }],
    ['devstral-2-123b', { commercial: 'conditional', max_monthly_revenue_usd: 20_000_000 }],
    ['mistral-large-2-123b', { commercial: 'no' }],
    ['codestral-22b', { commercial: 'no' }],
    ['mistral-7b', { commercial: 'yes', spdx: 'Apache-2.0' }],
    ['qwen2.5-72b', { max_monthly_active_users: 100_000_000 }],
    ['qwen3-32b', { commercial: 'yes', spdx: 'Apache-2.0' }],
    ['deepseek-r1', { commercial: 'yes', spdx: 'MIT' }],
    ['gpt-oss-120b', { commercial: 'yes', spdx: 'Apache-2.0' }],
    ['whisper-large-v3', { commercial: 'yes', spdx: 'MIT' }],
    ['command-a-03-2025', { commercial: 'no' }],
  ])('%s', (id, terms) => {
    expect(byId(id).licence).toMatchObject(terms);
  });

  it('are told apart by name in a file, and a wrong name is marked where it stands', () => {
    const text = `
schema_version: 1
family: acme
licences:
  mit: { name: MIT, commercial: "yes", source: "https://acme.example/licence", checked: 2026-01-01 }
models:
  - id: acme-1b
    label: Acme 1B
    total_params_b: 1
    architecture: { layers: 1, hidden: 8, heads: 2, kv_heads: 1, head_dim: 4, vocab: 16 }
    native_precision: bf16
    licence: mti
    sources: [{ source: "https://acme.example", checked: 2026-01-01 }]
`;
    const wrong = modelsFile.safeParse(parse(text));
    expect(wrong.error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([['models.0.licence', 'must be one of: mit']]);
    const right = modelsFile.parse(parse(text.replace('mti', 'mit')));
    expect(right.items[0]).toMatchObject({ family: 'acme', active_params_b: 1, weights_gb: {}, licence: { name: 'MIT', excluded_domiciles: [] } });
  });
});
