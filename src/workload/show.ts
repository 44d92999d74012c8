import type { JointHistogram } from '../engine/scenario.ts';
import { bars, spark } from './chart.ts';
import type { Split } from './measure/splits.ts';
import type { ImportResult, TokenSummary } from './result.ts';
import { REASONS, type Reason } from './row.ts';

/** What an import and a saved profile have in common. */
export interface Shown {
  readonly name: string;
  readonly source: string;
  readonly requests: number | null;
  readonly span_s: number;
  readonly input_tokens: TokenSummary;
  readonly output_tokens: TokenSummary;
  readonly cached_share: number | null;
  readonly peak_to_average: { readonly minute: number | null; readonly hour: number | null };
  readonly burstiness_cv: number | null;
  readonly hour_of_week: readonly number[] | null;
  readonly joint_histogram: JointHistogram | null;
}

/** A profile for a terminal of 80 columns, ASCII only. */
export function showProfile(profile: Shown): string {
  const sections = [headline(profile), tokenTable(profile), lengthCharts(profile.joint_histogram), arrivals(profile), week(profile.hour_of_week)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same with what was read, dropped and noticed. */
export function showImport(result: ImportResult): string {
  const sections = [
    reading(result),
    timeline(result),
    splitTable('By model', result.by_model),
    splitTable('By team', result.by_team),
    dropped(result),
    notes(result),
  ];
  return `${showProfile(result)}\n${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline({ name, source, requests, span_s }: Shown): string[] {
  const volume = requests === null ? 'requests not counted' : `${whole(requests)} requests`;
  const rate = requests === null || span_s === 0 ? '' : ` (${figure(requests / span_s)} a second)`;
  return [`${plain(name)}: ${volume} over ${duration(span_s)}${rate}`, ...wrap(plain(source), 76).map((line) => `  ${line}`)];
}

function tokenTable({ input_tokens, output_tokens }: Shown): string[] {
  const cells = [['', 'mean', 'p50', 'p95', 'p99', 'total'], tokenRow('input', input_tokens), tokenRow('output', output_tokens)];
  return ['Tokens per request', ...align(cells)];
}

function tokenRow(name: string, { mean, p50, p95, p99, total }: TokenSummary): string[] {
  return [name, ...[mean, p50, p95, p99].map((value) => (value === null ? '?' : decimal(value))), whole(total)];
}

function lengthCharts(joint: JointHistogram | null): string[] {
  if (joint === null) return [];
  const input = marginal(
    joint.input_edges,
    joint.cells.map(({ i, count }) => [i, count]),
  );
  const output = marginal(
    joint.output_edges,
    joint.cells.map(({ j, count }) => [j, count]),
  );
  return ['Input tokens', ...bars(input), '', 'Output tokens', ...bars(output)];
}

function marginal(edges: readonly number[], counts: readonly (readonly [number, number])[]): { label: string; value: number }[] {
  const sums = new Array<number>(edges.length).fill(0);
  for (const [at, count] of counts) sums[at] = (sums[at] ?? 0) + count;
  return edges.map((edge, at) => ({ label: `to ${whole(edge)}`, value: sums[at] ?? 0 }));
}

function arrivals({ cached_share, peak_to_average, burstiness_cv, span_s }: Shown): string[] {
  const times = (value: number | null, why: string): string => (value === null ? `unknown${why}` : `${figure(value)} x the mean`);
  return [
    `Cached input    ${cached_share === null ? 'unknown' : `${figure(cached_share * 100)} %`}`,
    `Busiest minute  ${times(peak_to_average.minute, '')}`,
    `Busiest hour    ${times(peak_to_average.hour, span_s < 86_400 ? ' (less than a day of log)' : '')}`,
    `Burstiness      ${burstiness_cv === null ? 'unknown' : `${figure(burstiness_cv)} (standard deviation / mean of the gaps; 1: Poisson)`}`,
  ];
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function week(hours: readonly number[] | null): string[] {
  if (hours === null) return [];
  const most = Math.max(...hours);
  return ['Hours of the week (UTC, 0 to 23)', ...DAYS.map((day, k) => `  ${day} |${spark(hours.slice(k * 24, k * 24 + 24), most)}|`)];
}

function reading(result: ImportResult): string[] {
  const times = result.first_at === null ? [] : [`Times           ${result.first_at} to ${result.last_at}`];
  const columns = Object.entries(result.columns).map(([field, column]) => `${field}: ${plain(column)}`);
  return [
    `Read as         ${result.format}, ${whole(result.rows_read)} rows of ${plain(result.file)}`,
    ...hang('Columns         ', columns.join(', ')),
    ...hang('Cached tokens   ', `${result.cached_rule.rule}: ${plain(result.cached_rule.basis)}`),
    ...times,
  ];
}

function timeline({ timeline: counts }: ImportResult): string[] {
  return counts.length < 10 ? [] : ['Requests over time', `  |${spark(counts, Math.max(...counts))}|`];
}

function splitTable(title: string, splits: readonly Split[]): string[] {
  if (splits.length < 2) return [];
  const rows = splits
    .slice(0, 12)
    .map((split) => [
      plain(split.name).slice(0, 32),
      split.requests === null ? '?' : whole(split.requests),
      ...[split.input_tokens.mean, split.output_tokens.mean].map((mean) => (mean === null ? '?' : decimal(mean))),
      whole(split.input_tokens.total + split.output_tokens.total),
    ]);
  const more = splits.length > 12 ? [`  and ${splits.length - 12} more (see --format json)`] : [];
  return [title, ...align([['', 'requests', 'mean input', 'mean output', 'tokens'], ...rows]), ...more];
}

function dropped(result: ImportResult): string[] {
  const reasons = Object.entries(result.dropped) as [Reason, number][];
  if (reasons.length === 0) return ['Dropped         nothing'];
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return [
    `Dropped ${whole(total)} of ${whole(result.rows_read)} rows`,
    ...reasons.map(([reason, count]) => `  ${whole(count).padStart(9)}  ${REASONS[reason]}`),
  ];
}

function notes(result: ImportResult): string[] {
  return result.notes.flatMap(({ severity, message }) => hang(severity === 'info' ? 'Note: ' : 'Warning: ', plain(message)));
}

/** First column left, the others right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`);
}

function hang(label: string, text: string): string[] {
  return wrap(text, 80 - label.length).map((line, at) => (at === 0 ? label : ' '.repeat(label.length)) + line);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Names and file names may hold anything: control characters are shown, not sent. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function decimal(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value >= 100 ? 4 : 3 });
}

function duration(seconds: number): string {
  if (seconds < 120) return `${figure(seconds)} seconds`;
  if (seconds < 7200) return `${figure(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${figure(seconds / 3600)} hours` : `${figure(seconds / 86_400)} days`;
}
