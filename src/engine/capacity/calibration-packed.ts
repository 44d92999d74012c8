/** The same likeness as `calibration-kernel.ts` for one configuration against hundreds at once: categories as numbers, loads in columns. */

import { FAR, type KernelScales, type Trait } from './calibration-kernel.ts';

const NAMES = ['model', 'modelClass', 'gpu', 'arch', 'vendor', 'engine', 'brand', 'compute'] as const;

/** Everything of a trait but the load, its names as codes. */
interface Category {
  readonly codes: Readonly<Record<(typeof NAMES)[number], number>>;
  readonly lnParams: number;
  readonly lnSplit: number;
  readonly attentionParallel: boolean;
  readonly saturated: boolean;
}

/** Columns of many traits. */
export interface PackedTraits {
  readonly count: number;
  readonly lnInput: Float64Array;
  readonly lnOutput: Float64Array;
  readonly lnBatch: Float64Array;
  /** Place of each trait's category in `categories`. */
  readonly category: Uint16Array;
  readonly categories: readonly Category[];
  readonly codes: ReadonlyMap<string, number>;
}

export function packTraits(traits: readonly Trait[]): PackedTraits {
  const codes = new Map<string, number>();
  for (const trait of traits) for (const name of NAMES) if (!codes.has(trait[name])) codes.set(trait[name], codes.size);
  const places = new Map<string, number>();
  const categories: Category[] = [];
  const category = Uint16Array.from(traits, (trait) => {
    const names = `${trait.model}|${trait.modelClass}|${trait.gpu}|${trait.arch}|${trait.vendor}|${trait.engine}|${trait.brand}|${trait.compute}`;
    const key = `${names}|${trait.lnParams}|${trait.lnSplit}|${trait.attentionParallel}|${trait.saturated}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, categories.length);
    categories.push(categoryOf(trait, codes));
    return categories.length - 1;
  });
  return {
    count: traits.length,
    lnInput: Float64Array.from(traits, (trait) => trait.lnInput),
    lnOutput: Float64Array.from(traits, (trait) => trait.lnOutput),
    lnBatch: Float64Array.from(traits, (trait) => trait.lnBatch),
    category,
    categories,
    codes,
  };
}

/** A name nobody has is -1, which equals no code: unlike every row. */
function categoryOf(trait: Trait, codes: ReadonlyMap<string, number>): Category {
  const code = (name: (typeof NAMES)[number]) => codes.get(trait[name]) ?? -1;
  return {
    codes: {
      model: code('model'),
      modelClass: code('modelClass'),
      gpu: code('gpu'),
      arch: code('arch'),
      vendor: code('vendor'),
      engine: code('engine'),
      brand: code('brand'),
      compute: code('compute'),
    },
    lnParams: trait.lnParams,
    lnSplit: trait.lnSplit,
    attentionParallel: trait.attentionParallel,
    saturated: trait.saturated,
  };
}

/** Likeness of `trait` to every packed one. */
export function likenesses(trait: Trait, packed: PackedTraits, k: KernelScales): Float64Array {
  const own = categoryOf(trait, packed.codes);
  const base = new Float64Array(packed.categories.length);
  for (let i = 0; i < base.length; i++) base[i] = categoryLikeness(own, packed.categories[i] as Category, k);
  const length = 1 / (k.scale_length * k.scale_length);
  const batch = 1 / (k.scale_batch * k.scale_batch);
  const out = new Float64Array(packed.count);
  for (let i = 0; i < packed.count; i++) {
    const input = (packed.lnInput[i] as number) - trait.lnInput;
    const output = (packed.lnOutput[i] as number) - trait.lnOutput;
    const flight = (packed.lnBatch[i] as number) - trait.lnBatch;
    const distance = (input * input + output * output) * length + flight * flight * batch;
    out[i] = distance > FAR ? 0 : Math.exp(-0.5 * distance) * (base[packed.category[i] as number] as number);
  }
  return out;
}

/** `categoryLikeness` of the kernel, on codes; a test holds the two together. */
function categoryLikeness(x: Category, y: Category, k: KernelScales): number {
  const a = x.codes;
  const b = y.codes;
  const engine = a.engine === b.engine ? 1 : a.brand === b.brand ? (1 + k.other_engine) / 2 : k.other_engine;
  const common = engine * (x.saturated === y.saturated ? 1 : 0.8);
  const arch = a.arch === b.arch;
  const shared = k.sd_load * k.sd_load * common * (arch ? 1 : k.other_gpu);
  const gpu = a.gpu === b.gpu ? 1 : arch ? (1 + k.other_gpu) / 2 : a.vendor === b.vendor ? k.other_gpu : k.other_gpu * 0.6;
  const kind = common * gpu * (a.compute === b.compute ? 1 : k.other_compute) * (x.attentionParallel === y.attentionParallel ? 1 : 0.6);
  return shared + k.sd_own * k.sd_own * kind * modelLikeness(x, y, k.other_model) * splitLikeness(x, y, k.scale_split);
}

function modelLikeness(x: Category, y: Category, other: number): number {
  if (x.codes.model === y.codes.model) return 1;
  if (x.codes.modelClass !== y.codes.modelClass) return other * 0.5;
  const size = (x.lnParams - y.lnParams) * 2;
  return other + (0.9 - other) * Math.exp(-0.5 * size * size);
}

function splitLikeness(x: Category, y: Category, scale: number): number {
  if (x.lnSplit === y.lnSplit) return 1;
  const split = (x.lnSplit - y.lnSplit) / scale;
  return Math.exp(-0.5 * split * split);
}
