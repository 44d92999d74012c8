// TTFT and gap error against a scripted server in another process, at several numbers of streams.
// Usage: node test/bench/perf/accuracy.bench.mjs [streams,streams,...]   (after npm run build; wants a quiet machine)
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const cli = process.env.BENCH_CLI ?? fileURLToPath(new URL('../../../bin/llm-crossover.js', import.meta.url));
const levels = (process.argv[2] ?? '64,256,1024').split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'bench-accuracy-'));

const percentile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
};

/** What the server wrote, read from its standard output line by line. */
function startServer(args) {
  const child = spawn(process.execPath, [join(here, 'scripted-server.mjs'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  const waiting = [];
  child.stdout.on('data', (bytes) => {
    text += bytes;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      waiting.shift()?.(text.slice(0, end));
      text = text.slice(end + 1);
    }
  });
  const line = () => new Promise((resolve) => waiting.push(resolve));
  return { child, line };
}

function runClient(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'bench', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (bytes) => {
      out += bytes;
    });
    child.on('error', reject);
    child.on('close', () => resolve(JSON.parse(out)));
  });
}

async function measure(streams) {
  const server = startServer(['paced', '--ttft', '300', '--gap', '20', '--tokens', '100']);
  const port = await server.line();
  const records = join(folder, `${streams}.jsonl`);
  const load = [
    '--concurrency',
    String(streams),
    '--requests',
    String(streams * 4),
    '--warmup',
    String(streams),
    '--input',
    '50',
    '--output',
    '100',
    '--ramp',
    '2s',
  ];
  const result = await runClient([`http://127.0.0.1:${port}`, '--model', 'm', ...load, '--records', records, '--format', 'json']);
  const answer = server.line();
  server.child.stdin.write('truth\n');
  const { truths } = JSON.parse(await answer);
  server.child.stdin.end();
  report(
    streams,
    result.points[0],
    readFileSync(records, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    new Map(truths.map((truth) => [truth.serial, truth])),
  );
}

function report(streams, point, records, truths) {
  const ttft = [];
  const gaps = [];
  let wrongTokens = 0;
  let span = [Infinity, -Infinity];
  for (const record of records) {
    const truth = truths.get(record.input_tokens);
    ttft.push(Math.abs(record.t_first_ms - record.t_send_ms - truth.first));
    for (const [index, gap] of record.gaps_ms.entries()) gaps.push(Math.abs(gap - truth.gaps[index]));
    if (record.output_tokens !== 100) wrongTokens++;
    span = [Math.min(span[0], truth.arrived), Math.max(span[1], truth.done)];
  }
  const trueRate = (records.length * 100) / ((span[1] - span[0]) / 1000);
  const row = {
    streams,
    requests: records.length,
    ttft_error_p50_ms: percentile(ttft, 0.5),
    ttft_error_p99_ms: percentile(ttft, 0.99),
    gap_error_p50_ms: percentile(gaps, 0.5),
    gap_error_p99_ms: percentile(gaps, 0.99),
    wrong_token_counts: wrongTokens,
    rate_error: point.output_tokens_per_s / trueRate - 1,
    client: point.client,
  };
  console.log(JSON.stringify(row));
}

try {
  for (const streams of levels) await measure(streams);
} finally {
  rmSync(folder, { recursive: true });
}
