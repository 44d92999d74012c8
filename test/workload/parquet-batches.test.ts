/** Typed Parquet is counted in batches of rows; whatever stands between them, the result is that of the same rows one by one. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { importLog } from '../../src/workload/import.ts';
import { hashesOf, numbersOf } from '../../src/workload/read/vectors.ts';
import type { ImportOptions } from '../../src/workload/session.ts';
import { DEFAULTS, folder } from './logs.ts';

/** 9,000 rows (five chunks): repeated and missing ids, missing and blank names, nulls, negative and cached counts, times out of order. */
const LOG = `
  SELECT CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN '' ELSE 'id-' || (i % 8000) END AS request_id,
    CASE WHEN i % 997 <> 0 THEN TIMESTAMP '2026-10-24 20:00:00.25' + to_microseconds((i * 7919 % 9001) * 91234567) END AS "startTime",
    ['gpt-4o', ' gpt-4o', 'claude', '', NULL][1 + i % 5] AS model,
    CASE WHEN i < 6000 THEN 'team ' || (i % 4) END AS team_id,
    CASE WHEN i % 701 <> 0 THEN (i * 104729 % 9973)::INTEGER - 2 END AS prompt_tokens,
    (i % 300)::BIGINT AS completion_tokens,
    CASE WHEN i < 4000 THEN i % 60 ELSE 0 END AS cache_read_input_tokens
  FROM range(9000) t(i)`;

async function write(): Promise<{ parquet: string; csv: string }> {
  const here = folder();
  const [parquet, csv] = [join(here, 'log.parquet'), join(here, 'log.csv')];
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`COPY (${LOG}) TO '${parquet}' (FORMAT parquet)`);
  await connection.run(`COPY (${LOG}) TO '${csv}' (HEADER)`);
  connection.closeSync();
  instance.closeSync();
  return { parquet, csv };
}

it.each<[string, Partial<ImportOptions>]>([
  ['all rows', {}],
  ['of some models and teams', { onlyModels: ['gpt-4o'], onlyTeams: ['team 1', 'team 2'] }],
  ['with a zone for times that name none', { offsetMinutes: 330 }],
])('%s', async (_, options) => {
  const { parquet, csv } = await write();
  const batched = await importLog(parquet, { ...DEFAULTS, ...options, name: 'x', source: 'x' });
  const single = await importLog(csv, { ...DEFAULTS, ...options, name: 'x', source: 'x', engine: 'stream' });
  expect(batched).toEqual({ ...single, engine: 'duckdb', file: 'log.parquet' });
  expect(batched.dropped).toMatchObject({ duplicate_id: expect.any(Number), missing_time: expect.any(Number), cached_above_input: expect.any(Number) });
});

it('values come out of vectors the same, whether their arrays are reached or not', async () => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const read = `SELECT CASE WHEN i % 7 <> 0 THEN i / 4 END::DOUBLE, i::DOUBLE, hash(i) FROM range(100) t(i)`;
  const chunk = await (await connection.stream(read)).fetchChunk();
  if (chunk === null) throw new Error('no rows');
  const closed = {
    rowCount: chunk.rowCount,
    getColumnVector: (column: number) => ({ getItem: (row: number) => chunk.getColumnVector(column).getItem(row) }),
  } as typeof chunk;
  expect([...numbersOf(chunk, 0)].slice(6, 9)).toEqual([1.5, Number.NaN, 2]);
  for (const column of [0, 1]) expect([...numbersOf(closed, column)]).toEqual([...numbersOf(chunk, column)]);
  expect([...hashesOf(closed, 2)]).toEqual([...hashesOf(chunk, 2)]);
  const hash = chunk.getColumnVector(2).getItem(5) as bigint;
  expect([...hashesOf(chunk, 2)].slice(10, 12)).toEqual([Number(hash & 0xffffffffn), Number(hash >> 32n)]);
  connection.closeSync();
  instance.closeSync();
});
