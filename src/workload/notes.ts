import type { Finding, Severity } from '../engine/findings.ts';
import type { Noticed } from './clean.ts';
import type { Columns } from './columns.ts';
import type { Tally } from './tally.ts';

export interface Facts {
  readonly tally: Tally;
  readonly columns: Columns;
  readonly noticed: Noticed;
  /** Seconds. */
  readonly span: number;
  readonly relative: boolean;
  /** How times without a zone were read: `UTC`, `UTC+02:00`. */
  readonly zone: string;
  /** Coarseness of the times in microseconds. */
  readonly step: number;
}

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

type Rule = (facts: Facts) => readonly [code: string, severity: Severity, message: string] | null;

/** What a reader of the profile has to know about it. */
export function notesOf(facts: Facts, remarks: readonly { readonly code: string; readonly message: string }[]): Finding[] {
  const found = RULES.map((rule) => rule(facts)).filter((note) => note !== null);
  const said = remarks.map(({ code, message }) => [code, 'info' as Severity, message] as const);
  return [...found, ...said].map(([code, severity, message]) => ({ code, severity, message, path: null }));
}

const RULES: readonly Rule[] = [
  ({ span }) => (span < DAY_S ? ['workload.short-span', 'info', `${saySpan(span)} of trace says nothing of the day: the busiest hour is unknown.`] : null),
  ({ span }) =>
    span >= DAY_S && span < 7 * DAY_S
      ? ['workload.short-week', 'info', `${saySpan(span)} of log says nothing of the week: it takes 7 days to tell its hours apart.`]
      : null,
  ({ columns: { format } }) =>
    format.aggregated === true
      ? ['workload.aggregated', 'warning', `${format.label} holds totals of a period, not requests: means are known, the distribution of lengths is not.`]
      : null,
  ({ columns: { format } }) =>
    format.uncounted === true ? ['workload.no-requests', 'warning', `${format.label} doesn't count requests: only token totals are known.`] : null,
  ({ columns: { format } }) => (format.remark === undefined ? null : ['workload.format', 'info', format.remark]),
  ({ noticed, zone }) =>
    noticed.zonelessTimes > 0 ? ['workload.zone', 'info', `${say(noticed.zonelessTimes)} times name no zone; they were read as ${zone}.`] : null,
  ({ relative }) =>
    relative ? ['workload.relative-clock', 'info', 'Times count from the start of the trace: the hour of the day and the day of the week are unknown.'] : null,
  ({ step, columns: { format } }) =>
    step >= 60e6 && format.aggregated !== true
      ? ['workload.coarse-times', 'warning', `All times are whole ${sayStep(step)}s: nothing shorter is known of the arrivals.`]
      : null,
  ({ step, tally, span }) =>
    step === 1e6 && tally.requests > span / 5
      ? ['workload.second-times', 'info', 'All times are whole seconds: with several requests a second, burstiness is only approximate.']
      : null,
  ({ tally }) => (tally.gaps.lost ? ['workload.unsorted', 'warning', 'Rows are not in time order and too many to sort: burstiness is unknown.'] : null),
  ({ tally }) => (tally.ids.full ? ['workload.ids-unchecked', 'warning', `Duplicate ids were looked for among the first ${say(40_000_000)} only.`] : null),
  ({ tally }) =>
    tally.blocks?.full === true
      ? ['workload.blocks-unchecked', 'warning', 'There are more prefix blocks than can be remembered: the cached share is too low.']
      : null,
  silence,
  ({ noticed, tally }) =>
    noticed.cachedUnknown > 0 && noticed.cachedUnknown < tally.rows
      ? ['workload.cached-unknown', 'info', `${say(noticed.cachedUnknown)} rows don't say how much was cached; the cached share is that of the others.`]
      : null,
  ({ noticed }) =>
    noticed.inclusiveUsage > 0
      ? [
          'workload.inclusive-usage',
          'info',
          `In ${say(noticed.inclusiveUsage)} rows the total shows that cached tokens are inside the input; they were not added again.`,
        ]
      : null,
  ({ noticed, tally }) =>
    noticed.zeroOutput > tally.rows / 100
      ? ['workload.zero-output', 'info', `${say(noticed.zeroOutput)} rows have no output tokens (failed, cancelled or embedding requests?); they are kept.`]
      : null,
  ({ tally }) => (tally.filtered > 0 ? ['workload.filtered', 'info', `${say(tally.filtered)} rows of other models or teams were left out, as asked.`] : null),
  manyDropped,
  ({ columns }) => (columns.basis.startsWith('assumed') ? ['workload.cached-assumed', 'warning', `Cached tokens: ${columns.basis}.`] : null),
];

/** A stray date far from the rest stretches the span and flattens every average. */
function silence({ tally, span, relative }: Facts): ReturnType<Rule> {
  const { days, afterDay } = tally.calendar.longestSilence();
  if (span < 2 * DAY_S || days * DAY_S < span / 4) return null;
  const after = relative ? `day ${afterDay}` : new Date(afterDay * 86_400_000).toISOString().slice(0, 10);
  return [
    'workload.silence',
    'warning',
    `No request for ${say(days)} days after ${after}: a stray date, or two logs in one? Rates and peaks are averages over the whole span.`,
  ];
}

function manyDropped({ tally }: Facts): ReturnType<Rule> {
  const dropped = [...tally.dropped].filter(([reason]) => reason !== 'not_a_model_call').reduce((sum, [, { count }]) => sum + count, 0);
  const share = dropped / (dropped + tally.rows);
  return share > 0.05
    ? ['workload.many-dropped', 'warning', `${(share * 100).toFixed(1)} % of the rows were dropped: check the reasons before trusting the profile.`]
    : null;
}

/** One hour; 58 minutes; 3.2 days. */
function saySpan(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  if (Math.abs(seconds - HOUR_S) <= HOUR_S / 12) return 'One hour';
  if (seconds < 2 * HOUR_S) return `${Math.round(seconds / 60)} minutes`;
  return seconds < DAY_S ? `${(seconds / HOUR_S).toFixed(1)} hours` : `${(seconds / DAY_S).toFixed(1)} days`;
}

function sayStep(us: number): string {
  if (us >= DAY_S * 1e6) return 'day';
  return us >= HOUR_S * 1e6 ? 'hour' : 'minute';
}

function say(count: number): string {
  return count.toLocaleString('en-US');
}
