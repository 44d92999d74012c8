/** Constants of the physical model: what each means, where it starts, and how strongly it is held there. */

/** Names to values; a factor that is absent is 1. */
export type Constants = Readonly<Record<string, number>> & {
  readonly [K in (typeof BASE_NAMES)[number]]: number;
};

const BASE_NAMES = [
  'bandwidth',
  'cache_bandwidth',
  'moe_bandwidth',
  'decode_mfu',
  'prefill_mfu',
  'attention_mfu',
  'moe_compute',
  'moe_layer',
  'moe_grain',
  'split_loss',
  'overhead_grace',
  'link_us',
  'link_share',
  'slow_link',
  'expert_parallel',
  'layer_us',
  'step_us',
  'mixed_us',
  'sequence_us',
  'request_us',
  'chunk_share',
  'overlap',
  'memory_use',
  'kv_hold',
  'max_batch',
] as const;

/** Start values: ordinary textbook efficiencies. */
export const START: Constants = {
  bandwidth: 0.8,
  cache_bandwidth: 0.8,
  moe_bandwidth: 0.8,
  decode_mfu: 0.55,
  prefill_mfu: 0.55,
  attention_mfu: 0.3,
  moe_compute: 0.7,
  moe_layer: 1.5,
  moe_grain: 0.1,
  split_loss: 0.05,
  overhead_grace: 1.3,
  link_us: 4,
  link_share: 0.5,
  slow_link: 2,
  expert_parallel: 1,
  layer_us: 28,
  step_us: 500,
  mixed_us: 60,
  sequence_us: 4,
  request_us: 300,
  chunk_share: 0.5,
  overlap: 2,
  memory_use: 0.92,
  kv_hold: 0.75,
  max_batch: 1500,
};

/** Standard deviation of ln(value / start) a fit allows: narrow where engineers agree, wide where they do not. */
export function priorWidth(name: string): number {
  for (const [pattern, width] of PRIORS) if (pattern.test(name)) return width;
  return 0.6;
}

const PRIORS: readonly (readonly [RegExp, number])[] = [
  [/^gain_/, 0.1],
  [/^(bandwidth|compute)_/, 0.25],
  [/^(overhead|launch)_/, 0.3],
  [/^memory_use$/, 0.03],
  [/^kv_hold$/, 0.15],
  [/^bandwidth$/, 0.1],
  [/^overlap$/, 0.3],
  [/^(cache|moe)_bandwidth$/, 0.2],
  [/_mfu$/, 0.3],
  [/^layer_us$/, 0.15],
  [/^mixed_us$/, 0.8],
  [/^(step|link)_us$/, 0.3],
];
