/**
 * How long a hybrid takes. A percentile of a mixture is no mixture of percentiles: the legs' distributions are put together, then the
 * percentile is read off. A leg's times are taken to be lognormal through its median and its 95th percentile.
 */

/** Milliseconds; both > 0, p95 >= p50. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
}

export interface LegTimes {
  readonly ttft: Times;
  readonly tpot: Times;
}

/** What is asked of a hybrid at one escalation. */
export interface MixedTimes {
  /** Share of the requests whose first token comes within `ms`, at an escalation of 0..1. */
  readonly within: (ms: number, escalation: number) => number;
  /** @param p 0..1 */
  readonly ttft: (p: number, escalation: number) => number;
  readonly tpot: (p: number, escalation: number) => number;
}

/**
 * Router: each request takes as long as the leg it goes to. Cascade: nothing is shown before the small model's answer is finished and
 * judged, so a kept request waits for all of it, and an escalated one for that and for the large model's first token. A server slow to
 * begin is taken to be slow throughout; the two models are taken to be slow independently.
 *
 * @param answerTokens tokens of the small model's answer
 */
export function mixTimes(mode: 'cascade' | 'router', small: LegTimes, large: LegTimes, answerTokens: number): MixedTimes {
  const direct = (times: Times) => (ms: number) => lognormalCdf(times, ms);
  const [kept, escalated] = mode === 'router' ? [direct(small.ttft), direct(large.ttft)] : cascadeCdfs(small, large, Math.max(0, answerTokens - 1));
  const within = (ms: number, escalation: number) => (1 - escalation) * kept(ms) + escalation * escalated(ms);
  const perToken = (ms: number, escalation: number) => (1 - escalation) * lognormalCdf(small.tpot, ms) + escalation * lognormalCdf(large.tpot, ms);
  return {
    within,
    ttft: (p, escalation) => invert((ms) => within(ms, escalation), p),
    tpot: (p, escalation) => invert((ms) => perToken(ms, escalation), p),
  };
}

type Cdf = (ms: number) => number;

/** Nodes of the sum over the small model's time, at equal steps of probability. */
const NODES = 64;

function cascadeCdfs(small: LegTimes, large: LegTimes, laterTokens: number): readonly [Cdf, Cdf] {
  const answer = (z: number) => lognormalAt(small.ttft, z) + laterTokens * lognormalAt(small.tpot, z);
  const kept: Cdf = (ms) => normalCdf(bisect(answer, ms, -REACH, REACH));
  const nodes = zNodes().map(answer);
  const escalated: Cdf = (ms) => nodes.reduce((sum, first) => sum + lognormalCdf(large.ttft, ms - first), 0) / NODES;
  return [kept, escalated];
}

/** 95th percentile of the standard normal distribution. */
const Z95 = 1.6448536269514722;
/** Standard deviations beyond which there is nothing. */
const REACH = 8;

function sigma({ p50, p95 }: Times): number {
  return Math.log(p95 / p50) / Z95;
}

function lognormalAt(times: Times, z: number): number {
  return times.p50 * Math.exp(z * sigma(times));
}

function lognormalCdf(times: Times, ms: number): number {
  if (ms <= 0) return 0;
  const s = sigma(times);
  return s === 0 ? (ms >= times.p50 ? 1 : 0) : normalCdf(Math.log(ms / times.p50) / s);
}

let nodes: readonly number[] | null = null;

/** Standard normal values at the middles of equal steps of probability. */
function zNodes(): readonly number[] {
  nodes ??= Array.from({ length: NODES }, (_, i) => bisect(normalCdf, (i + 0.5) / NODES, -REACH, REACH));
  return nodes;
}

/** Of an interval, until it is a trillionth of itself. */
const HALVINGS = 40;

/** Where a rising function reaches `target`, within [low, high]. */
function bisect(rising: (x: number) => number, target: number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (below + above) / 2;
    if (rising(middle) < target) below = middle;
    else above = middle;
  }
  return above;
}

/** Milliseconds by which the share `p` is reached. */
function invert(cdf: Cdf, p: number): number {
  return Math.exp(bisect((logMs) => cdf(Math.exp(logMs)), p, Math.log(1e-3), Math.log(1e9)));
}

/**
 * Standard normal distribution function to 1e-15: Hart (1968), as given by West, "Better approximations to cumulative normal
 * functions", Wilmott 2005.
 */
function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z > 37) return x > 0 ? 1 : 0;
  const tail = Math.exp((-z * z) / 2) * (z < 7.07106781186547 ? ratio(z) : continued(z));
  return x > 0 ? 1 - tail : tail;
}

const UP = [3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376];
const DOWN = [8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752];

function ratio(z: number): number {
  const at = (coefficients: readonly number[]) => coefficients.reduce((sum, each) => sum * z + each, 0);
  return at(UP) / at(DOWN);
}

function continued(z: number): number {
  return 1 / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
}
