import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ImportResult } from '../../workload/result.ts';
import type { ImportOptions, Progress } from '../../workload/session.ts';
import type { Io } from '../io.ts';
import { schemaUrl } from '../version.ts';

interface ImportFlags {
  readonly format: 'terminal' | 'json' | 'yaml';
  readonly out?: string;
  readonly force?: true;
  readonly name?: string;
  readonly source?: string;
  readonly from?: string;
  readonly timestamp?: string;
  readonly input?: string;
  readonly output?: string;
  readonly cached?: string;
  readonly cacheWrite?: string;
  readonly model?: string;
  readonly team?: string;
  readonly id?: string;
  readonly status?: string;
  readonly requests?: string;
  readonly cachedInclusive?: true;
  readonly cachedExclusive?: true;
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
  readonly utcOffset?: number;
  readonly onlyModel: string[];
  readonly onlyTeam: string[];
  readonly engine: 'auto' | 'stream' | 'duckdb';
}

const COLUMN_FLAGS = ['timestamp', 'input', 'output', 'cached', 'cacheWrite', 'model', 'team', 'id', 'status', 'requests'] as const;

export function define(command: Command, io: Io): void {
  command.description('Turn a usage log or a request trace into a workload profile: how long requests are and how they arrive.');
  defineImport(command.command('import').argument('<file>', 'log to read; a pattern in quotes reads several, - reads standard input'), io);
  command
    .command('show')
    .description('Print a saved profile with its charts.')
    .argument('<profile>', 'profile file (YAML)')
    .addOption(formatOption('terminal', 'json'))
    .addHelpText(
      'after',
      '\nExamples:\n  llm-crossover workload show scenarios/profiles/azure-conv.yaml\n  llm-crossover workload show profile.yaml --format json | jq .input_tokens',
    )
    .action(async (path: string, { format }: { format: string }) => {
      const [{ loadProfile }, { showProfile }] = await Promise.all([import('../../files/load.ts'), import('../../workload/show.ts')]);
      const profile = loadProfile(resolve(io.cwd, path));
      io.out(format === 'json' ? `${JSON.stringify(profile, null, 2)}\n` : showProfile(profile));
    });
}

function defineImport(command: Command, io: Io): void {
  command
    .description('Read a log into a profile. Only times, token counts and the names of models and teams are read, never message texts.')
    .addOption(formatOption('terminal', 'json', 'yaml'))
    .option('--out <file>', 'write the profile (YAML) that a scenario names under workload.profile')
    .option('--force', 'replace the file named by --out')
    .option('--name <name>', 'name of the profile (default: from the file name)')
    .option('--source <text>', 'attribution and licence of the log, kept in the profile')
    .option('--from <format>', 'the log format, when its columns do not tell')
    .option('--timestamp <column>', 'column of request times')
    .option('--input <column>', 'column of input (prompt) token counts')
    .option('--output <column>', 'column of output (completion) token counts')
    .option('--cached <column>', 'column of input tokens read from a cache')
    .option('--cache-write <column>', 'column of input tokens written to a cache')
    .option('--model <column>', 'column of model names')
    .option('--team <column>', 'column to split by: team, project, service')
    .option('--id <column>', 'column of request ids; a repeated id is dropped')
    .option('--status <column>', 'column that says whether a request failed')
    .option('--requests <column>', 'column of request counts: rows are totals')
    .addOption(new Option('--cached-inclusive', 'input counts include cached tokens (OpenAI)').conflicts('cachedExclusive'))
    .addOption(new Option('--cached-exclusive', 'input counts leave cached tokens out (Anthropic)').conflicts('cachedInclusive'))
    .addOption(new Option('--time-unit <unit>', 'unit of times written as numbers').choices(['s', 'ms', 'us', 'ns']))
    .option('--utc-offset <offset>', 'zone of times that name none, such as +02:00 (default: UTC)', parseOffset)
    .addOption(new Option('--only-model <name>', 'rows of this model only; may be repeated').argParser(collect).default([], 'all'))
    .addOption(new Option('--only-team <name>', 'rows of this team only; may be repeated').argParser(collect).default([], 'all'))
    .addOption(new Option('--engine <engine>', 'how to read; both give the same figures').choices(['auto', 'stream', 'duckdb']).default('auto'))
    .addHelpText('after', HELP)
    .action((file: string, flags: ImportFlags) => runImport(file, flags, io));
}

