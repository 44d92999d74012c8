import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { BenchFlags } from '../../bench/flags.ts';
import { InputError } from '../../files/problem.ts';
import type { Io } from '../io.ts';

interface RunFlags extends BenchFlags {
  readonly format: 'terminal' | 'json' | 'markdown' | 'csv';
  readonly out?: string;
  readonly records?: string;
  readonly fromBench?: string;
  readonly scenario?: string;
  readonly yes?: true;
  readonly budgetS?: string;
  readonly budgetRequests?: string;
}

const HELP = `
TARGET is a URL (http://localhost:8000, with or without /v1 or the endpoint's own path) or a target file:

  version: 1
  url: https://api.example.com/v1
  model: llama-3.3-70b
  api_key_env: EXAMPLE_API_KEY       # the variable's name; keys are never written anywhere
  price_card: together/llama-3.3-70b # or usd_per_hour: 6.58 for your own replica, or prices: {...}

Latency of an open loop (--rate, --trace) starts when a request was due, so that queueing shows; of a closed loop
(--concurrency) when it went onto the wire. Warm-up requests, twice the concurrency by default, are left out.
Ctrl-C once: send no more and wait for what is in flight; twice: stop now. Both write the result and exit with 130.

Examples:
  llm-crossover bench http://localhost:8000 --model llama-3.3-70b --concurrency 1,4,16,64 --duration 30s --usd-per-hour 6.58
  llm-crossover bench http://localhost:8000 --model m --rate 10 --arrivals poisson --requests 600 --slo-ttft-ms 500
  llm-crossover bench https://api.openai.com --model gpt-4o --api-key-env OPENAI_API_KEY --price-card openai/gpt-4o --requests 20 --max-spend-usd 1
  llm-crossover bench http://localhost:8000 --model m --sweep --slo-ttft-ms 500 --slo-tpot-ms 50 --budget-s 300
  llm-crossover bench demo

Exit codes: 0 done, 2 no request succeeded or bad input, 130 interrupted (the result is still written).`;

export function define(command: Command, io: Io): void {
  command
    .description('Measure a live endpoint, your own GPU or a cloud API: latency, throughput and what it costs.')
    .argument('[target]', 'URL or target file')
    .allowExcessArguments()
    .addHelpText('after', HELP);
  addLoadOptions(addTargetOptions(command));
  command
    .addOption(new Option('--format <format>', 'how to print the result').choices(['terminal', 'json', 'markdown', 'csv']).default('terminal'))
    .option('--out <file>', 'also write the measurement (JSON) that a scenario names under throughput.measurement')
    .option('--records <file>', 'append one JSON line per request as it ends; a killed run can be resumed from it')
    .option('--from-bench <file>', 'also write the scenario option this measurement makes (YAML)')
    .option('--yes', 'make paid calls without asking')
    .action((target: string | undefined, flags: RunFlags) => runBench(target, command.args.slice(1), flags, io));
  defineReport(command.command('report'), io);
  defineResume(command.command('resume'), io);
  defineCompare(command.command('compare'), io);
  defineDemo(command.command('demo'), io);
}

function addTargetOptions(command: Command): Command {
  return command
    .option('--model <name>', 'model to ask for (default: the only one the server lists)')
    .option('--api <kind>', 'chat, completions, responses, anthropic, ollama, embeddings, transcriptions or images (default: by the URL, else chat)')
    .option('--api-key-env <name>', 'environment variable that holds the API key')
    .option('--ca <file>', 'PEM file of certificate authorities to trust beside the system')
    .option('--usd-per-hour <usd>', 'rent of the replica behind the endpoint, all its GPUs')
    .option('--price-card <id>', 'provider/model in the price catalog, for endpoints billed by usage')
    .option('--input-usd-per-mtok <usd>', 'or a price typed in: US dollars per million input tokens')
    .option('--output-usd-per-mtok <usd>', 'and per million output tokens')
    .option('--max-spend-usd <usd>', 'stop before more than this is spent')
    .option('--gpu <id>', 'GPU behind the endpoint, kept in the result')
    .option('--gpus <n>', 'how many of them')
    .option('--body <json>', 'keys to add to every request body, such as {"temperature": 0}');
}

function addLoadOptions(command: Command): Command {
  return command
    .option('--concurrency <list>', 'closed loop: requests always in flight, such as 1,4,16 (default: 1)')
    .option('--rate <list>', 'open loop: requests per second, sent at seeded times whatever the server does')
    .option('--arrivals <kind>', 'constant, poisson or gamma (default: poisson)')
    .option('--burstiness <shape>', 'shape of gamma arrivals: 1 is Poisson, below 1 burstier')
    .option('--trace <file>', 'replay a trace: CSV or JSONL with times and token counts')
    .option('--speedup <factor>', 'replay it this much faster')
    .option('--sweep', 'find the knee, then the highest rate that meets the SLO')
    .option('--budget-s <seconds>', 'longest a sweep may take (default: 300)')
    .option('--budget-requests <n>', 'most requests a sweep may send (default: 10000)')
    .option('--requests <n>', 'requests per load level')
    .option('--duration <time>', 'time per load level, such as 30s or 2min (default: 30s without --requests)')
    .option('--warmup <n>', 'requests before each level, left out (default: twice the concurrency)')
    .option('--ramp <time>', 'time over which a closed loop starts (default: a millisecond per slot)')
    .option('--seed <n>', 'the same seed gives the same arrivals and prompt sizes (default: 1)')
    .option('--input <tokens>', 'prompt length (default: 256)')
    .option('--output <tokens>', 'answer length (default: 128)')
    .option('--scenario <file>', 'prompt and answer lengths from a scenario or workload profile')
    .option('--prompts <file>', 'real prompts: one a line, as text or JSON (prompt, messages or turns)')
    .option('--shared-prefix <share>', 'share of the prompt all requests have in common, such as 50%')
    .option('--no-nonce', 'let prompts repeat, so that a prefix cache can help')
    .option('--no-exact-output', 'let the model stop by itself, also where the server could be made to write the full length')
    .option('--audio-seconds <time>', 'transcriptions: length of the sound sent (default: 10s)')
    .addOption(
      new Option('--client <name>', 'autocannon: a second opinion for closed loops of embeddings, transcriptions or images over plain HTTP').choices([
        'own',
        'autocannon',
      ]),
    )
    .option('--threads <n>', 'worker threads (default: as the load needs)')
    .option('--timeout <time>', 'longest silence before a request counts as timed out (default: 120s)')
    .option('--request-timeout <time>', 'longest a whole request may take (default: 30min)')
    .option('--connect-timeout <time>', 'longest wait for a connection (default: 10s)')
    .option('--slo-ttft-ms <ms>', 'goodput: time to first token at most')
    .option('--slo-tpot-ms <ms>', 'goodput: time per output token at most')
    .option('--slo-e2e-ms <ms>', 'goodput: whole request at most');
}

