/** Random logs with mistakes in them: both engines must give the same result, or the same error. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '../../src/files/problem.ts';
import { importLog } from '../../src/workload/import.ts';
import type { ImportOptions } from '../../src/workload/session.ts';
import { DEFAULTS, file } from './logs.ts';

const START = Date.UTC(2026, 9, 24, 22);
const seconds = fc.integer({ min: 0, max: 900_000 });

const goodTime = fc.tuple(seconds, fc.integer({ min: 0, max: 999_999 })).chain(([second, us]) => {
  const [day = '', clock = ''] = new Date(START + second * 1000).toISOString().slice(0, 19).split('T');
  const fraction = String(us).padStart(6, '0');
  const forms = [
    `${day}T${clock}.${fraction}Z`,
    `${day} ${clock}.${fraction}`,
    `${day}T${clock}+00:00`,
    `${day}T${clock}.${fraction}+02:00`,
    `${day} ${clock}.${fraction}789`,
  ];
  return fc.constantFrom(...forms, String(START / 1000 + second), String(START + second * 1000), ` ${day}T${clock}Z `);
});
const oddTime = fc.constantFrom(
  '',
  'null',
  'yesterday',
  '2026-02-30 10:00:00',
  '2026-10-24 24:00:00',
  '2026-10-24 10:60:00',
  '1970-01-01 00:00:00',
  '-5',
  '0',
  '1e3',
);
const goodCount = fc.integer({ min: 0, max: 9000 }).map(String);
const oddCount = fc.constantFrom(
  '-5',
  'NaN',
  '',
  '12.0',
  '1.5',
  '1e3',
  'many',
  ' 77 ',
  '999999999999',
  'null',
  'inf',
  '-0',
  '+7',
  '00012',
  '1,000',
  '1e400',
  '-',
);
const name = fc.constantFrom('gpt-4o', 'claude', '', 'x, "y"', 'né', 'line\nbreak', ' lead', 'null', "o'k");
const status = fc.constantFrom('success', 'success', 'failure', '500', '');
const text = fc.constantFrom('m', 'a "q" b', 'two\r\nlines', '{"a": "b,c"}', '');

const row = fc.record({
  request_id: fc.integer({ min: 0, max: 2000 }).map((k) => (k === 0 ? '' : `id-${k}`)),
  startTime: fc.oneof({ weight: 9, arbitrary: goodTime }, oddTime),
  model: name,
  team_id: name,
  status,
  prompt_tokens: fc.oneof({ weight: 9, arbitrary: goodCount }, oddCount),
  completion_tokens: fc.oneof({ weight: 9, arbitrary: goodCount }, oddCount),
  cache_read_input_tokens: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('0', '12', '') }, oddCount),
  messages: text,
});
const rows = fc.array(row, { minLength: 1, maxLength: 300, size: 'max' });
type Row = Readonly<Record<string, string>>;

function csv(log: readonly Row[], delimiter: string): string {
  const quoted = (value: string) => (/[",;\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [Object.keys(log[0] ?? {}), ...log.map((each) => Object.values(each))].map((cells) => cells.map(quoted).join(delimiter)).join('\n');
}

/** Counts that read as numbers are written as numbers in every other row. */
function jsonLines(log: readonly Row[]): string {
  const value = (text: string, k: number) => (k % 2 === 0 && /^-?\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : text === 'null' ? null : text);
  return log.map((each, k) => JSON.stringify(Object.fromEntries(Object.entries(each).map(([key, cell]) => [key, value(cell, k)])))).join('\n');
}

async function outcome(path: string, engine: ImportOptions['engine']) {
  try {
    const { engine: used, ...result } = await importLog(path, { ...DEFAULTS, engine, name: 'x', source: 'x' });
    return { used, result };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { used: engine, result: error.problems.map(({ code }) => code) };
  }
}

it.each([
  ['CSV', 'csv', (log: readonly Row[]) => csv(log, ',')],
  ['CSV with semicolons', 'csv', (log: readonly Row[]) => csv(log, ';')],
  ['JSON Lines', 'jsonl', jsonLines],
  ['gzipped CSV', 'csv.gz', (log: readonly Row[]) => gzipSync(csv(log, ','))],
  ['gzipped JSON Lines', 'jsonl.gz', (log: readonly Row[]) => gzipSync(jsonLines(log))],
])('%s', async (_, ending, write) => {
  await fc.assert(
    fc.asyncProperty(rows, async (log) => {
      const path = file(`log.${ending}`, write(log));
      const [stream, duckdb] = [await outcome(path, 'stream'), await outcome(path, 'duckdb')];
      expect([stream.used, duckdb.used]).toEqual(['stream', 'duckdb']);
      expect(duckdb.result).toEqual(stream.result);
    }),
    { numRuns: 8, seed: 5 },
  );
});
