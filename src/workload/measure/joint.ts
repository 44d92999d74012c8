import type { JointHistogram } from '../../engine/scenario.ts';

/**
 * Input and output lengths together, in buckets that grow by a constant factor, with the mean of each occupied cell, so
 * that counts and totals survive. Collected in quarter octaves (a factor of 1.19), then merged to half octaves, octaves or
 * wider until at most `MAX_CELLS` cells remain: a profile stays a few kB.
 */
const MAX_CELLS = 150;
const STEPS_PER_OCTAVE = 4;
const LAST_STEP = 27 * STEPS_PER_OCTAVE;
const TABLE = 1 << 16;

/** Upper bounds: 0, then 2^(k/4) rounded, each once. `step` is the k of each. */
const EDGES = edges();

function edges(): readonly { readonly upTo: number; readonly step: number }[] {
  const list = [{ upTo: 0, step: 0 }];
  for (let step = 0; step <= LAST_STEP; step += 1) {
    const upTo = Math.round(2 ** (step / STEPS_PER_OCTAVE));
    const last = list.at(-1);
    if (last !== undefined && upTo > last.upTo) list.push({ upTo, step });
    else if (last !== undefined && step % STEPS_PER_OCTAVE === 0) last.step = step;
  }
  return list;
}

const BUCKETS = EDGES.length;
const SMALL = smallBuckets();

function smallBuckets(): Uint8Array {
  const table = new Uint8Array(TABLE);
  let bucket = 0;
  for (let value = 0; value < TABLE; value += 1) {
    if (value > (EDGES[bucket]?.upTo ?? 0)) bucket += 1;
    table[value] = bucket;
  }
  return table;
}

function bucketOf(value: number): number {
  if (value < TABLE) return SMALL[value] as number;
  const found = EDGES.findIndex((edge) => value <= edge.upTo);
  return found < 0 ? BUCKETS - 1 : found;
}

interface Cell {
  i: number;
  j: number;
  count: number;
  input: number;
  output: number;
}

export class JointCounts {
  private readonly counts = new Float64Array(BUCKETS * BUCKETS);
  private readonly inputs = new Float64Array(BUCKETS * BUCKETS);
  private readonly outputs = new Float64Array(BUCKETS * BUCKETS);

  add(input: number, output: number): void {
    const at = bucketOf(input) * BUCKETS + bucketOf(output);
    this.counts[at] = (this.counts[at] as number) + 1;
    this.inputs[at] = (this.inputs[at] as number) + input;
    this.outputs[at] = (this.outputs[at] as number) + output;
  }

  /** Null when nothing was added. Each cell's `Math.round(mean * count)` is its exact total. */
  histogram(): JointHistogram | null {
    const fine = this.cells();
    if (fine.length === 0) return null;
    for (const width of [1, 2, 4, 8, 16]) {
      const merged = mergeCells(fine, width);
      if (merged.cells.length <= MAX_CELLS || width === 16) return merged;
    }
    return null;
  }

  private cells(): Cell[] {
    const cells: Cell[] = [];
    for (let at = 0; at < this.counts.length; at += 1) {
      const count = this.counts[at] as number;
      if (count === 0) continue;
      cells.push({ i: Math.floor(at / BUCKETS), j: at % BUCKETS, count, input: this.inputs[at] as number, output: this.outputs[at] as number });
    }
    return cells;
  }
}

/** Buckets joined into those whose upper bound lies on every `width`-th step; only the occupied stretch of edges is kept. */
function mergeCells(fine: readonly Cell[], width: number): JointHistogram {
  const kept = EDGES.map((edge, bucket) => ({ ...edge, bucket })).filter(({ bucket, step }) => bucket === 0 || step % width === 0 || bucket === BUCKETS - 1);
  const coarse = EDGES.map((edge) => kept.findIndex((keep) => edge.upTo <= keep.upTo));
  const merged = new Map<number, Cell>();
  for (const cell of fine) {
    const i = coarse[cell.i] ?? 0;
    const j = coarse[cell.j] ?? 0;
    const into = merged.get(i * BUCKETS + j);
    if (into === undefined) merged.set(i * BUCKETS + j, { ...cell, i, j });
    else addCell(into, cell);
  }
  return trimmed(
    [...merged.values()].sort((a, b) => a.i - b.i || a.j - b.j),
    kept.map((edge) => edge.upTo),
  );
}

function addCell(into: Cell, cell: Cell): void {
  into.count += cell.count;
  into.input += cell.input;
  into.output += cell.output;
}

function trimmed(cells: readonly Cell[], edges: readonly number[]): JointHistogram {
  const is = cells.map((cell) => cell.i);
  const js = cells.map((cell) => cell.j);
  const [firstI, firstJ] = [Math.min(...is), Math.min(...js)];
  return {
    input_edges: edges.slice(firstI, Math.max(...is) + 1),
    output_edges: edges.slice(firstJ, Math.max(...js) + 1),
    cells: cells.map(({ i, j, count, input, output }) => ({
      i: i - firstI,
      j: j - firstJ,
      count,
      input_mean: shortMean(input, count),
      output_mean: shortMean(output, count),
    })),
  };
}

/** The shortest decimal whose product with `count` rounds to `total` and is within 1e-9 of it, relatively. */
function shortMean(total: number, count: number): number {
  const mean = total / count;
  for (let digits = 1; digits < 17; digits += 1) {
    const short = Number(mean.toPrecision(digits));
    const product = short * count;
    if (Math.round(product) === total && Math.abs(product - total) <= 1e-9 * total) return short;
  }
  return mean;
}
