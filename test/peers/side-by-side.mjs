// The same scripted server measured by llm-crossover, GuideLLM and AIPerf. See README.md.
// Usage: node test/peers/side-by-side.mjs [--guidellm VENV] [--aiperf VENV] [--concurrency 16,64,256] [--requests 1000]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine, percentile, startServer } from '../bench/perf/bench-runner.mjs';

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : otherwise);
const levels = option('concurrency', '16,64,256').split(',').map(Number);
const requests = Number(option('requests', '1000'));
const venvs = { GuideLLM: option('guidellm', null), AIPerf: option('aiperf', null) };
const cli = process.env.BENCH_CLI ?? fileURLToPath(new URL('../../bin/llm-crossover.js', import.meta.url));
const TOKENS = 50;
const folder = mkdtempSync(join(tmpdir(), 'peers-'));
const tokenizer = join(folder, 'tokenizer');

/** Runs a command and gives the CPU seconds of it and all its children. */
function timed(command, env = {}) {
  const script = `TIMEFORMAT='%U %S'; time ( ${command.map(quote).join(' ')} >"$ERRORS" 2>&1 )`;
  const errors = join(folder, 'errors.txt');
  const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, ...env, ERRORS: errors } });
  if (status !== 0) throw new Error(`${command[0]} failed: ${readFileSync(errors, 'utf8').slice(-2000)}`);
  return stderr
    .trim()
    .split('\n')
    .pop()
    .split(' ')
    .reduce((sum, part) => sum + Number(part), 0);
}

function quote(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

/** Each tool: measure, and return rows {serial, ttft_ms, itl_ms} of its successful requests and the CPU seconds spent. */
const tools = {
  'llm-crossover': (url, concurrency) => {
    const records = join(folder, `ours-${concurrency}.jsonl`);
    const load = ['--concurrency', concurrency, '--requests', requests, '--warmup', concurrency, '--input', 50, '--output', TOKENS];
    const cpu_s = timed([process.execPath, cli, 'bench', url, '--model', 'm', ...load, '--records', records]);
    const rows = readFileSync(records, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return {
      cpu_s,
      rows: rows.map((row) => ({
        serial: row.input_tokens,
        ttft_ms: row.t_first_ms - row.t_send_ms,
        itl_ms: (row.t_last_ms - row.t_first_ms) / (row.output_tokens - 1),
      })),
    };
  },
  GuideLLM: (url, concurrency) => {
    const [prompts, out] = [join(folder, 'prompts.txt'), join(folder, `guidellm-${concurrency}.json`)];
    writeFileSync(prompts, Array.from({ length: requests + concurrency * 2 }, (_, index) => `Prompt number ${index}: please answer.`).join('\n'));
    const cpu_s = timed(
      [
        join(venvs.GuideLLM, 'bin/guidellm'),
        'run',
        '--backend',
        `kind=openai_http,target=${url},model=m`,
        '--profile',
        `kind=concurrent,streams=${concurrency}`,
        '--constraint',
        `kind=max_requests,count=${requests}`,
        '--tokenizer',
        `kind=hf_auto,model=${tokenizer}`,
        '--data',
        `kind=text_file,path=${prompts}`,
        '--output',
        `kind=json,path=${out}`,
        '--disable-console',
      ],
      { HF_HUB_OFFLINE: '1', GUIDELLM__LOGGING__CONSOLE_LOG_LEVEL: 'ERROR' },
    );
    const { successful } = JSON.parse(readFileSync(out, 'utf8')).benchmarks[0].requests;
    return {
      cpu_s,
      rows: successful.map((row) => {
        const { request_start, first_token_iteration, last_token_iteration } = row.info.timings;
        return {
          serial: serialOf(row),
          ttft_ms: (first_token_iteration - request_start) * 1000,
          itl_ms: ((last_token_iteration - first_token_iteration) * 1000) / (TOKENS - 1),
        };
      }),
    };
  },
  AIPerf: (url, concurrency) => {
    const out = join(folder, `aiperf-${concurrency}`);
    const load = ['--concurrency', concurrency, '--request-count', requests, '--warmup-request-count', concurrency, '--isl', 50, '--osl', TOKENS];
    const cpu_s = timed([
      join(venvs.AIPerf, 'bin/aiperf'),
      'profile',
      '--model',
      'm',
      '--url',
      url,
      '--endpoint-type',
      'chat',
      '--streaming',
      ...load,
      '--tokenizer',
      tokenizer,
      '--use-server-token-count',
      '--output-artifact-dir',
      out,
      '--ui',
      'none',
    ]);
    const lines = readFileSync(join(out, 'profile_export.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const measured = lines.filter((line) => line.metadata.benchmark_phase === 'profiling' && line.error == null);
    return {
      cpu_s,
      rows: measured.map(({ metrics }) => ({
        serial: metrics.usage_total_tokens.value - TOKENS,
        ttft_ms: metrics.time_to_first_token.value,
        itl_ms: metrics.inter_token_latency.value,
      })),
    };
  },
};

/** The server puts its request number into the prompt token count, wherever the tool keeps that. */
function serialOf(row) {
  const metrics = row.input_metrics ?? row.prompt_metrics ?? {};
  return metrics.text_tokens ?? metrics.total_tokens ?? row.prompt_tokens;
}

function row(name, concurrency, { rows, cpu_s }, truths) {
  const ttft = [];
  const itl = [];
  for (const { serial, ttft_ms, itl_ms } of rows) {
    const truth = truths.get(serial);
    if (truth === undefined) throw new Error(`${name} reports a request the server does not know: ${serial}`);
    ttft.push(Math.abs(ttft_ms - truth.first));
    itl.push(Math.abs(itl_ms - truth.gaps.reduce((sum, gap) => sum + gap, 0) / truth.gaps.length));
  }
  const ms = (value) => value.toFixed(2);
  const cells = [
    name,
    concurrency,
    rows.length,
    ms(percentile(ttft, 0.5)),
    ms(percentile(ttft, 0.99)),
    percentile(itl, 0.5).toFixed(3),
    percentile(itl, 0.99).toFixed(3),
    ((cpu_s / rows.length) * 1000).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

console.log(machine());
console.log(
  '\n| tool | concurrency | requests | TTFT error p50 ms | p99 | ITL error p50 ms | p99 | CPU s per 1,000 requests |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
try {
  const helper = venvs.GuideLLM ?? venvs.AIPerf;
  if (helper !== null)
    execFileSync(join(helper, 'bin/python'), [fileURLToPath(new URL('write-tokenizer.py', import.meta.url)), tokenizer], { stdio: 'ignore' });
  for (const concurrency of levels) {
    for (const [name, measure] of Object.entries(tools)) {
      if (name in venvs && venvs[name] === null) continue;
      const server = await startServer('paced', '--ttft', 200, '--gap', 20, '--tokens', TOKENS);
      // Synchronous on purpose: nothing of this script runs while a tool measures.
      const result = measure(server.url, concurrency);
      console.log(row(name, concurrency, result, (await server.truth()).truths));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
