import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LoadWords } from '../../capacity/replicas.ts';
import type { ReplicaInput } from '../../engine/capacity/estimate.ts';
import type { Io } from '../io.ts';
import { collect } from '../options.ts';
import { lookOf } from '../terminal-look.ts';

interface EstimateFlags {
  readonly gpu?: string;
  readonly count: number;
  readonly tp?: number;
  readonly precision?: string;
  readonly kvPrecision?: string;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cached: number;
  readonly concurrency?: number;
  readonly engine?: string;
  readonly ttftMs?: number;
  readonly tpotMs?: number;
  readonly rate?: number;
  readonly cv: number;
  readonly replicas?: number;
  readonly spares?: number;
  readonly least?: number;
  readonly coldStartS?: number;
  readonly keepAliveS?: number;
  readonly interruptions?: number;
  readonly usd?: number;
  readonly or: readonly string[];
  readonly seed: number;
  readonly csv?: string;
  readonly format: 'terminal' | 'json';
  readonly ascii?: true;
  readonly color?: boolean;
}

const EXAMPLES = `
Examples:
  llm-crossover capacity llama-3.3-70b --gpu h100 --count 2 --precision fp8 --input 1000 --output 300
  llm-crossover capacity gpt-oss-120b --gpu h200 --input 8000 --output 1000 --reasoning 2000 --ttft-ms 500 --tpot-ms 40
  llm-crossover capacity llama-3.3-70b --gpu h100 --count 2 --precision fp8 --rate 10 --ttft-ms 500 --tpot-ms 50
  llm-crossover capacity llama-3.1-8b --gpu l4 --rate 0.002 --least 0 --cold-start-s 60     scaled to zero between requests
  llm-crossover capacity llama-3.1-8b --gpu h100 --usd 3 --or l40s:1=0.9 --rate 40 --ttft-ms 500 --tpot-ms 50
  llm-crossover capacity ./config.json --gpu l40s --count 4        a model from its own Hugging Face config
  llm-crossover capacity ./model-Q4_K_M.gguf --gpu rtx-4090        ... or from a GGUF header
  llm-crossover capacity --csv loads.csv > estimates.csv           one row a configuration
  llm-crossover capacity validate measured.csv                     how wrong the estimates are on your own measurements

The table has columns model, gpu, n_gpus, tp, precision, isl, osl, concurrency (blank: saturated) and engine; p10, p50, p90
(output tokens/s of all GPUs together), limited_by and error are appended. What is measured is better than what is published,
and that is better than what is estimated: \`llm-crossover bench\` measures.`;

export function define(command: Command, io: Io): void {
  command
    .description('Estimate how many tokens a second a model serves on given GPUs, and how fast each of them comes.')
    .argument('[model]', 'open model (id or name), a Hugging Face config.json, a GGUF file, or a Hugging Face repository id')
    .option('--gpu <name>', 'accelerator: h100, "NVIDIA H200-SXM-141GB", mi300x ...')
    .option('--count <n>', 'accelerators of one replica', wholeNumber, 1)
    .option('--tp <n>', 'accelerators per copy of the weights (default: the best split)', wholeNumber)
    .option('--precision <name>', 'precision of the weights: bf16, fp8, fp4, int4, q4_k_m ... (default: as published)')
    .option('--kv-precision <name>', 'precision of the KV cache: bf16, fp8, int8, fp4, q8_0, q4_0')
    .option('--input <tokens>', 'input tokens of a request', tokens, 1000)
    .option('--output <tokens>', 'visible output tokens of a request', tokens, 300)
    .option('--reasoning <tokens>', 'hidden reasoning tokens of a request: nobody sees them, but they hold memory and cost steps', tokens, 0)
    .option('--cached <share>', 'share of the input found in the prefix cache, 0 to 1', share, 0)
    .option('--concurrency <n>', 'requests in flight (default: the whole curve)', wholeNumber)
    .option('--engine <name>', 'serving engine and version: vllm, sglang, "TensorRT-LLM 1.0", llama.cpp (default: a current vLLM; SGLang for latent attention)')
    .option('--ttft-ms <ms>', 'SLO: 95th percentile of the time to first token', positive)
    .option('--tpot-ms <ms>', 'SLO: 95th percentile of the time per output token', positive)
    .option('--rate <n>', 'also say how many replicas this many requests a second need under the SLO (simulated)', positive)
    .option('--cv <n>', 'how bursty they come: 1 is Poisson, 2 to 5 bursts', positive, 1)
    .option('--replicas <n>', 'with --rate: simulate so many replicas instead of looking for the fewest', wholeNumber)
    .option('--spares <n>', 'with --rate: so many of the replicas are spare and down: N+1 with one down', wholeNumber)
    .option('--least <n>', 'with --rate: replicas start and stop with the load, and so many stay up; 0 scales to zero', tokens)
    .option('--cold-start-s <s>', 'with --rate: seconds until a started replica serves (default: 180)', positive)
    .option('--keep-alive-s <s>', 'with --least: seconds an idle replica stays up (default: 300)', positive)
    .option('--interruptions <n>', 'with --rate: interruptions of a replica a month (spot)', positive)
    .option('--usd <n>', 'US dollars an hour of one replica, to compare with --or', positive)
    .option('--or <gpu:count=usd>', 'another kind of replica and its price an hour: the cheapest mix that meets the SLO (repeatable)', collect, [])
    .option('--seed <n>', 'seed of the simulated arrivals', tokens, 1)
    .option('--csv <file>', 'estimate every row of a table; - reads standard input')
    .option('--ascii', 'draw with plain characters')
    .addOption(new Option('--format <format>', 'output format').choices(['terminal', 'json']).default('terminal'))
    .addHelpText('after', EXAMPLES)
    .action((model: string | undefined, flags: EstimateFlags) => estimate(model, flags, io));
  defineValidate(command, io);
  defineCalibrate(command, io);
}

