/** From the words of a command line to a setup. Every mistake in them is found at once. */
import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { InputError, type Problem } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import { API_KINDS, type ApiKind } from '../llm/api/kinds.ts';
import type { BenchTargetFile } from '../schema/bench-target.ts';
import { type QuantityKind, readQuantity } from '../schema/quantity.ts';
import { readPromptFile } from './load/prompt-file.ts';
import type { PromptSpec, SizeBucket } from './load/prompts.ts';
import { ARRIVALS, type Arrivals, type Load, type Stop } from './load/spec.ts';
import { readTrace } from './load/trace.ts';
import type { BenchSetup, LevelPlan } from './run/setup.ts';
import { apiOfUrl, endpointOf, type OwnPrices, type TargetConfig } from './target/config.ts';

/** As commander hands them over; texts are still texts. */
export interface BenchFlags {
  readonly model?: string;
  readonly api?: string;
  readonly apiKeyEnv?: string;
  readonly ca?: string;
  readonly concurrency?: string;
  readonly rate?: string;
  readonly arrivals?: string;
  readonly burstiness?: string;
  readonly trace?: string;
  readonly speedup?: string;
  readonly sweep?: true;
  readonly requests?: string;
  readonly duration?: string;
  readonly warmup?: string;
  readonly ramp?: string;
  readonly seed?: string;
  readonly input?: string;
  readonly output?: string;
  readonly prompts?: string;
  readonly sharedPrefix?: string;
  readonly nonce?: boolean;
  readonly exactOutput?: boolean;
  readonly audioSeconds?: string;
  readonly client?: 'own' | 'autocannon';
  readonly threads?: string;
  readonly timeout?: string;
  readonly requestTimeout?: string;
  readonly connectTimeout?: string;
  readonly sloTtftMs?: string;
  readonly sloTpotMs?: string;
  readonly sloE2eMs?: string;
  readonly usdPerHour?: string;
  readonly priceCard?: string;
  readonly inputUsdPerMtok?: string;
  readonly outputUsdPerMtok?: string;
  readonly maxSpendUsd?: string;
  readonly gpu?: string;
  readonly gpus?: string;
  readonly body?: string;
}

export interface TargetSource {
  /** A URL or the path of a target file. */
  readonly target: string;
  readonly cwd: string;
  readonly readTarget: (path: string) => BenchTargetFile;
}

const DEFAULT_INPUT = 256;
const DEFAULT_OUTPUT = 128;
const DEFAULT_DURATION_S = 30;

/**
 * @param sizes request sizes of a scenario or profile; null: --input and --output
 * @throws InputError with every mistake found
 */
export function setupFrom(flags: BenchFlags, source: TargetSource, sizes: readonly SizeBucket[] | null): BenchSetup {
  const read = new FlagReader();
  const target = targetOf(flags, source, read);
  const levels = levelsOf(flags, source.cwd, read);
  const setup: BenchSetup = {
    target,
    levels,
    seed: read.number('--seed', flags.seed, 'count', { whole: true }) ?? 1,
    run: randomBytes(6).toString('hex'),
    prompts: promptsOf(flags, source.cwd, sizes, read),
    warmup: read.number('--warmup', flags.warmup, 'count', { whole: true }),
    ramp_s: read.number('--ramp', flags.ramp, 's', {}),
    threads: read.number('--threads', flags.threads, 'count', { min: 1, max: 64, whole: true }),
    client: flags.client ?? 'own',
    exact_length: flags.exactOutput !== false,
    timeouts: {
      connect_ms: (read.number('--connect-timeout', flags.connectTimeout, 's', { min: 0.001 }) ?? 10) * 1000,
      idle_ms: (read.number('--timeout', flags.timeout, 's', { min: 0.001 }) ?? 120) * 1000,
      total_ms: (read.number('--request-timeout', flags.requestTimeout, 's', { min: 0.001 }) ?? 1800) * 1000,
    },
    slo: {
      ttft_ms: read.number('--slo-ttft-ms', flags.sloTtftMs, 'ms', { min: 0.001 }),
      tpot_ms: read.number('--slo-tpot-ms', flags.sloTpotMs, 'ms', { min: 0.001 }),
      e2e_ms: read.number('--slo-e2e-ms', flags.sloE2eMs, 'ms', { min: 0.001 }),
    },
    max_spend_usd: read.number('--max-spend-usd', flags.maxSpendUsd, 'usd', {}),
  };
  read.finish();
  return setup;
}

