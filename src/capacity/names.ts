/** Names of models and accelerators as people and result tables write them -> entries of the catalog. */

import type { Accelerator, OpenModel } from '../engine/catalog.ts';

/** An entry, or a sentence saying why there is none. */
export type Found<T> = { readonly kind: 'found'; readonly value: T } | { readonly kind: 'unknown'; readonly reason: string };

/** Words of a name: lower-case, split at everything that is not a letter, digit or dot, and between letters and digits of a version. */
function words(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/^\d+\s*x\s*/, '')
    .replace(/\((?:r|tm)\)|[®™]/g, ' ')
    .replace(/\b(rtx|gtx)(?=\d)|(?<=\d)(?=(?:sxm|pcie|nvl)\d?\b)/g, '$1 ')
    .split(/[^a-z0-9.]+/)
    .map((word) => word.replace(/^\.+|\.+$/g, ''))
    .filter((word) => word !== '');
}

function compact(text: string): string {
  return words(text).join('');
}

/**
 * An accelerator by a lenient name: `NVIDIA H200-SXM-141GB`, `AMD Instinct MI300X-NPS1-SPX-192GB-750W`, `h100`, `RTX 6000 Ada 48GB`.
 * The entry with the most words of its id or an alias in the name wins; among those, the one whose memory is named, else the first.
 */
export function findAccelerator(name: string, hardware: readonly Accelerator[]): Found<Accelerator> {
  const said = new Set(words(name.replace(/([a-z0-9])x(\d{1,2})\b/gi, '$1 x$2')));
  const memory = [...said].map((word) => /^(\d{1,3})gb$/.exec(word)?.[1]).find((gb) => gb !== undefined);
  let best: { readonly gpu: Accelerator; readonly score: number } | null = null;
  for (const gpu of hardware) {
    const score = acceleratorScore(gpu, said) + (memory === undefined ? 0 : memoryBonus(gpu, Number(memory)));
    if (score >= 1 && (best === null || score > best.score)) best = { gpu, score };
  }
  return best === null ? { kind: 'unknown', reason: `unknown accelerator ${JSON.stringify(name)}` } : { kind: 'found', value: best.gpu };
}

/** Words of the best name that are all said; 0 when none is. */
function acceleratorScore(gpu: Accelerator, said: ReadonlySet<string>): number {
  const names = [gpu.id, ...gpu.aliases].map((each) => words(each).filter((word) => !/^\d+gb$/.test(word) && word !== 'server'));
  const edition = gpu.id.includes('server') === said.has('server') ? 0.1 : 0;
  return edition + Math.max(0, ...names.map((name) => (name.length > 0 && name.every((word) => said.has(word) || said.has(`${word}s`)) ? name.length : 0)));
}

function memoryBonus(gpu: Accelerator, gb: number): number {
  return 0.5 - Math.min(0.5, Math.abs(gpu.memory_gb - gb) / 40);
}

interface ModelName {
  readonly family: string;
  readonly version: string | null;
  /** Billions of parameters, as text: `70`, `8x7`. */
  readonly size: string | null;
  readonly extra: ReadonlySet<string>;
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/code-?llama|tiny-?llama|open-?llama/, 'other-llama'],
  [/gpt-?_?oss/, 'gptoss'],
  [/deepseek/, 'deepseek'],
  [/nemotron/, 'nemotron'],
  [/mixtral/, 'mixtral'],
  [/ministral/, 'ministral'],
  [/magistral/, 'magistral'],
  [/devstral/, 'devstral'],
  [/codestral/, 'codestral'],
  [/mistral/, 'mistral'],
  [/meta-?llama|llama/, 'llama'],
  [/qwq/, 'qwq'],
  [/qwen/, 'qwen'],
  [/gemma/, 'gemma'],
  [/kimi/, 'kimi'],
  [/glm/, 'glm'],
  [/minimax/, 'minimax'],
  [/command/, 'command'],
  [/granite/, 'granite'],
  [/phi/, 'phi'],
  [/yi-/, 'yi'],
  [/dbrx/, 'dbrx'],
  [/olmo/, 'olmo'],
  [/smollm/, 'smollm'],
];

/** Words that tell variants of one family and size apart. */
const VARIANTS = [
  'scout',
  'maverick',
  'coder',
  'vision',
  'distill',
  'next',
  'small',
  'large',
  'nemo',
  'mini',
  'medium',
  'air',
  'flash',
  'lite',
  'r1',
  'v3',
  'v2',
  'k2',
  'plus',
  'mini',
];

