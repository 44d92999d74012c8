/** What the page shows and no plan holds: the lines of the chart, the bands around them, and the week of the GPUs. */

import { type WeekOfUse, weekOfUse } from '../../engine/capacity/week.ts';
import { costCurve } from '../../engine/curve.ts';
import type { PlanInput } from '../../engine/plan.ts';
import type { Plan } from '../../engine/result.ts';
import { costBands } from '../../engine/uncertainty/bands.ts';
import type { Band, Curves } from '../curves.ts';

/** The edges of a band are smooth: they need fewer draws and fewer volumes than a plan and a line. */
const MOST_DRAWS = 400;
const EVERY = 4;

export function bandsOf(input: PlanInput, volumes: readonly number[]): Band[] {
  const draws = Math.min(input.draws ?? 0, MOST_DRAWS);
  if (draws === 0) return [];
  const at = volumes.filter((_, index) => index % EVERY === 0);
  return costBands(input, at, draws).map(({ option_id, p10, p90 }) => ({ id: option_id, volumes: at, low_usd: p10, high_usd: p90 }));
}

export function linesOfCost(input: PlanInput, volumes: readonly number[], bands: readonly Band[]): Curves {
  return { volumes, series: costCurve(input, volumes).map((line) => ({ id: line.option_id, monthly_usd: line.monthly_usd })), bands };
}

/** Of the recommended option, else of the self-hosted one it was compared with, else of the first with GPUs of its own. */
export function weekOf({ decision, crossover_summary, options }: Plan, input: PlanInput): WeekOfUse | null {
  const owners = options.filter((option) => option.capacity !== null).map((option) => option.id);
  const wanted = [decision.option_id, crossover_summary?.self_host_option, owners[0]].find((id) => id != null && owners.includes(id));
  return wanted == null ? null : weekOfUse(input, wanted);
}