const HELP = `
CSV, JSON and JSON Lines, gzipped or not. Parquet, and speed, need DuckDB:
  npm install @duckdb/node-api

Recognised by their columns: Azure LLM traces, BurstGPT, Mooncake, LiteLLM (spend logs
and daily tables), Langfuse observations, OpenAI and Anthropic usage reports, Helicone,
OpenRouter, OpenTelemetry gen_ai spans, and logs with columns such as timestamp,
input_tokens and output_tokens. Other names are given by flags.

Examples:
  $ llm-crossover workload import spend-logs.csv --out profiles/chat.yaml
  $ llm-crossover workload import log.csv --timestamp when --input prompt --output reply
  $ llm-crossover workload import 'logs/2026-*.parquet' --only-model gpt-4o --format json
  $ zcat requests.jsonl.gz | llm-crossover workload import - --utc-offset +02:00
  $ llm-crossover workload show profiles/chat.yaml`;

function formatOption(...formats: string[]): Option {
  return new Option('--format <format>', 'how to print').choices(formats).default('terminal');
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function parseOffset(text: string): number {
  const found = /^(?:UTC)?([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(text);
  const minutes = found === null ? (/^(z|utc)$/i.test(text) ? 0 : Number.NaN) : Number(found[2]) * 60 + Number(found[3] ?? 0);
  if (!(minutes <= 18 * 60)) throw new InvalidArgumentError('Write it as +02:00, -05:30 or UTC.');
  return found?.[1] === '-' ? -minutes : minutes;
}

async function runImport(file: string, flags: ImportFlags, io: Io): Promise<void> {
  const [{ importLog }, { ImportStopped }, { checkFree, schemaReference }, { writeWhole }] = await Promise.all([
    import('../../workload/import.ts'),
    import('../../workload/stopped.ts'),
    import('../../workload/save.ts'),
    import('../write-file.ts'),
  ]);
  const out = flags.out === undefined ? null : resolve(io.cwd, flags.out);
  if (out !== null) checkFree(out, flags.force === true);
  const progress = new ProgressLine(io);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const result = await importLog(file === '-' ? '-' : resolve(io.cwd, file), importOptions(flags, io, progress, stop.signal));
    const yaml = out === null && flags.format !== 'yaml' ? null : await yamlOf(result, schemaReference(out, schemaUrl('profile')));
    progress.clear();
    if (out !== null && yaml !== null) {
      checkFree(out, flags.force === true);
      writeWhole(out, yaml, io.cwd);
      io.err(`Wrote ${flags.out}. Name it in a scenario: workload: { profile: ${flags.out} }\n`);
    }
    io.out(await printed(result, flags.format, yaml));
  } catch (error) {
    progress.clear();
    if (!(error instanceof ImportStopped)) throw error;
    io.err('Interrupted; nothing was written.\n');
    io.exit(130);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

function importOptions(flags: ImportFlags, io: Io, progress: ProgressLine, signal: AbortSignal): ImportOptions {
  const named = COLUMN_FLAGS.filter((flag) => flags[flag] !== undefined).map((flag) => [flag === 'cacheWrite' ? 'cache_write' : flag, flags[flag]]);
  return {
    from: flags.from ?? null,
    named: Object.fromEntries(named),
    cached: flags.cachedInclusive ? 'inclusive' : flags.cachedExclusive ? 'exclusive' : null,
    timeUnit: flags.timeUnit ?? null,
    offsetMinutes: flags.utcOffset ?? 0,
    name: flags.name ?? null,
    source: flags.source ?? null,
    onlyModels: flags.onlyModel,
    onlyTeams: flags.onlyTeam,
    engine: flags.engine,
    stdin: io.stdin,
    progress: (state) => progress.show(state),
    signal,
  };
}

async function yamlOf(result: ImportResult, schema: string): Promise<string> {
  const { profileYaml, toProfile } = await import('../../workload/profile.ts');
  return profileYaml(toProfile(result), schema);
}

async function printed(result: ImportResult, format: ImportFlags['format'], yaml: string | null): Promise<string> {
  if (format === 'json') return `${JSON.stringify(result, null, 2)}\n`;
  if (format === 'yaml' && yaml !== null) return yaml;
  return (await import('../../workload/show.ts')).showImport(result);
}

/** A line on a terminal's standard error, once a second has passed. */
class ProgressLine {
  private readonly io: Io;
  private readonly started = performance.now();
  private last = 0;
  private shown = false;

  constructor(io: Io) {
    this.io = io;
  }

  show({ rows, share }: Progress): void {
    const now = performance.now();
    if (this.io.stderr.isTTY !== true || now - this.started < 1000 || now - this.last < 200) return;
    this.last = now;
    this.shown = true;
    this.io.err(`\r\x1b[K${rows.toLocaleString('en-US')} rows${share === null ? '' : `, ${Math.round(share * 100)} %`}`);
  }

  clear(): void {
    if (this.shown) this.io.err('\r\x1b[K');
    this.shown = false;
  }
}
