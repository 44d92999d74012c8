/** What a reader of a calibration must know before believing it, in plain sentences. */

import type { CalibrateOptions, CalibrationReport } from './calibrate.ts';

export interface Warning {
  /** Stable, `calibration.problem`. */
  readonly code: string;
  readonly message: string;
}

/** Below this AUROC a score hardly tells right from wrong: a coin's is 0.5. */
const HARDLY = 0.6;
const FEW_ROWS = 200;

type Report = Omit<CalibrationReport, 'warnings'>;

export function calibrationWarnings(report: Report, options: CalibrateOptions): Warning[] {
  return [...aboutRows(report), ...aboutLabels(report), ...aboutCosts(report), ...aboutScore(report), ...aboutChoice(report, options)];
}

function warning(problem: string, message: string): Warning {
  return { code: `calibration.${problem}`, message };
}

function aboutRows({ rows, dropped }: Report): Warning[] {
  const list: Warning[] = [];
  if (dropped > 0) list.push(warning('no_score', `${dropped} rows have no score and are left out.`));
  if (rows < FEW_ROWS) list.push(warning('few_rows', `Only ${rows} rows: the intervals are wide, and the threshold may move by as much.`));
  return list;
}

function aboutLabels({ rows, labels, frontier }: Report): Warning[] {
  const list: Warning[] = [];
  if (labels.small === 0)
    list.push(
      warning('no_small_labels', 'No row says whether the small model was right: how far to trust the score, and the quality of any split, cannot be known.'),
    );
  if (labels.large === 0)
    list.push(
      warning('no_large_labels', 'No row says whether the large model was right: the quality of escalated requests, and so of any split, cannot be known.'),
    );
  for (const leg of ['small', 'large'] as const) {
    const missing = rows - labels[leg];
    if (labels[leg] > 0 && missing > 0)
      list.push(
        warning(
          `some_${leg}_labels`,
          `${missing} of ${rows} rows lack the ${leg} model's label; the labelled rows on the same side of a threshold stand for them.`,
        ),
      );
  }
  const unknown = frontier.filter((point) => point.quality === null).length;
  if (labels.small > 0 && labels.large > 0 && unknown > 0)
    list.push(
      warning(
        'quality_gaps',
        `Quality is unknown at ${unknown} of ${frontier.length} thresholds: a whole stretch of scores has no label of the model that would answer there.`,
      ),
    );
  return list;
}

function aboutCosts({ rows, small_usd, large_usd, frontier }: Report): Warning[] {
  const lacking = [small_usd === null ? 'small' : null, large_usd === null ? 'large' : null].filter((leg) => leg !== null);
  if (lacking.length === 0) return [];
  const unknown = frontier.filter((point) => point.usd === null).length;
  const costs = `What the ${lacking.join(' and the ')} model costs is not known`;
  if (rows === 0 || unknown === frontier.length) return [warning('no_costs', `${costs}, so no split has a cost.`)];
  return [warning('cost_gaps', `${costs} over a whole stretch of scores, so ${unknown} of ${frontier.length} thresholds have no cost.`)];
}

function aboutScore({ auroc, auroc_ci, ece, labels, rows }: Report): Warning[] {
  if (labels.small === 0 || rows === 0) return [];
  const list: Warning[] = [];
  if (auroc === null)
    list.push(
      warning(
        'one_class',
        'All labelled answers of the small model are right, or all wrong, or labels are shares: whether the score separates them cannot be said.',
      ),
    );
  else if (auroc < 0.5 && auroc_ci !== null && auroc_ci[1] < 0.5)
    list.push(warning('score_reversed', `The score is the wrong way round (AUROC ${auroc.toFixed(3)}): wrong answers score higher. Negate it.`));
  else if (auroc < HARDLY || (auroc_ci !== null && auroc_ci[0] <= 0.5))
    list.push(
      warning(
        'hardly_separates',
        `The score hardly separates right from wrong answers (AUROC ${auroc.toFixed(3)}; a coin's is 0.5): escalating by it is little better than by chance.`,
      ),
    );
  if (ece === null) list.push(warning('not_a_probability', 'Scores are not all within 0 to 1: calibration error and Brier score are not defined.'));
  else if (ece > 0.1)
    list.push(
      warning(
        'miscalibrated',
        `The score is off by ${(ece * 100).toFixed(1)} points on average: a score of 0.7 does not mean right in 7 of 10. The threshold below takes that into account, a fixed one does not.`,
      ),
    );
  return list;
}

function aboutChoice({ chosen, frontier }: Report, { target }: CalibrateOptions): Warning[] {
  if (chosen === null) return [];
  if (chosen.threshold === null) {
    const known = frontier.some((point) => (target.kind === 'cost' ? point.usd : target.kind === 'share' ? point.escalation : point.quality) !== null);
    return [
      warning(
        'target_out_of_reach',
        known || target.kind === 'latency'
          ? 'No threshold reaches the target on the fitting half.'
          : 'The target cannot be judged with the labels and costs of this log.',
      ),
    ];
  }
  const list: Warning[] = [];
  if (chosen.target.met === 'no') list.push(warning('target_missed', 'On the rows held back, the threshold misses the target by more than chance explains.'));
  if (chosen.quality !== null && chosen.random_quality !== null && chosen.quality <= chosen.random_quality && chosen.escalation > 0 && chosen.escalation < 1)
    list.push(warning('no_better_than_chance', 'On the rows held back, escalating as many requests by chance would do as well or better.'));
  return list;
}