function targetOf(flags: BenchFlags, source: TargetSource, read: FlagReader): TargetConfig {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(source.target);
  const path = resolve(source.cwd, source.target);
  const file: BenchTargetFile = isUrl ? { version: 1, url: source.target } : source.readTarget(path);
  const api = apiKind(flags.api ?? file.api ?? apiOfUrl(file.url) ?? 'chat', read);
  endpointOf(file.url, api);
  const caPath = flags.ca === undefined ? (file.ca === undefined ? null : resolve(dirname(path), file.ca)) : resolve(source.cwd, flags.ca);
  return {
    url: file.url,
    model: flags.model ?? file.model ?? null,
    api,
    api_key_env: flags.apiKeyEnv ?? file.api_key_env ?? null,
    usd_per_hour: read.number('--usd-per-hour', flags.usdPerHour, 'usd', {}) ?? file.usd_per_hour ?? null,
    price_card: flags.priceCard ?? file.price_card ?? null,
    prices: pricesOf(flags, file, read),
    gpu: flags.gpu ?? file.gpu ?? null,
    gpus: read.number('--gpus', flags.gpus, 'count', { min: 1, whole: true }) ?? file.gpus ?? 1,
    ca: caPath === null ? null : readText(caPath),
    audio_seconds: read.number('--audio-seconds', flags.audioSeconds, 's', { min: 0.1, max: 3600 }) ?? 10,
    extra_body: { ...file.extra_body, ...bodyOf(flags.body, read) },
  };
}

function apiKind(name: string, read: FlagReader): ApiKind {
  const found = API_KINDS.find((kind) => kind === name);
  if (found === undefined) read.complain('bench.unknown-api', `--api must be one of ${API_KINDS.join(', ')}, found "${name}".`);
  return found ?? 'chat';
}

function pricesOf(flags: BenchFlags, file: BenchTargetFile, read: FlagReader): OwnPrices | null {
  const input = read.number('--input-usd-per-mtok', flags.inputUsdPerMtok, 'usd', {});
  const output = read.number('--output-usd-per-mtok', flags.outputUsdPerMtok, 'usd', {});
  if (input !== null && output !== null) return { input_usd_per_mtok: input, output_usd_per_mtok: output, cached_input_usd_per_mtok: null };
  if (input !== null || output !== null) read.complain('bench.half-a-price', '--input-usd-per-mtok and --output-usd-per-mtok belong together.');
  return file.prices === undefined ? null : { ...file.prices, cached_input_usd_per_mtok: file.prices.cached_input_usd_per_mtok ?? null };
}

function bodyOf(text: string | undefined, read: FlagReader): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  read.complain('bench.bad-body', '--body must be a JSON object, like \'{"temperature": 0}\'.');
  return {};
}

function levelsOf(flags: BenchFlags, cwd: string, read: FlagReader): LevelPlan[] {
  const kinds = [flags.concurrency, flags.rate, flags.trace, flags.sweep].filter((flag) => flag !== undefined).length;
  if (kinds > 1) read.complain('bench.two-loads', 'Give one of --concurrency, --rate, --trace and --sweep.');
  if (flags.sweep === true) return [];
  const stop = stopOf(flags, read);
  return loadsOf(flags, cwd, read).map((load) => ({ load, stop }));
}

