// What the benchmark scripts share: a scripted server in its own process and the built command in another.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('scripted-server.mjs', import.meta.url));
const cli = process.env.BENCH_CLI ?? fileURLToPath(new URL('../../../bin/llm-crossover.js', import.meta.url));

/** Starts the server; `truth()` is what it wrote and when, and ends it. */
export async function startServer(...args) {
  const child = spawn(process.execPath, [server, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readLines(child.stdout);
  const port = (await lines.next()).value;
  const truth = async () => {
    child.stdin.write('truth\n');
    const { truths, cpu } = JSON.parse((await lines.next()).value);
    child.stdin.end();
    return { truths: new Map(truths.map((one) => [one.serial, one])), cpu };
  };
  return { url: `http://127.0.0.1:${port}`, truth };
}

async function* readLines(stream) {
  let text = '';
  for await (const bytes of stream) {
    text += bytes;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

/** Runs `bench` and gives its first load point, its peak memory and its CPU seconds. */
export function runBench(url, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'bench', url, '--model', 'm', '--format', 'json', ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    let peak_mb = 0;
    let cpu_s = 0;
    const watch = setInterval(() => {
      const seen = look(child.pid);
      peak_mb = Math.max(peak_mb, seen.peak_mb);
      cpu_s = Math.max(cpu_s, seen.cpu_s);
    }, 100);
    child.stdout.on('data', (bytes) => {
      out += bytes;
    });
    child.on('error', reject);
    child.on('close', () => {
      clearInterval(watch);
      resolve({ point: JSON.parse(out).points[0], peak_mb, cpu_s });
    });
  });
}

/** Linux only: elsewhere zeros. */
function look(pid) {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return { peak_mb: Number(peak?.[1] ?? 0) / 1024, cpu_s: (Number(stat[11]) + Number(stat[12])) / 100 };
  } catch {
    return { peak_mb: 0, cpu_s: 0 };
  }
}

export function percentile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

export function machine() {
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, node ${process.version}, load average before the run ${loadavg()[0].toFixed(2)}`;
}

/** Differences between what the client recorded and what the server did, request by request: the server puts its number into the prompt token count. */
export function errorsAgainst(truths, recordsPath) {
  const ttft = [];
  const gaps = [];
  let wrong_token_counts = 0;
  let span = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const records = readFileSync(recordsPath, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const record of records) {
    const truth = truths.get(record.input_tokens);
    ttft.push(Math.abs(record.t_first_ms - record.t_send_ms - truth.first));
    for (const [index, gap] of record.gaps_ms.entries()) gaps.push(Math.abs(gap - truth.gaps[index]));
    if (record.output_tokens !== truth.gaps.length + 1) wrong_token_counts++;
    span = [Math.min(span[0], truth.arrived), Math.max(span[1], truth.done)];
  }
  const tokens = records.reduce((sum, record) => sum + record.output_tokens, 0);
  return {
    requests: records.length,
    ttft_error_ms: { p50: percentile(ttft, 0.5), p99: percentile(ttft, 0.99) },
    gap_error_ms: { p50: percentile(gaps, 0.5), p99: percentile(gaps, 0.99) },
    wrong_token_counts,
    true_tokens_per_s: (tokens / (span[1] - span[0])) * 1000,
  };
}
