// Speed and memory of one client process.
// Usage: node test/bench/perf/speed.bench.mjs [flood] [paced] [memory]      after npm run build, on a quiet machine
// Goal: >= 400,000 coalesced events/s; 45,000 paced events/s with a p99 TTFT error under 10 ms; under 300 MB for 100,000 requests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorsAgainst, machine, runBench, startServer } from './bench-runner.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bench-speed-'));

/** Events as fast as the sockets take them, 400 in a write. */
async function flood() {
  const server = await startServer('flood', '--tokens', 400_000);
  const { point, peak_mb, cpu_s } = await runBench(server.url, '--concurrency', 4, '--requests', 12, '--warmup', 4, '--threads', 1);
  await server.truth();
  console.log(JSON.stringify({ flood_events_per_s: Math.round(point.output_tokens_per_s), ok: point.ok, cpu_s, peak_mb }));
}

/** 450 streams of one event every 10 ms: 45,000 writes and reads a second. */
async function paced() {
  const server = await startServer('paced', '--ttft', 1000, '--gap', 10, '--tokens', 1000);
  const records = join(folder, 'paced.jsonl');
  const { point, cpu_s } = await runBench(
    server.url,
    '--concurrency',
    450,
    '--requests',
    900,
    '--warmup',
    450,
    '--ramp',
    '2s',
    '--input',
    20,
    '--output',
    1000,
    '--records',
    records,
  );
  const { truths } = await server.truth();
  const { ttft_error_ms, gap_error_ms } = errorsAgainst(truths, records);
  console.log(
    JSON.stringify({ paced_events_per_s: Math.round(point.output_tokens_per_s), ok: point.ok, ttft_error_ms, gap_error_ms, client: point.client, cpu_s }),
  );
}

/** 100,000 short requests. */
async function memory() {
  const server = await startServer('quick', '--tokens', 8);
  const { point, peak_mb, cpu_s } = await runBench(
    server.url,
    '--concurrency',
    64,
    '--requests',
    100_000,
    '--warmup',
    64,
    '--input',
    50,
    '--output',
    8,
    '--records',
    join(folder, 'memory.jsonl'),
  );
  await server.truth();
  console.log(JSON.stringify({ memory_requests: point.ok, peak_mb: Math.round(peak_mb), requests_per_s: Math.round(point.requests_per_s), cpu_s }));
}

const all = { flood, paced, memory };
const wanted = process.argv.slice(2).length === 0 ? Object.keys(all) : process.argv.slice(2);
console.log(machine());
for (const name of wanted) await all[name]();
rmSync(folder, { recursive: true });
