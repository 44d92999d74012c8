import { InputError } from '../files/problem.ts';
import { nameAt, type SendBatch } from './batch.ts';
import { Cleaner, type CleanOptions, type CleanRow } from './clean.ts';
import { type ColumnChoice, type Columns, chooseColumns } from './columns.ts';
import type { ImportResult } from './result.ts';
import { type Begin, FIELDS, type Field, REASONS, type RowSink } from './row.ts';
import { ImportStopped } from './stopped.ts';
import { summarize } from './summarize.ts';
import { Tally } from './tally.ts';

export interface ImportOptions extends ColumnChoice, CleanOptions {
  /** Profile name; null: the file name without its endings. */
  readonly name: string | null;
  /** Attribution and licence of the log; null: format and file name. */
  readonly source: string | null;
  /** Rows of these models or teams only; empty: all. */
  readonly onlyModels: readonly string[];
  readonly onlyTeams: readonly string[];
  /** `auto`: DuckDB for Parquet, and for big files when it is installed, else streaming. */
  readonly engine: 'auto' | 'stream' | 'duckdb';
  readonly stdin: NodeJS.ReadableStream;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal | null;
}

export interface Progress {
  readonly rows: number;
  /** Share of the input taken, 0..1; null when unknown. */
  readonly share: number | null;
}

const PROGRESS_ROWS = 20_000;

/** Everything one import keeps between the first row and the result. */
export class Import {
  private readonly options: ImportOptions;
  private readonly file: string;
  private state: { readonly columns: Columns; readonly cleaner: Cleaner; readonly tally: Tally } | null = null;
  private readonly remarks: { code: string; message: string }[] = [];
  private ticks = 0;
  private readonly filtering: boolean;
  /** Share of the input taken, set by the reader. */
  share: () => number | null = () => null;

  constructor(options: ImportOptions, file: string) {
    this.options = options;
    this.file = file;
    this.filtering = options.onlyModels.length + options.onlyTeams.length > 0;
  }

  /** Readers call it once a file; the columns are chosen anew for each, the counts go on. */
  readonly begin: Begin = (names) => {
    const columns = chooseColumns(names, this.options, this.file);
    this.checkSame(columns);
    const asked = [...new Set(Object.values(columns.mapping).flat())];
    const cleaner = new Cleaner(columns, asked, this.options, this.state?.cleaner);
    const tally = this.state?.tally ?? new Tally(columns.format);
    this.state = { columns, cleaner, tally };
    return this.sink(asked, columns, cleaner, tally);
  };

  private checkSame({ format }: Columns): void {
    const before = this.state?.columns.format;
    if (before !== undefined && before.id !== format.id)
      throw InputError.of(
        'workload.mixed-formats',
        `${this.file} holds files of two formats: ${before.label} and ${format.label}.`,
        'Import them one at a time, or pass --from.',
        this.file,
      );
  }

  private sink(asked: readonly string[], columns: Columns, cleaner: Cleaner, tally: Tally): RowSink {
    return {
      columns: asked,
      fieldOf: (column) => fieldOf(columns, column),
      typedTimes: (naive) => cleaner.typedTimes(naive),
      row: (values, line) => {
        this.tick(1);
        const reason = cleaner.clean(values);
        if (reason !== null) tally.drop(reason, line);
        else this.accept(cleaner.row, tally, line);
      },
      batch: cleaner.isPlain ? this.batches(cleaner, tally) : null,
      soon: (ids, rows) => tally.ids.touch(ids, rows),
      expect: (rows) => {
        if (columns.mapping.id !== undefined) tally.ids.reserve(rows);
      },
      drop: (reason, line) => tally.drop(reason, line),
      note: (code, message) => {
        if (!this.remarks.some((remark) => remark.code === code)) this.remarks.push({ code, message });
      },
    };
  }

  private batches(cleaner: Cleaner, tally: Tally): SendBatch {
    return (batch, from, to, firstLine) => {
      this.tick(to - from);
      cleaner.take(batch, from, to);
      let start = from;
      for (let row = from; row < to; row += 1) {
        const repeated = batch.ids !== null && tally.ids.seenPair(batch.ids, row);
        if (!repeated && !(this.filtering && !this.isWanted(nameAt(batch.model, row), nameAt(batch.team, row)))) continue;
        tally.addAll(batch, start, row);
        start = row + 1;
        if (repeated) tally.drop('duplicate_id', firstLine + row);
        else tally.filtered += 1;
      }
      tally.addAll(batch, start, to);
    };
  }

  private accept(row: CleanRow, tally: Tally, line: number): void {
    if (row.id !== null && tally.ids.seen(row.id)) tally.drop('duplicate_id', line);
    else if (this.filtering && !this.isWanted(row.model, row.team)) tally.filtered += 1;
    else tally.add(row);
  }

  private isWanted(model: string | null, team: string | null): boolean {
    return wanted(model, this.options.onlyModels) && wanted(team, this.options.onlyTeams);
  }

  private tick(rows: number): void {
    const before = this.ticks;
    this.ticks += rows;
    if (Math.floor(before / PROGRESS_ROWS) === Math.floor(this.ticks / PROGRESS_ROWS)) return;
    if (this.options.signal?.aborted === true) throw new ImportStopped();
    this.options.progress({ rows: this.ticks, share: this.share() });
  }

  /** @throws InputError when no row is left */
  result(engine: 'stream' | 'duckdb'): ImportResult {
    if (this.state === null)
      throw InputError.of('workload.no-rows', `${this.file} has no rows.`, 'Give a log with a header line and at least one row.', this.file);
    const { columns, cleaner, tally } = this.state;
    if (tally.rows === 0) throw this.nothingLeft(tally);
    const name = this.options.name ?? profileName(this.file);
    return summarize(tally, columns, cleaner.noticed, {
      name,
      file: this.file,
      source: this.options.source,
      engine,
      offsetMinutes: this.options.offsetMinutes,
      remarks: this.remarks,
    });
  }

  private nothingLeft(tally: Tally): InputError {
    const reasons = [...tally.dropped].map(([reason, { count, firstLine }]) => `${count} x ${REASONS[reason]} (first at line ${firstLine})`);
    if (tally.filtered > 0) reasons.push(`${tally.filtered} x another model or team than asked for`);
    if (reasons.length === 0)
      return InputError.of('workload.no-rows', `${this.file} has a header but no rows.`, 'Give a log with at least one row.', this.file);
    return InputError.of(
      'workload.nothing-left',
      `Not one row of ${this.file} can be used: ${reasons.join('; ')}.`,
      tally.dropped.has('unparseable_time')
        ? 'Write times like 2026-11-01T10:00:00Z or as epoch seconds, or name their column with --timestamp.'
        : 'Check the columns: name them with --timestamp, --input and --output.',
      this.file,
    );
  }
}

function fieldOf({ mapping }: Columns, column: string): Field {
  return FIELDS.find((field) => mapping[field]?.includes(column) === true) ?? 'kind';
}

function wanted(name: string | null, only: readonly string[]): boolean {
  return only.length === 0 || (name !== null && only.includes(name));
}

/** `logs/Spend Logs.2026.csv.gz` -> `spend-logs-2026` */
function profileName(file: string): string {
  const base = file.replace(/.*[/\\]/, '').replace(/(\.(csv|tsv|txt|jsonl?|ndjson|gz|parquet))+$/i, '');
  return (
    base
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'profile'
  );
}