function stopOf(flags: BenchFlags, read: FlagReader): Stop {
  const requests = read.number('--requests', flags.requests, 'count', { min: 1, whole: true });
  const duration_s = read.number('--duration', flags.duration, 's', { min: 0.001 });
  const endless = requests === null && duration_s === null && flags.trace === undefined;
  return { requests, duration_s: endless ? DEFAULT_DURATION_S : duration_s };
}

function loadsOf(flags: BenchFlags, cwd: string, read: FlagReader): Load[] {
  if (flags.trace !== undefined) {
    const speedup = read.number('--speedup', flags.speedup, 'ratio', { min: 0.001 }) ?? 1;
    return [{ kind: 'trace', rows: readTrace(resolve(cwd, flags.trace), speedup), speedup }];
  }
  if (flags.rate === undefined) {
    return read.list('--concurrency', flags.concurrency ?? '1', { min: 1, max: 100_000, whole: true }).map((concurrency) => ({ kind: 'closed', concurrency }));
  }
  const arrivals = arrivalsOf(flags.arrivals ?? 'poisson', read);
  const burstiness = read.number('--burstiness', flags.burstiness, 'number', { min: 0.01 }) ?? 1;
  return read.list('--rate', flags.rate, { min: 0.001, max: 1_000_000 }).map((rate) => ({ kind: 'open', rate, arrivals, burstiness }));
}

function arrivalsOf(name: string, read: FlagReader): Arrivals {
  const found = ARRIVALS.find((kind) => kind === name);
  if (found === undefined) read.complain('bench.unknown-arrivals', `--arrivals must be one of ${ARRIVALS.join(', ')}, found "${name}".`);
  return found ?? 'poisson';
}

function promptsOf(flags: BenchFlags, cwd: string, sizes: readonly SizeBucket[] | null, read: FlagReader): PromptSpec {
  const input = read.number('--input', flags.input, 'count', { min: 1, max: 10_000_000, whole: true });
  const output = read.number('--output', flags.output, 'count', { min: 1, max: 1_000_000, whole: true });
  const given = sizes ?? [{ input_tokens: DEFAULT_INPUT, output_tokens: DEFAULT_OUTPUT, weight: 1 }];
  return {
    sizes: given.map((size) => ({ ...size, input_tokens: input ?? size.input_tokens, output_tokens: output ?? size.output_tokens })),
    shared_prefix: read.number('--shared-prefix', flags.sharedPrefix, 'share', { max: 1 }) ?? 0,
    file: flags.prompts === undefined ? null : readPromptFile(resolve(cwd, flags.prompts)),
    nonce: flags.nonce !== false,
  };
}

interface FlagLimits {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** Reads numbers out of flags and keeps what is wrong with them. */
class FlagReader {
  readonly #problems: Problem[] = [];

  complain(code: string, message: string, hint: string | null = null): void {
    this.#problems.push({ code, message, file: null, line: null, column: null, excerpt: null, hint });
  }

  number(flag: string, text: string | undefined, kind: QuantityKind, limits: FlagLimits): number | null {
    if (text === undefined) return null;
    const read = readQuantity(text, kind);
    const problem = 'problem' in read ? read.problem : outside(read.value, limits);
    if (problem === null && 'value' in read) return read.value;
    this.complain('bench.bad-number', `${flag} ${problem}.`);
    return null;
  }

  list(flag: string, text: string, limits: FlagLimits): number[] {
    const parts = text.split(',').filter((part) => part.trim() !== '');
    if (parts.length === 0) this.complain('bench.bad-number', `${flag} must be a number or several with commas between, found "${text}".`);
    return parts.map((part) => this.number(flag, part.trim(), 'count', limits)).filter((value) => value !== null);
  }

  finish(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems);
  }
}

function outside(value: number, { min = 0, max = Number.POSITIVE_INFINITY, whole = false }: FlagLimits): string | null {
  if (value < min) return `must be at least ${min}, found ${value}`;
  if (value > max) return `must be at most ${max}, found ${value}`;
  return whole && !Number.isInteger(value) ? `must be a whole number, found ${value}` : null;
}
