import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { importLog } from '../../src/workload/import.ts';
import { profileYaml, toProfile } from '../../src/workload/profile.ts';
import { findDuckdb } from '../../src/workload/read/duckdb.ts';
import type { ImportResult } from '../../src/workload/result.ts';
import type { ImportOptions } from '../../src/workload/session.ts';
import { ImportStopped } from '../../src/workload/stopped.ts';
import { DEFAULTS, file, folder, importText, problemsOf } from './logs.ts';

/** A LiteLLM log with everything that can go wrong in a cell, out of order, without a final line end. */
function spendLog(): string {
  const lines = ['request_id,startTime,model,team_id,status,prompt_tokens,completion_tokens,spend'];
  for (let k = 0; k < 4000; k += 1) {
    const at = new Date(Date.UTC(2026, 9, 1) + ((k * 7919) % 4001) * 211_337 + (k % 7)).toISOString();
    const time = k % 3 === 0 ? at : k % 3 === 1 ? at.replace('T', ' ').replace('Z', '456') : at.replace('Z', '+00:00');
    lines.push(`id-${k},${time},${['gpt-4o', 'claude', ''][k % 3]},"team, ${k % 5}",success,${(k * 104_729) % 9973},${(k * 31) % 701},0.1`);
  }
  const odd = ['-5', 'NaN', '', '12.0', '1.5', '1e3', 'many', ' 77 ', '999999999999', '0'];
  lines.push(...odd.map((value, k) => `odd-${k},2026-10-02 10:00:00.1234567,gpt-4o,t,success,${value},5,0.1`));
  lines.push(
    'id-7,2026-10-02 10:00:00,gpt-4o,t,success,1,1,0',
    'f-1,2026-10-02 10:00:00,gpt-4o,t,failure,0,0,0',
    'f-2,2026-02-30 10:00:00,gpt-4o,t,success,1,1,0',
  );
  lines.push(
    ',1970-01-01 00:00:00,gpt-4o,t,success,1,1,0',
    ',,gpt-4o,t,success,1,1,0',
    ',2026-10-02T10:00:00+02:00,gpt-4o,t,success,4,4,0',
    ',2026-10-02 10:00:00.5,gpt-4o,t,success,4,4,0',
  );
  return lines.join('\n');
}

const DROPPED = {
  ...{ duplicate_id: 1, failed_request: 1, implausible_time: 1, missing_time: 1, missing_tokens: 1, negative_tokens: 1, non_finite_tokens: 1 },
  ...{ non_integer_tokens: 1, not_a_number_tokens: 1, too_large_tokens: 1, unparseable_time: 1 },
};

