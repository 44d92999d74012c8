/** Fitted constants of the throughput model and the published measurements they were fitted on. Data only; `calibration-fit.ts` makes it. */

import type { IsoDate } from '../units.ts';

/** One published measurement, names already those of the catalog. */
export interface PublishedRow {
  /** Id in `sources`. */
  readonly source: string;
  /** Id of an open model. */
  readonly model: string;
  /** Id of an accelerator. */
  readonly gpu: string;
  readonly n_gpus: number;
  /** Accelerators per copy of the weights; null: not said. */
  readonly tp: number | null;
  readonly precision: string;
  readonly isl: number;
  readonly osl: number;
  /** Requests in flight over all accelerators; null: saturated. */
  readonly concurrency: number | null;
  readonly engine: string;
  /** Of all accelerators together. */
  readonly output_tokens_per_s: number;
}

export interface PublishedSource {
  readonly id: string;
  readonly label: string;
  readonly source: string;
  readonly checked: IsoDate;
  readonly licence: string | null;
}

/** How far estimates were from measurements; errors are |estimate / measured - 1|. */
export interface ErrorStatistics {
  readonly rows: number;
  readonly median: number;
  readonly p90: number;
  /** Share of rows within a factor of two. */
  readonly within_2x: number;
  /** Share of rows inside the 80 % interval. */
  readonly covered: number;
}

export interface ThroughputCalibration {
  readonly schema_version: 1;
  readonly fitted: IsoDate;
  /** Named constants of the physical model; `roofline.ts` says what each means. */
  readonly constants: Readonly<Record<string, number>>;
  /** Standard deviations of the log error of the residual correction, by how much is known about a configuration. */
  readonly spread: Readonly<Record<string, number>>;
  /** On the rows it was fitted on, and leaving out one source at a time. */
  readonly in_sample: ErrorStatistics;
  readonly out_of_source: ErrorStatistics;
}

/** What the catalog carries: constants, sources and rows. */
export interface ThroughputData {
  readonly calibration: ThroughputCalibration;
  readonly sources: readonly PublishedSource[];
  readonly rows: readonly PublishedRow[];
}
