/** The records file: one line per request, appended the moment it ends. */
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { TokenCounts } from '../measure/point-data.ts';
import { parseRecord, type RequestRecord, recordLine } from '../measure/record.ts';

const NEWLINE = 10;
const READ_BYTES = 1 << 16;

/** Appends whole lines. Lines of one turn of the event loop go out in one write, before the next turn: a kill loses nothing that ended earlier. */
export class RecordWriter {
  readonly #file: number;
  #lines = '';
  #scheduled = false;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  add(record: RequestRecord): void {
    this.#lines += `${recordLine(record)}\n`;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#lines === '') return;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(this.#file, bytes, sent);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** A line with better token counts for an earlier record. */
export function correctionLine(id: number, counts: TokenCounts): string {
  return JSON.stringify({ id, ...counts });
}

/** Calls back for every whole record of a file of any size; a line cut off by a kill is passed over. Later corrections come through `onCorrection`. */
export function readRecords(
  path: string,
  onRecord: (record: RequestRecord) => void,
  onCorrection: (id: number, counts: TokenCounts) => void = () => undefined,
): void {
  eachLine(path, (line) => {
    const record = parseRecord(line);
    if (record !== null) onRecord(record);
    else readCorrection(line, onCorrection);
  });
}

function readCorrection(line: string, onCorrection: (id: number, counts: TokenCounts) => void): void {
  if (!line.includes('"token_source"')) return;
  try {
    const { id, ...counts } = JSON.parse(line) as { id: number } & TokenCounts;
    if (typeof id === 'number') onCorrection(id, counts);
  } catch {
    // A line cut off by a kill: nothing in it can be trusted.
  }
}

function eachLine(path: string, onLine: (line: string) => void): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      const bytes = Buffer.concat([rest, buffer.subarray(0, count)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      rest = Buffer.from(bytes.subarray(end));
      for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') onLine(line);
    }
    if (rest.length > 0) onLine(rest.toString('utf8'));
  } finally {
    closeSync(file);
  }
}

/** Cuts off a half-written last line, so that new lines can be appended. */
export function mendRecords(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r+');
  try {
    const size = fstatSync(file).size;
    ftruncateSync(file, lastLineEnd(file, size));
  } finally {
    closeSync(file);
  }
}

function lastLineEnd(file: number, size: number): number {
  const block = Buffer.allocUnsafe(READ_BYTES);
  for (let end = size; end > 0; end -= READ_BYTES) {
    const start = Math.max(0, end - READ_BYTES);
    const count = readSync(file, block, 0, end - start, start);
    const at = block.subarray(0, count).lastIndexOf(NEWLINE);
    if (at !== -1) return start + at + 1;
  }
  return 0;
}

/**
 * When a run ends: drops the warm-up lines, which were only there in case it would be killed, and puts corrections where they belong.
 * The file is replaced whole.
 */
export function tidyRecords(path: string): void {
  const corrections = readCorrections(path);
  const draft = `${path}.tidy`;
  const file = openSync(draft, 'w');
  let lines = '';
  const flush = () => {
    if (lines !== '') writeSync(file, lines);
    lines = '';
  };
  eachLine(path, (line) => {
    const kept = tidyLine(line, corrections);
    if (kept !== null) lines += `${kept}\n`;
    if (lines.length > READ_BYTES) flush();
  });
  flush();
  closeSync(file);
  renameSync(draft, path);
}

/** Lines are only parsed where something in them may change: a long run has millions. */
function tidyLine(line: string, corrections: ReadonlyMap<number, TokenCounts>): string | null {
  if (corrections.size === 0 && !line.includes('"warmup":true')) return line;
  const record = parseRecord(line);
  if (record === null || record.warmup) return null;
  const better = corrections.get(record.id);
  return better === undefined ? line : recordLine({ ...record, ...better });
}

function readCorrections(path: string): Map<number, TokenCounts> {
  const corrections = new Map<number, TokenCounts>();
  eachLine(path, (line) => {
    if (!line.includes('"t_sched_ms"')) readCorrection(line, (id, counts) => corrections.set(id, counts));
  });
  return corrections;
}