async function runBench(target: string | undefined, others: readonly string[], flags: RunFlags, io: Io): Promise<void> {
  if (target === undefined)
    throw InputError.of(
      'bench.no-target',
      'A target is missing.',
      'Give a URL such as http://localhost:8000, or a target file; llm-crossover bench demo needs none.',
    );
  if (others.length > 0)
    throw InputError.of(
      'bench.many-targets',
      `bench takes one target, found ${[target, ...others].join(' ')}.`,
      'Give one URL or target file; for more use bench compare, and see bench report and bench resume for records files.',
    );
  const { benchTarget } = await import('../bench/run.ts');
  await benchTarget(target, flags, io);
}

function defineReport(command: Command, io: Io): void {
  command
    .description('Print what records files hold: of a killed run, or of several machines that ran at once.')
    .argument('<files...>', 'records files, each with its .run.json beside it, or one measurement file')
    .addOption(new Option('--format <format>', 'how to print it').choices(['terminal', 'json', 'markdown', 'csv']).default('terminal'))
    .option('--out <file>', 'also write the measurement (JSON)')
    .option('--from-bench <file>', 'also write the scenario option (YAML)')
    .addHelpText(
      'after',
      '\nFiles of machines that ran at the same time are added up: their concurrency and rates too.\n\nExample:\n  llm-crossover bench report pod-*.jsonl --format json --out all.json',
    )
    .action(async (files: string[]) => {
      const { benchReport } = await import('../bench/report.ts');
      await benchReport(files, flagsOf(command), io);
    });
}

function defineResume(command: Command, io: Io): void {
  command
    .description('Go on with a run that was killed or interrupted, from its records file.')
    .argument('<records>', 'records file of the run, with its .run.json beside it')
    .addOption(new Option('--format <format>', 'how to print the result').choices(['terminal', 'json', 'markdown', 'csv']).default('terminal'))
    .option('--out <file>', 'also write the measurement (JSON)')
    .option('--yes', 'make paid calls without asking')
    .action(async (records: string) => {
      const { benchResume } = await import('../bench/run.ts');
      await benchResume(resolve(io.cwd, records), flagsOf(command), io);
    });
}

function defineCompare(command: Command, io: Io): void {
  addLoadOptions(
    command.description('Two measurements or two live targets side by side: latency, throughput, dollars, and the volume at which the cheaper one changes.'),
  )
    .argument('<a>', 'measurement file, target file or URL')
    .argument('<b>', 'the other one')
    .addOption(new Option('--format <format>', 'how to print it').choices(['terminal', 'json', 'markdown']).default('terminal'))
    .option('--model <name>', 'model of both targets, where they are URLs')
    .option('--model-b <name>', 'model of the second, where it differs')
    .option('--peak-to-average <ratio>', 'busiest hour / mean hour of your traffic, for the crossover (default: from --scenario, else 4)')
    .option('--spare-replicas <n>', 'replicas kept beside those the load needs, for the crossover (default: 0)')
    .option('--out-a <file>', 'write the first measurement')
    .option('--out-b <file>', 'write the second')
    .option('--max-spend-usd <usd>', 'stop before more than this is spent on each')
    .option('--yes', 'make paid calls without asking')
    .addHelpText(
      'after',
      '\nLive targets are measured in turns (A B B A ...), so that a drift of the network hits both.\n\nExamples:\n  llm-crossover bench compare own.json cloud.json\n  llm-crossover bench compare own.yaml cloud.yaml --concurrency 8 --requests 200 --yes',
    )
    .action(async (a: string, b: string) => {
      const { benchCompare } = await import('../bench/compare.ts');
      await benchCompare(a, b, flagsOf(command), io);
    });
}

function defineDemo(command: Command, io: Io): void {
  command
    .description('Run the bench against a built-in pretend server: ten seconds, no GPU, no key.')
    .addOption(new Option('--format <format>', 'how to print the result').choices(['terminal', 'json', 'markdown', 'csv']).default('terminal'))
    .action(async () => {
      const { benchDemo } = await import('../bench/demo.ts');
      await benchDemo(flagsOf(command).format, io);
    });
}

/** Options that `bench` itself has too are read by it, wherever they stand; a subcommand's own are its own. */
function flagsOf(command: Command): RunFlags {
  return command.optsWithGlobals() as RunFlags;
}

export type { RunFlags };