async function sql(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** All that must not depend on the engine. */
function figures({ engine: _, file: __, source: ___, notes, ...rest }: ImportResult) {
  return { ...rest, notes: notes.map(({ code }) => code) };
}

describe('one log gives one profile', () => {
  let log = '';
  let golden: ImportResult;
  beforeAll(async () => {
    log = spendLog();
    golden = await importText(log, { engine: 'stream' });
  });

  it('streamed', () => {
    expect(golden).toMatchObject({ engine: 'stream', requests: 4006, rows_read: 4017, dropped: DROPPED });
    expect(golden.by_model.map(({ name, requests }) => [name, requests])).toEqual([
      ['gpt-4o', 1340],
      ['claude', 1333],
      ['(none)', 1333],
    ]);
    expect(golden.hour_of_week).toHaveLength(168);
  });

  it('by DuckDB from CSV', async () => {
    const result = await importText(log, { engine: 'duckdb' });
    expect(result.engine).toBe('duckdb');
    expect(figures(result)).toEqual(figures(golden));
    expect(profileYaml(toProfile({ ...result, source: 's' }), 'x')).toBe(profileYaml(toProfile({ ...golden, source: 's' }), 'x'));
  });

  it('from Parquet whose columns are texts', async () => {
    const path = join(folder(), 'log.parquet');
    await sql(`COPY (SELECT * FROM read_csv('${file('log.csv', log)}', all_varchar = true, header = true)) TO '${path}' (FORMAT parquet)`);
    const { notes, ...result } = figures(await importLog(path, DEFAULTS));
    const { notes: expected, ...rest } = figures(golden);
    expect(result).toEqual(rest);
    expect(notes).toEqual(expected.filter((code) => code !== 'workload.no-final-newline'));
  });

  it('with a zone given for times that name none, too', async () => {
    const options: Partial<ImportOptions> = { offsetMinutes: 330, engine: 'stream' };
    expect(figures(await importText(log, { ...options, engine: 'duckdb' }))).toEqual(figures(await importText(log, options)));
  });

  it('DuckDB hands a log with rows of another width, or an open quote, to the streaming reader', async () => {
    const cut = `${log}\nid-x,2026-10-02 10:00:00,gpt`;
    const result = await importText(cut, { engine: 'duckdb' });
    expect(result.engine).toBe('stream');
    expect(figures(result)).toEqual(figures(await importText(cut, { engine: 'stream' })));
    expect(result.dropped.truncated_last_line).toBe(1);
  });
});

describe('a text file DuckDB reads', () => {
  const json = (k: number) => ({
    created_at: `2026-11-01T10:00:${String(k % 60).padStart(2, '0')}Z`,
    model: 'm',
    usage: { prompt_tokens: 100 + k, completion_tokens: 10, prompt_tokens_details: { cached_tokens: k } },
    messages: [{ role: 'user', content: 'secret "text"' }],
  });
  const lines = Array.from({ length: 300 }, (_, k) => JSON.stringify(json(k)));

  it('is read by it when big, whatever its kind', async () => {
    const many = Array.from({ length: 3000 }, (_, k) => JSON.stringify(json(k)).replace('secret', 'secret '.repeat(900)));
    expect(await importText(many.join('\n'), {}, 'log.jsonl')).toMatchObject({ engine: 'duckdb', requests: 3000, output_tokens: { total: 30_000 } });
    expect(await importText(lines.join('\n'), {}, 'log.jsonl')).toMatchObject({ engine: 'stream', requests: 300 });
  }, 60_000);

  it('gives the same from nested JSON Lines', async () => {
    const [stream, duckdb] = [await importText(lines.join('\n'), { engine: 'stream' }), await importText(lines.join('\n'), { engine: 'duckdb' })];
    expect(duckdb.engine).toBe('duckdb');
    expect(figures(duckdb)).toEqual(figures(stream));
    expect(JSON.stringify(duckdb)).not.toContain('secret');
  });

  it('with a line that is no object goes to the streaming reader, which counts it', async () => {
    expect(await importText(`${lines.join('\n')}\n{"created_at": `, { engine: 'duckdb' })).toMatchObject({
      engine: 'stream',
      requests: 300,
      dropped: { truncated_last_line: 1 },
    });
  });

  it('is let go of when the user stops', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(importText(spendLog(), { engine: 'duckdb', signal: stop.signal })).rejects.toBeInstanceOf(ImportStopped);
  });

  it('that is a cut gzip file is an error, though DuckDB takes it for a short one', async () => {
    const whole = gzipSync(spendLog());
    expect((await problemsOf(whole.subarray(0, whole.length - 500), { engine: 'duckdb' }, 'log.csv.gz'))[0]).toMatchObject({ code: 'workload.gzip' });
  });
});

