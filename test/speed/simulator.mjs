// How fast the simulator is: the hour of Azure conversations on 4 replicas, a million Poisson requests, and whether time grows with the requests.
//   node test/speed/simulator.mjs [AzureLLMInferenceTrace_conv.csv]
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const trace = process.argv[2] ?? `${root}../shared/data/traces/AzureLLMInferenceTrace_conv.csv`;
const { simulate, generateRequests, traceRequests } = await load();

/** Like a 70B on two H100. */
const service = {
  base: Float64Array.from({ length: 257 }, (_, batch) => 0.012 + 0.00005 * batch),
  perContextToken: 3e-8,
  prefillPerToken: 3e-5,
  prefillPerRequest: 0.001,
  prefillPerTokenSquared: 1e-10,
  mixedStep: 0.001,
  cacheTokens: 400_000,
  maxBatch: 256,
  chunkTokens: 8192,
};

async function load() {
  const contents = ['simulate', 'simulate-arrivals'].map((file) => `export * from './src/engine/capacity/${file}.ts';`).join('\n');
  const built = await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString('base64')}`);
}

/** Seconds by the clock, and of processor time: the second says more on a busy machine. */
function run(requests) {
  const start = performance.now();
  const used = process.cpuUsage();
  const result = simulate({
    requests,
    replicas: Array.from({ length: 4 }, () => service),
    balancer: 'least_loaded',
    scaling: { kind: 'fixed' },
    coldStartS: 0,
    interruptionsPerMonth: 0,
    down: 0,
    slo: { ttft_p95_ms: 1000, tpot_p95_ms: 50 },
    buckets: 100,
    seed: 1,
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  if (result.completed !== requests.count) throw new Error(`${result.completed} of ${requests.count} requests were served`);
  return { seconds, cpu: (user + system) / 1e6 };
}

function say(what, requests, goes) {
  const runs = Array.from({ length: goes }, () => run(requests));
  const median = (of) => runs.map(of).sort((a, b) => a - b)[goes >> 1];
  const cpu = median((each) => each.cpu);
  console.log(`${what}: median of ${goes} runs ${median((each) => each.seconds).toFixed(3)} s, ${cpu.toFixed(3)} s of processor time`);
  return cpu;
}

const poisson = (count) =>
  generateRequests({ requestsPerS: 20, count, cv: 1, hourOfWeek: null, lengths: { kind: 'geometric', input: 1000, meanOutput: 250 }, cachedShare: 0, seed: 5 });

console.log(`load average ${loadavg()[0].toFixed(1)}, Node ${process.version}`);
if (existsSync(trace)) {
  const cells = readFileSync(trace, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
  const requests = traceRequests({
    arrival: cells.map(([time]) => Date.parse(`${time.slice(0, 23).replace(' ', 'T')}Z`) / 1000),
    input: cells.map(([, input]) => Number(input)),
    output: cells.map(([, , output]) => Number(output)),
  });
  say(`${requests.count} requests of ${trace.replace(/.*\//, '')}`, requests, 5);
} else console.log(`${trace} is missing: no trace played`);
const small = say('125,000 Poisson requests', poisson(125_000), 5);
const large = say('1,000,000 Poisson requests', poisson(1_000_000), 3);
console.log(`8 times the requests take ${(large / small).toFixed(1)} times the processor time`);
