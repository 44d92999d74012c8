/** Is the score worth anything? How well it tells right answers from wrong ones (AUROC), and whether it means what it says (ECE, Brier). */

export interface ReliabilityBin {
  /** Scores above `low` (the first bin: from it) up to and including `high`. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Null in an empty bin. */
  readonly mean_score: number | null;
  readonly accuracy: number | null;
}

export interface ScoreQuality {
  /** Rows with both a score and a label. */
  readonly n: number;
  /** Probability that a right answer's score is above a wrong one's, ties counting half. Null unless there are both. */
  readonly auroc: number | null;
  /** 95 % interval of `auroc` (Hanley and McNeil, 1982). */
  readonly auroc_ci: readonly [low: number, high: number] | null;
  /** Mean of |accuracy - mean score| over the bins, by rows. Null unless all scores are within 0..1. */
  readonly ece: number | null;
  /** Mean of (score - label) squared. Null unless all scores are within 0..1. */
  readonly brier: number | null;
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/**
 * @param scores any order, the same as `labels`
 * @param labels 1 right, 0 wrong; shares in between count for ECE and Brier, and leave AUROC unknown
 */
export function scoreQuality(scores: readonly number[], labels: readonly number[]): ScoreQuality {
  const n = scores.length;
  const probabilities = n > 0 && scores.every((score) => score >= 0 && score <= 1);
  const bins = probabilities ? reliability(scores, labels) : [];
  const binary = labels.every((label) => label === 0 || label === 1);
  const area = binary ? auroc(scores, labels) : null;
  return {
    n,
    auroc: area,
    auroc_ci: area === null ? null : aurocInterval(area, labels),
    ece: probabilities ? bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs((bin.accuracy ?? 0) - (bin.mean_score ?? 0)), 0) : null,
    brier: probabilities ? scores.reduce((sum, score, i) => sum + (score - (labels[i] as number)) ** 2, 0) / n : null,
    bins,
  };
}

/** Ten equal bins, closed on the right, as scikit-learn's calibration_curve (strategy "uniform") draws them. */
function reliability(scores: readonly number[], labels: readonly number[]): ReliabilityBin[] {
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? 1 : i * (1 / BINS)));
  const sums = edges.slice(1).map(() => ({ n: 0, score: 0, label: 0 }));
  scores.forEach((score, i) => {
    const sum = sums[binOf(score, edges)] as { n: number; score: number; label: number };
    sum.n += 1;
    sum.score += score;
    sum.label += labels[i] as number;
  });
  return sums.map(({ n, score, label }, i) => ({
    low: edges[i] as number,
    high: edges[i + 1] as number,
    n,
    mean_score: n === 0 ? null : score / n,
    accuracy: n === 0 ? null : label / n,
  }));
}

/** Number of inner edges below the score. */
function binOf(score: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < BINS - 1 && (edges[bin + 1] as number) < score) bin++;
  return bin;
}

/** By ranks (Mann and Whitney); equal scores share their mean rank. */
function auroc(scores: readonly number[], labels: readonly number[]): number | null {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const right = labels.reduce((sum, label) => sum + label, 0);
  const wrong = labels.length - right;
  if (right === 0 || wrong === 0) return null;
  let ranks = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    for (let i = from; i < to; i++) if (labels[order[i] as number] === 1) ranks += (from + 1 + to) / 2;
    from = to;
  }
  return (ranks - (right * (right + 1)) / 2) / (right * wrong);
}

function aurocInterval(area: number, labels: readonly number[]): readonly [number, number] {
  const right = labels.reduce((sum, label) => sum + label, 0);
  const wrong = labels.length - right;
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance = (area * (1 - area) + (right - 1) * (q1 - area * area) + (wrong - 1) * (q2 - area * area)) / (right * wrong);
  const half = 1.96 * Math.sqrt(Math.max(0, variance));
  return [Math.max(0, area - half), Math.min(1, area + half)];
}
