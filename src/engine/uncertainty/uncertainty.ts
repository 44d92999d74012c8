/** Draws into what a plan says about them: ranges, chances, crossovers, regret, and which input matters. */

import type { Finding } from '../findings.ts';
import type { Sensitivity, Uncertainty } from '../result.ts';
import type { Percentiles } from '../units.ts';
import { ableOf, valueOfKnowing, varianceShare } from './information.ts';
import { type Question, type Sample, sample } from './sample.ts';
import { percentileErrors, percentilesOf, shareError, shareOf } from './statistics.ts';

export interface Answered {
  readonly uncertainty: Uncertainty;
  readonly monthly: Readonly<Record<string, Percentiles | null>>;
  readonly findings: readonly Finding[];
}

export function answerUncertainty(asked: Question): Answered {
  const drawn = sample(asked);
  const chances = byOption(asked, (o) => shareOf(drawn.cheapest, o), drawn);
  const settled = drawn.settled;
  const chosen = drawn.options.findIndex((option) => option.id === asked.decided);
  const ranges = (values: readonly Float64Array[], of: (each: Float64Array) => Percentiles | null) =>
    Object.fromEntries(drawn.options.map((option, o) => [option.id, of(values[o] as Float64Array)]));
  return {
    monthly: ranges(drawn.monthly, percentilesOf),
    findings: unstable(chances, asked.decided),
    uncertainty: {
      seed: asked.seed,
      draws: drawn.inputs.length === 0 ? asked.draws : drawn.draws,
      probability_cheapest: chances,
      probability_by_volume: byVolume(asked, drawn),
      settled_requests: settled && percentilesOf(settled),
      share_never: settled === null ? 0 : shareOf(settled, Number.POSITIVE_INFINITY),
      sensitivity: chosen === -1 ? [] : sensitivities(drawn, chosen),
      decided_horizon_usd: chosen === -1 ? null : percentilesOf(drawn.totals[chosen] as Float64Array),
      expected_regret_usd: chosen === -1 ? null : regret(drawn, chosen),
      value_of_information: information(drawn),
      error: {
        probability_cheapest: byOption(asked, (o) => shareError(drawn.cheapest, o), drawn),
        monthly_usd: ranges(drawn.monthly, percentileErrors),
        settled_requests: settled && percentileErrors(settled),
        share_never: settled === null ? 0 : shareError(settled, Number.POSITIVE_INFINITY),
      },
    },
  };
}

/** In the order of the scenario; an option without a price has no chance. */
function byOption({ models }: Question, value: (o: number) => number, { options }: Sample): Record<string, number> {
  return Object.fromEntries(
    models.map(({ option }) => {
      const o = options.findIndex((each) => each.id === option.id);
      return [option.id, o === -1 ? 0 : value(o)];
    }),
  );
}

function byVolume(asked: Question, drawn: Sample): Uncertainty['probability_by_volume'] {
  return drawn.volumes.map((requests_per_month, v) => ({
    requests_per_month,
    probability: byOption(asked, (o) => (drawn.wins[v * drawn.options.length + o] ?? 0) / drawn.draws, drawn),
  }));
}

/** The inputs that move the cost of the decided option, or how far it is ahead of the others, most come first. */
function sensitivities(drawn: Sample, chosen: number): Sensitivity[] {
  const totals = drawn.totals[chosen] as Float64Array;
  const rows = drawn.inputs.flatMap((input, i): Sensitivity[] => {
    const ends = new Float64Array(2);
    input.distribution.quantiles(Float64Array.of(0.1, 0.9), ends);
    const [p10, p90] = [ends[0] as number, ends[1] as number];
    const [low, high] = [drawn.at(i, p10), drawn.at(i, p90)];
    const [lowUsd, highUsd] = [low[chosen] as number, high[chosen] as number];
    // An option that cannot serve at one end has no cost there.
    if (!Number.isFinite(lowUsd) || !Number.isFinite(highUsd)) return [];
    return [
      {
        variable: input.variable,
        low_usd: lowUsd,
        high_usd: highUsd,
        share: varianceShare(drawn.strata[i] as Uint32Array, totals),
        p10,
        p90,
        low_lead_usd: leadOf(drawn, low, chosen),
        high_lead_usd: leadOf(drawn, high, chosen),
      },
    ];
  });
  return rows.filter((row) => swing(row) > 0).sort((a, b) => swing(b) - swing(a));
}

/** What the cheapest of the other options costs more than the chosen one; negative: less. Null: there is none that can serve. */
function leadOf({ options }: Sample, totals: Float64Array, chosen: number): number | null {
  let lowest = Number.POSITIVE_INFINITY;
  for (let o = 0; o < options.length; o++) if (o !== chosen && options[o]?.gated) lowest = Math.min(lowest, totals[o] as number);
  return Number.isFinite(lowest) ? lowest - (totals[chosen] as number) : null;
}

function swing(row: Sensitivity): number {
  return Math.max(Math.abs(row.high_usd - row.low_usd), Math.abs((row.high_lead_usd ?? 0) - (row.low_lead_usd ?? 0)));
}

/** Draws in which the decided option cannot serve are left out. */
function regret({ totals, cheapest }: Sample, chosen: number): number | null {
  let sum = 0;
  let count = 0;
  for (let d = 0; d < cheapest.length; d++) {
    const usd = (totals[chosen] as Float64Array)[d] as number;
    const best = cheapest[d] as number;
    if (best === -1 || !Number.isFinite(usd)) continue;
    sum += usd - ((totals[best] as Float64Array)[d] as number);
    count++;
  }
  return count === 0 ? null : sum / count;
}

function information(drawn: Sample): Uncertainty['value_of_information'] {
  const able = ableOf(drawn);
  return drawn.inputs
    .map((input, i) => ({ variable: input.variable, usd: valueOfKnowing(drawn, i, able) }))
    .filter(({ usd }) => usd > 0)
    .sort((a, b) => b.usd - a.usd);
}

function unstable(chances: Readonly<Record<string, number>>, decided: string | null): Finding[] {
  if (decided === null) return [];
  const mine = chances[decided] ?? 0;
  const [best, chance] = Object.entries(chances).reduce((a, b) => (b[1] > a[1] ? b : a), [decided, mine] as [string, number]);
  if (chance <= mine) return [];
  const percent = (p: number) => `${Math.round(p * 100)} %`;
  return [
    {
      code: 'decision.unstable',
      severity: 'warning',
      message: `The decision is ${decided}, but over the ranges given ${best} is the cheapest in ${percent(chance)} of draws and ${decided} in ${percent(mine)}.`,
      path: null,
    },
  ];
}
