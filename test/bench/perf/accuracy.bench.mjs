// Accuracy: TTFT and gap error against a scripted server, at several numbers of streams.
// Usage: node test/bench/perf/accuracy.bench.mjs [64,256,1024]      after npm run build, on a quiet machine
// Goal: p50 <= 0.5 ms and p99 <= 5 ms at 64 and 256 streams, p99 <= 20 ms at 1024; tokens exact; tokens/s within 1 %.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorsAgainst, machine, runBench, startServer } from './bench-runner.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bench-accuracy-'));
console.log(machine());
for (const streams of (process.argv[2] ?? '64,256,1024').split(',').map(Number)) {
  const server = await startServer('paced', '--ttft', 300, '--gap', streams > 512 ? 60 : 20, '--tokens', 100);
  const records = join(folder, `${streams}.jsonl`);
  const { point, cpu_s } = await runBench(
    server.url,
    '--concurrency',
    streams,
    '--requests',
    streams * 4,
    '--warmup',
    streams,
    '--ramp',
    '2s',
    '--input',
    50,
    '--output',
    100,
    '--records',
    records,
  );
  const { truths } = await server.truth();
  const { true_tokens_per_s, ...errors } = errorsAgainst(truths, records);
  console.log(JSON.stringify({ streams, ...errors, rate_error: point.output_tokens_per_s / true_tokens_per_s - 1, client: point.client, cpu_s }));
}
rmSync(folder, { recursive: true });
