/** Fitted constants of the throughput model and the published measurements they were fitted on. Data only; `calibration-fit.ts` makes it. */

import type { IsoDate } from '../units.ts';
import type { KernelScales } from './calibration-kernel.ts';

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
  /** Attention is data-parallel: each accelerator holds the cache of its own sequences (DEP, "attention DP"). */
  readonly attention_parallel: boolean;
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
  readonly note: string | null;
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

/** A published row whose error is remembered: the configuration, and its weight in the correction. */
interface Support {
  /** Place in the list of rows. */
  readonly row: number;
  readonly weight: number;
  /** Logarithms of the sequences in flight per accelerator, and of the accelerators per copy of the weights. */
  readonly lnBatch: number;
  readonly lnSplit: number;
}

export interface ThroughputCalibration {
  readonly schema_version: 1;
  readonly fitted: IsoDate;
  /** Named constants of the physical model; `roofline-constants.ts` says what each means. */
  readonly constants: Readonly<Record<string, number>>;
  readonly kernel: KernelScales;
  /** 80 % intervals are this much wider than the normal distribution says. */
  readonly stretch: number;
  readonly support: readonly Support[];
  readonly in_sample: ErrorStatistics;
  /** Every source predicted from the others, its own rows unseen. */
  readonly out_of_source: ErrorStatistics;
  /** Every source's rows on one accelerator predicted from all others. */
  readonly out_of_gpu: ErrorStatistics;
  readonly by_source: readonly ({ readonly source: string } & ErrorStatistics)[];
}

/** What the catalog carries: calibration, sources and rows. */
export interface ThroughputData {
  readonly calibration: ThroughputCalibration;
  readonly sources: readonly PublishedSource[];
  readonly rows: readonly PublishedRow[];
}
