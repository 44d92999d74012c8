import { expect, it, vi } from 'vitest';
import { importText, problemsOf, rows } from './logs.ts';

vi.mock('../../src/workload/read/duckdb.ts', async (original) => ({ ...(await original<object>()), findDuckdb: async () => null }));

it('without DuckDB, Parquet says the one line to type', async () => {
  const [problem] = await problemsOf('PAR1....', {}, 'log.parquet');
  expect(problem).toMatchObject({
    code: 'workload.duckdb-missing',
    message: 'log.parquet is Parquet: reading it needs DuckDB, which is not installed.',
    hint: 'npm install @duckdb/node-api',
  });
});

it('without DuckDB, asking for it says so; CSV is streamed all the same', async () => {
  expect((await problemsOf(rows('2026-11-01T10:00:00Z,10,1'), { engine: 'duckdb' }))[0]?.code).toBe('workload.duckdb-missing');
  expect(await importText(rows('2026-11-01T10:00:00Z,10,1'))).toMatchObject({ requests: 1, engine: 'stream' });
});