function defineValidate(command: Command, io: Io): void {
  command
    .command('validate')
    .description('Compare estimates with measurements: the same table with a column of measured output tokens per second of all GPUs together.')
    .argument('<file>', 'CSV table; the measured column is called measured or output_tokens_per_s_total')
    .addOption(new Option('--format <format>', 'output format').choices(['terminal', 'json']).default('terminal'))
    .action(async (file: string, { format }: { format: string }) => {
      const { readTable, sourcesOf, validateTable, showValidation, loadCatalog, readText } = await modules();
      const validation = validateTable(readTable(readText(resolve(io.cwd, file)), file), sourcesOf(loadCatalog()), file);
      io.out(format === 'json' ? `${JSON.stringify({ schema_version: 1, ...validation }, null, 2)}\n` : showValidation(validation));
    });
}

function defineCalibrate(command: Command, io: Io): void {
  command
    .command('calibrate')
    .description('Fit the constants of the throughput model on the published measurements, cross-validate them, and write the calibration.')
    .argument('<pricing>', 'folder of price files, with throughput/published.yaml in it')
    .option('--out <file>', 'where to write calibration.yaml (default: standard output)')
    .action(async (pricing: string, { out }: { out?: string }) => {
      const [{ calibrateFolder }, { writeWhole }] = await Promise.all([import('../../capacity/calibrate.ts'), import('../write-file.ts')]);
      const text = calibrateFolder(resolve(io.cwd, pricing), io.today(), (line) => io.err(`${line}\n`));
      if (out === undefined) io.out(text);
      else writeWhole(out, text, io.cwd);
    });
}

async function modules() {
  const [table, sources, validate, show, catalog, files] = await Promise.all([
    import('../../capacity/table.ts'),
    import('../../capacity/sources.ts'),
    import('../../capacity/validate.ts'),
    import('../../capacity/show-validation.ts'),
    import('../../prices/catalog.ts'),
    import('../../files/read.ts'),
  ]);
  return { ...table, ...sources, ...validate, ...show, ...catalog, ...files };
}

async function estimate(model: string | undefined, flags: EstimateFlags, io: Io): Promise<void> {
  if (flags.csv !== undefined) return estimateCsv(flags.csv, io);
  const [{ sourcesOf }, { loadCatalog }, { acceleratorOf, replicaOf }, { replicaCurve }, { InputError }, { workModel, workAnswer, showWork, workValue }] =
    await Promise.all([
      import('../../capacity/sources.ts'),
      import('../../prices/catalog.ts'),
      import('../../capacity/replica.ts'),
      import('../../engine/capacity/estimate-curve.ts'),
      import('../../files/problem.ts'),
      import('../../capacity/show-work.ts'),
    ]);
  if (model === undefined)
    throw InputError.of('capacity.no-model', 'Name a model, or a table with --csv.', 'For example: llm-crossover capacity llama-3.3-70b --gpu h100 --count 2.');
  if (flags.gpu === undefined)
    throw InputError.of('capacity.no-gpu', 'Name an accelerator with --gpu.', 'For example --gpu h100; `llm-crossover prices list` knows more.');
  const sources = sourcesOf(loadCatalog());
  const other = workModel(model, sources);
  if (other !== null) {
    const answer = workAnswer(other, acceleratorOf(flags.gpu, sources), flags.count, sources);
    io.out(flags.format === 'json' ? `${JSON.stringify(workValue(answer), null, 2)}\n` : showWork(answer));
    return;
  }
  const { input, notes } = await replicaOf(model, { ...flags, gpu: flags.gpu }, sources, io);
  const curve = replicaCurve(input);
  if (curve.kind === 'none')
    throw InputError.of('capacity.none', `${sentence(curve.reason)}.`, 'Try more accelerators (--count), larger ones (--gpu) or a smaller --precision.');
  if (flags.concurrency !== undefined) return estimateOne(input, flags, notes, io);
  const [{ showCurve, curveValue }, { showReplicas }] = await Promise.all([import('../../capacity/show-curve.ts'), import('../../capacity/replicas.ts')]);
  const load = flags.rate === undefined ? null : loadOf(flags, flags.rate);
  const needed = load === null ? null : await fleetFor(input, load, flags, (gpu, count) => replicaOf(model, { ...flags, gpu, count }, sources, io));
  if (needed?.kind === 'none')
    throw InputError.of('capacity.no-fleet', `${sentence(needed.reason)}.`, 'Loosen the SLO, or give more accelerators per replica.');
  if (flags.format === 'json') io.out(`${JSON.stringify({ ...curveValue(input, curve, notes), load, needed }, null, 2)}\n`);
  else io.out(`${showCurve(input, curve, notes, lookOf(io, flags))}${load !== null && needed !== null ? showReplicas(load, needed) : ''}`);
}

