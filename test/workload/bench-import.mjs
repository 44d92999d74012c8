// How long `workload import` takes for a big LiteLLM spend log in Parquet, beside DuckDB alone doing the same aggregation.
//
//   npm run build && node test/workload/bench-import.mjs [rows = 10000000] [runs = 1]
//
// Each side runs in a process of its own; DuckDB alone has no memory limit. Prints JSON.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const SELF = fileURLToPath(import.meta.url);
const CLI = process.env.LLM_CROSSOVER_BIN ?? fileURLToPath(new URL('../../bin/llm-crossover.js', import.meta.url));

/** Rows with ids, log-normal token counts, four models, thirteen teams, a request every quarter second with jitter. */
const generate = (rows, path) => `
  COPY (
    SELECT gen_random_uuid()::VARCHAR AS request_id, 'acompletion' AS call_type, 'sk-' || (i % 40) AS api_key, random() * 0.01 AS spend,
      p + q AS total_tokens, p AS prompt_tokens, q AS completion_tokens,
      TIMESTAMP '2026-10-01' + INTERVAL (i * 0.25 + random() * 2) SECOND AS "startTime", TIMESTAMP '2026-10-01' + INTERVAL (i * 0.25 + 5) SECOND AS "endTime",
      ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4', 'llama-3.3-70b'][1 + i % 4] AS model, 'team-' || (i % 13) AS team_id, 'success' AS status, 'False' AS cache_hit
    FROM (
      SELECT i, greatest(1, exp(6.5 + 1.1 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::INTEGER AS p,
        greatest(1, exp(5 + 0.9 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::INTEGER AS q
      FROM range(${rows}) t(i)
    )
  ) TO '${path}' (FORMAT parquet)`;

/** What the import works out, as SQL: totals and percentiles, minutes, hours of the week, joint histogram, gaps, splits, repeated ids. */
const aggregation = (path) => [
  `SELECT count(*), sum(prompt_tokens), avg(prompt_tokens), quantile_cont(prompt_tokens, [0.5, 0.95, 0.99]), sum(completion_tokens), avg(completion_tokens),
     quantile_cont(completion_tokens, [0.5, 0.95, 0.99]), min("startTime"), max("startTime"), count(*) FILTER (prompt_tokens < 0 OR completion_tokens < 0) FROM '${path}'`,
  `SELECT max(n) FROM (SELECT date_trunc('minute', "startTime") AS at, count(*) AS n FROM '${path}' GROUP BY 1)`,
  `SELECT max(n) FROM (SELECT date_trunc('hour', "startTime") AS at, count(*) AS n FROM '${path}' GROUP BY 1)`,
  `SELECT isodow("startTime"), hour("startTime"), count(*) FROM '${path}' GROUP BY 1, 2`,
  `SELECT floor(4 * log2(prompt_tokens)), floor(4 * log2(completion_tokens)), count(*), avg(prompt_tokens), avg(completion_tokens) FROM '${path}' GROUP BY 1, 2`,
  `SELECT stddev_pop(gap) / avg(gap) FROM (SELECT epoch_us("startTime") - lag(epoch_us("startTime")) OVER (ORDER BY "startTime") AS gap FROM '${path}')`,
  `SELECT model, count(*), sum(prompt_tokens), sum(completion_tokens) FROM '${path}' GROUP BY 1`,
  `SELECT team_id, count(*), sum(prompt_tokens), sum(completion_tokens) FROM '${path}' GROUP BY 1`,
  `SELECT count(DISTINCT request_id) FROM '${path}'`,
];

async function inDuckdb(statements) {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  for (const statement of statements) await connection.runAndReadAll(statement);
}

/** Wall time and peak memory of a Node process, start included. */
function timed(args) {
  const report = "process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))";
  const started = performance.now();
  const err = execFileSync(
    'sh',
    ['-c', 'exec "$0" "$@" 2>&1 >/dev/null', process.execPath, '--import', `data:text/javascript,${encodeURIComponent(report)}`, ...args],
    { encoding: 'utf8' },
  );
  return { seconds: (performance.now() - started) / 1000, peak_mb: Number(/peak (\d+)/.exec(err)?.[1]) / 1024 };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function main(rows, runs) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-import-'));
  try {
    const path = join(folder, 'spend-logs.parquet');
    await inDuckdb([generate(rows, path)]);
    const sides = Array.from({ length: runs }, () => ({
      duckdb: timed([SELF, '--alone', path]),
      ours: timed([CLI, 'workload', 'import', path, '--format', 'json']),
    }));
    const of = (side, key) => median(sides.map((run) => run[side][key]));
    const result = {
      rows,
      runs,
      duckdb_alone_s: of('duckdb', 'seconds'),
      import_s: of('ours', 'seconds'),
      import_peak_mb: of('ours', 'peak_mb'),
      duckdb_peak_mb: of('duckdb', 'peak_mb'),
    };
    console.log(JSON.stringify({ ...result, ratio: result.import_s / result.duckdb_alone_s }, null, 2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--alone') await inDuckdb(aggregation(process.argv[3]));
else await main(Number(process.argv[2] ?? 10_000_000), Number(process.argv[3] ?? 1));