describe('Parquet', () => {
  const typed = (extra = '') =>
    `SELECT 'r' || i AS request_id, TIMESTAMP '2026-10-01 00:00:00' + INTERVAL (i * 1.25) SECOND AS "startTime", (i % 100)::INTEGER AS prompt_tokens, (i % 10)::BIGINT AS completion_tokens, 'm' || (i % 3) AS model ${extra} FROM range(1000) t(i)`;

  it('with typed columns agrees with the same rows as CSV', async () => {
    const here = folder();
    await sql(`COPY (${typed()}) TO '${here}/log.parquet' (FORMAT parquet)`, `COPY (${typed()}) TO '${here}/log.csv' (HEADER)`);
    const [parquet, csv] = [await importLog(`${here}/log.parquet`, DEFAULTS), await importLog(`${here}/log.csv`, DEFAULTS)];
    expect(parquet).toMatchObject({ format: 'litellm', requests: 1000, span_s: 1248.75 });
    expect(figures(parquet)).toEqual(figures(csv));
  });

  it('missing, infinite and negative values of typed columns are dropped by reason', async () => {
    const path = join(folder(), 'x.parquet');
    const rows =
      "('a', TIMESTAMP '2026-10-01', 1.0, 1), ('b', NULL, 1.0, 1), ('c', TIMESTAMP '2026-10-01', NULL, 1), ('d', TIMESTAMP '2026-10-01', 'inf'::DOUBLE, 1), ('e', TIMESTAMP '2026-10-01', 1.5, 1), ('f', TIMESTAMP '2026-10-01', 2, -1), ('a', TIMESTAMP '2026-10-01', 1, 1), ('g', TIMESTAMP 'infinity', 1, 1), ('h', TIMESTAMP '2026-10-01 00:00:09', 3, 3)";
    await sql(
      `COPY (SELECT id, ts AS timestamp, i::DOUBLE AS input_tokens, o::INTEGER AS output_tokens FROM (VALUES ${rows}) t(id, ts, i, o)) TO '${path}' (FORMAT parquet)`,
    );
    expect(await importLog(path, DEFAULTS)).toMatchObject({
      requests: 2,
      dropped: { missing_time: 2, missing_tokens: 1, non_finite_tokens: 1, non_integer_tokens: 1, negative_tokens: 1, duplicate_id: 1 },
    });
  });

  it('structs, maps and zoned timestamps: a Langfuse export', async () => {
    const path = join(folder(), 'observations.parquet');
    await sql(
      `COPY (SELECT 'o' || i AS id, 'GENERATION' AS type, TIMESTAMPTZ '2026-10-01 00:00:00+00' + INTERVAL (i) SECOND AS start_time, 'gpt-4o' AS provided_model_name, MAP {'input': 100, 'input_cached_tokens': 300, 'output': i} AS usage_details FROM range(10) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    expect(await importLog(path, DEFAULTS)).toMatchObject({
      format: 'langfuse',
      requests: 10,
      input_tokens: { mean: 400 },
      output_tokens: { total: 45 },
      cached_share: 0.75,
      first_at: '2026-10-01T00:00:00.000Z',
    });
  });

  it('nested usage in a struct', async () => {
    const path = join(folder(), 'x.parquet');
    await sql(
      `COPY (SELECT TIMESTAMP '2026-10-01' + INTERVAL (i) SECOND AS created_at, {'prompt_tokens': 10, 'completion_tokens': 2} AS usage FROM range(5) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    expect(await importLog(path, DEFAULTS)).toMatchObject({ requests: 5, input_tokens: { total: 50 }, columns: { input: 'usage.prompt_tokens' } });
  });

  it('several files by a pattern are one log; a repeated id in the second is dropped', async () => {
    const here = folder();
    await sql(
      `COPY (${typed()}) TO '${here}/2026-10.parquet' (FORMAT parquet)`,
      `COPY (${typed().replace("'2026-10-01 00:00:00'", "'2026-10-02 00:00:00'")} WHERE i < 10) TO '${here}/2026-11.parquet' (FORMAT parquet)`,
    );
    expect(await importLog(`${here}/*.parquet`, DEFAULTS)).toMatchObject({ requests: 1000, dropped: { duplicate_id: 10 }, file: '*.parquet' });
  });

  it('a broken file is an error', async () => {
    await expect(importText('PAR1 and then nothing of the kind', {}, 'x.parquet')).rejects.toMatchObject({ problems: [{ code: 'workload.bad-parquet' }] });
  });

  it("can't be streamed", async () => {
    await expect(importText('PAR1....', { engine: 'stream' }, 'x.parquet')).rejects.toMatchObject({ problems: [{ code: 'workload.parquet-stream' }] });
  });
});

describe('DuckDB', () => {
  it('is absent when the package is not there, broken when it fails otherwise', async () => {
    const failing = (code: string) => () => Promise.reject(Object.assign(new Error('no such thing'), { code }));
    expect(await findDuckdb(failing('ERR_MODULE_NOT_FOUND'))).toBeNull();
    await expect(findDuckdb(failing('ERR_DLOPEN_FAILED'))).rejects.toMatchObject({
      problems: [{ code: 'workload.duckdb-broken', hint: 'Install it again: npm install @duckdb/node-api' }],
    });
  });
});

it('CSV files by a pattern need no DuckDB', async () => {
  const here = file('a.csv', 'timestamp,input_tokens,output_tokens\n2026-11-01T10:00:00Z,10,1\n').replace('a.csv', '');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${here}b.csv`, 'output_tokens,input_tokens,timestamp\n3,30,2026-11-01T10:00:09Z\n');
  expect(await importLog(`${here}*.csv`, { ...DEFAULTS, engine: 'stream' })).toMatchObject({
    requests: 2,
    span_s: 9,
    input_tokens: { total: 40 },
    engine: 'stream',
  });
});