function loadOf({ cv, replicas, spares, least, coldStartS, keepAliveS, interruptions, seed }: EstimateFlags, requestsPerS: number): LoadWords {
  const given = Object.entries({ replicas, spares, least, coldStartS, keepAliveS, interruptions }).filter(([, value]) => value !== undefined);
  return { requestsPerS, cv, seed, ...Object.fromEntries(given) };
}

/** The fewest replicas of the one kind, or the cheapest mix with the kinds of --or. */
async function fleetFor(
  input: ReplicaInput,
  load: LoadWords,
  flags: EstimateFlags,
  other: (gpu: string, count: number) => Promise<{ readonly input: ReplicaInput }>,
) {
  const [{ cheapestFleet, replicasNeeded }, { InputError }] = await Promise.all([import('../../capacity/replicas.ts'), import('../../files/problem.ts')]);
  if (flags.or.length === 0) return replicasNeeded(input, load);
  if (flags.usd === undefined) throw InputError.of('capacity.no-price', '--or compares prices.', 'Give --usd: US dollars an hour of one replica of --gpu.');
  const kinds = [{ id: `${flags.gpu}:${flags.count}`, input, usdPerHour: flags.usd }];
  for (const text of flags.or) {
    const [, gpu, count, usd] = /^(.+?):(\d+)=(\d*\.?\d+)$/.exec(text) ?? [];
    if (gpu === undefined || Number(count) < 1 || !(Number(usd) > 0))
      throw InputError.of('capacity.bad-kind', `--or ${text}: it must be gpu:count=usd.`, 'For example: --or l40s:4=3.20.');
    kinds.push({ id: `${gpu}:${count}`, input: (await other(gpu, Number(count))).input, usdPerHour: Number(usd) });
  }
  return cheapestFleet(kinds, load);
}

async function estimateOne(input: ReplicaInput, flags: EstimateFlags, notes: readonly string[], io: Io): Promise<void> {
  const [{ estimateReplica }, { showOne, oneValue, loadNotes }] = await Promise.all([
    import('../../engine/capacity/estimate.ts'),
    import('../../capacity/show-curve.ts'),
  ]);
  const result = estimateReplica(input);
  if (result.kind === 'none') return;
  const said = [...loadNotes(input, result), ...notes];
  io.out(flags.format === 'json' ? `${JSON.stringify(oneValue(input, result, said), null, 2)}\n` : showOne(input, result, said));
}

async function estimateCsv(file: string, io: Io): Promise<void> {
  const [{ readTable }, { estimatedTable, estimateRows }, { sourcesOf }, { loadCatalog }, { readText }] = await Promise.all([
    import('../../capacity/table.ts'),
    import('../../capacity/estimate-table.ts'),
    import('../../capacity/sources.ts'),
    import('../../prices/catalog.ts'),
    import('../../files/read.ts'),
  ]);
  const text = file === '-' ? await readStream(io.stdin) : readText(resolve(io.cwd, file));
  const table = readTable(text, file);
  io.out(estimatedTable(table, estimateRows(table, sourcesOf(loadCatalog()), file)));
}

async function readStream(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new InvalidArgumentError('must be a whole number from 1 to 100000.');
  return value;
}

function tokens(text: string): number {
  const value = Number(text.replaceAll('_', '').replace(/k$/i, '000'));
  if (!Number.isInteger(value) || value < 0 || value > 100_000_000) throw new InvalidArgumentError('must be a whole number of tokens.');
  return value;
}

function positive(text: string): number {
  const value = Number(text.replace(/ms$/, ''));
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number above 0.');
  return value;
}

function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('must be a share, 0 to 1.');
  return value;
}