/** Short names of benchmark suites, and which model they mean. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^dsr1\b/, 'deepseek-r1'],
  [/^dsv3\b/, 'deepseek-v3'],
  [/^gpt-?oss$/, 'gpt-oss-120b'],
  [/^llama-?70b/, 'llama-3.3-70b'],
  [/^llama-?405b/, 'llama-3.1-405b'],
  [/^llama-?8b/, 'llama-3.1-8b'],
];

/** Lower case, without owner; `llama3_1-8b` and `dsr1` written out. */
function plainName(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^[\w.-]+\//, '')
    .replace(/^meta-(?=llama)/, '')
    .replace(/(?<=llama-?v?\d)_(?=\d)/, '.');
  const short = SHORT.find(([pattern]) => pattern.test(name));
  return short === undefined ? name : name.replace(short[0], short[1]);
}

function modelName(text: string): ModelName {
  const name = plainName(text);
  const family = FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? name.replace(/[^a-z].*$/, '');
  const size = /(\d+x\d+(?:\.\d+)?)b|(?:^|[^a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])/.exec(
    name.replace(/_/g, '-').replace(/(llama|qwen|gemma|phi|mistral)-?v?(\d(?:\.\d+)?)(?=-)/, '$1 $2 '),
  );
  const version = new RegExp(`${family === 'gptoss' ? 'oss' : family}[\\s_-]*v?(\\d(?:\\.\\d+)?)(?!\\d*b|\\d*x|[\\d.]*b)`).exec(name)?.[1] ?? null;
  return {
    family,
    version,
    size: size?.[1] ?? size?.[2] ?? null,
    extra: new Set(VARIANTS.filter((word) => new RegExp(`(^|[^a-z])${word}($|[^a-z0-9])`).test(name))),
  };
}

/** The model whose id, label or alias this is, whatever the signs between words and the owner before it. */
export function exactModel(name: string, models: readonly OpenModel[]): OpenModel | null {
  const key = compact(plainName(name));
  const same = (each: string) => compact(each) === key || compact(each.replace(/^[\w.-]+\//, '')) === key;
  return models.find((model) => [model.id, model.label, ...model.aliases].some(same)) ?? null;
}

/**
 * An open model by a lenient name: `llama2-70b-99`, `LLaMA v3.3 70B`, `nvidia/DeepSeek-R1-0528-FP4-V2`, `openai/gpt-oss-120b`.
 * An id or alias is taken as it stands; else family, size and version decide.
 */
export function findModel(name: string, models: readonly OpenModel[]): Found<OpenModel> {
  const text = models.filter((model) => model.modality === 'text');
  const exact = exactModel(name, text);
  if (exact !== null) return { kind: 'found', value: exact };
  const key = compact(plainName(name));
  const said = modelName(name);
  let best: { readonly model: OpenModel; readonly score: number } | null = null;
  for (const model of text) {
    const named = key.includes(compact(model.id));
    const alike = modelScore(said, modelName(model.id), named);
    const score = alike + (named ? compact(model.id).length / 100 : 0);
    if (alike > 0 && (best === null || score > best.score)) best = { model, score };
  }
  return best === null ? { kind: 'unknown', reason: `unknown model ${JSON.stringify(name)}` } : { kind: 'found', value: best.model };
}

/**
 * 0: another model. The family and, where both say it, the size must agree; version and variant rank. A size said of a model whose
 * name has none needs the same variant or version beside it, or the model's whole name.
 */
function modelScore(said: ModelName, entry: ModelName, named: boolean): number {
  if (said.family !== entry.family) return 0;
  const variants = new Set([...said.extra, ...entry.extra]);
  const differing = [...variants].filter((word) => said.extra.has(word) !== entry.extra.has(word)).length;
  if (said.size !== null && entry.size !== said.size) {
    const sameVariant = differing === 0 && variants.size > 0;
    const sameVersion = said.version !== null && said.version === entry.version && differing === 0;
    if (entry.size !== null || !(named || sameVariant || sameVersion)) return 0;
  }
  const version = said.version === entry.version ? 2 : said.version === null ? 0.5 : entry.version?.startsWith(said.version) === true ? 1 : -1;
  const size = said.size === entry.size ? 2 : said.size === null || entry.size === null ? -0.5 : 0;
  return 3 + version + size - 1.5 * differing;
}
