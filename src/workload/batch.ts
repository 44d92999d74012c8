/** Rows known to be right, column by column: whole counts in range, cached tokens inside the input, a plausible time. */
export interface Batch {
  /** Microseconds, as `typedTimes` said; shifted in place where they know no zone. */
  readonly atUs: Float64Array;
  readonly input: Float64Array;
  readonly output: Float64Array;
  /** Null where the log has no such column. */
  readonly cached: Float64Array | null;
  readonly model: Names;
  readonly team: Names;
  /** Pairs (low, high) of the halves of a 64-bit hash, both 0 for a row without an id; null where the log has no such column. */
  readonly ids: Uint32Array | null;
}

/** A column of names: places in a list, -1 for none. */
export interface Names {
  readonly codes: Float64Array;
  readonly names: readonly string[];
}

/** The name of a row; null when there is none, or an empty one. */
export function nameAt({ codes, names }: Names, row: number): string | null {
  return names[codes[row] as number] || null;
}

/** Takes the rows `from` until `to` of a batch; `firstLine` is the line of the batch's row 0. */
export type SendBatch = (batch: Batch, from: number, to: number, firstLine: number) => void;
