import type { Noticed } from './clean.ts';
import type { Columns } from './columns.ts';
import { tidy } from './measure/histogram.ts';
import { type Facts, notesOf } from './notes.ts';
import type { ImportResult, TokenSummary } from './result.ts';
import type { Reason } from './row.ts';
import type { Tally } from './tally.ts';
import { showTime } from './time.ts';

const DAY_S = 86_400;
const TIMELINE_PARTS = 60;

interface ImportIdentity {
  readonly name: string;
  readonly file: string;
  /** Attribution given by the user; null: made from the format and the file name. */
  readonly source: string | null;
  readonly engine: 'stream' | 'duckdb';
  /** Zone of times that name none, minutes east of UTC. */
  readonly offsetMinutes: number;
  readonly remarks: readonly { readonly code: string; readonly message: string }[];
}

/** The result of an import, from what was counted. */
export function summarize(tally: Tally, columns: Columns, noticed: Noticed, identity: ImportIdentity): ImportResult {
  const { format } = columns;
  const relative = noticed.relativeTimes > 0;
  const span = (tally.endUs - tally.firstUs) / 1e6;
  const counted = format.uncounted !== true;
  const step = Math.max(tally.stepUs, tally.bucketUs.longest);
  const facts: Facts = { tally, columns, noticed, span, relative, step, zone: zoneName(identity.offsetMinutes) };
  return {
    schema_version: 1,
    source: identity.source ?? `${format.label}: ${identity.file}`,
    requests: counted ? tally.requests : null,
    dropped: Object.fromEntries([...tally.dropped].map(([reason, { count }]) => [reason, count]).sort()) as { [R in Reason]?: number },
    span_s: tidy(span),
    requests_per_s: counted && span > 0 ? tidy(tally.requests / span) : null,
    input_tokens: tokenSummary(tally, 'input', counted),
    output_tokens: tokenSummary(tally, 'output', counted),
    cached_share: cachedShare(tally),
    peak_to_average: { minute: peakToAverage(facts, 60), hour: span < DAY_S ? null : peakToAverage(facts, 3600) },
    burstiness_cv: step >= 60e6 || format.aggregated === true ? null : tally.gaps.cv(),
    hour_of_week:
      span < 7 * DAY_S || relative || step > 3600e6 || !counted || tally.requests === 0 ? null : tally.calendar.hourOfWeek(tally.firstUs, tally.endUs),
    joint_histogram: tally.joint.histogram(),
    name: identity.name,
    file: identity.file,
    format: format.id,
    engine: identity.engine,
    rows_read: tally.rows + tally.filtered + [...tally.dropped.values()].reduce((sum, { count }) => sum + count, 0),
    rows_filtered: tally.filtered,
    columns: Object.fromEntries(Object.entries(columns.mapping).map(([field, names]) => [field, names.join(' + ')])),
    cached_rule: { rule: columns.cached, basis: columns.basis },
    first_at: relative ? null : showTime(tally.firstUs),
    last_at: relative ? null : showTime(tally.endUs),
    aggregated: format.aggregated === true,
    by_model: columns.mapping.model === undefined ? [] : tally.models.list(counted),
    by_team: columns.mapping.team === undefined ? [] : tally.teams.list(counted),
    timeline: tally.calendar.timeline(tally.firstUs, tally.endUs, TIMELINE_PARTS),
    notes: notesOf(facts, identity.remarks),
  };
}

function zoneName(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

function tokenSummary(tally: Tally, side: 'input' | 'output', counted: boolean): TokenSummary {
  const exact = (side === 'input' ? tally.inputs : tally.outputs).summary();
  if (exact !== null) return exact;
  const total = tally[side];
  return { mean: counted && tally.requests > 0 ? total / tally.requests : null, p50: null, p95: null, p99: null, total };
}

function cachedShare(tally: Tally): number | null {
  if (tally.blocks !== null) return tally.blocks.tokens > 0 ? tidy(tally.blocks.reusedTokens / tally.blocks.tokens) : null;
  return tally.cachedOf > 0 ? tidy(tally.cached / tally.cachedOf) : null;
}

/** Requests of the busiest clock minute or hour / mean requests of that length, at least 1 (a short log's minutes are cut at both ends); null when the times are coarser, or the log shorter. */
function peakToAverage({ tally, span, step }: Facts, seconds: number): number | null {
  if (span < seconds || step > seconds * 1e6 || tally.requests === 0) return null;
  const mean = (tally.requests * seconds) / span;
  return Math.max(1, Number((tally.calendar.busiest(seconds / 60) / mean).toPrecision(6)));
}
