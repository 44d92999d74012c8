/** Reads the GPUs of this machine while a level runs: `nvidia-smi`, which goes on by itself, else `amd-smi`, asked again and again. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { type GpuRow, type GpuSummary, NVIDIA_FIELDS, parseAmdMetrics, parseAmdNames, parseNvidiaLine, summarizeGpus } from './rows.ts';

const EVERY_MS = 500;
/** amd-smi is a Python program: asked less often, so that it leaves the machine to the server. */
const AMD_EVERY_MS = 1_000;
const AMD_TIMEOUT_MS = 10_000;
const AMD_TOOL = 'amd-smi';
const AMD_METRICS = ['metric', '--usage', '--power', '--temperature', '--mem-usage', '--json'];

export class GpuWatch {
  readonly #rows: GpuRow[] = [];
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor() {
    this.#nvidia();
  }

  /** Null: no tool of this machine said anything. */
  stop(): GpuSummary | null {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#child?.kill();
    return summarizeGpus(this.#rows);
  }

  #nvidia(): void {
    const child = spawn('nvidia-smi', [`--query-gpu=${NVIDIA_FIELDS.join(',')}`, '--format=csv,noheader,nounits', '-lms', String(EVERY_MS)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    let rest = '';
    child.stdout.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      this.#rows.push(...lines.map(parseNvidiaLine).filter((row) => row !== null));
    });
    // Not there, or there without a driver: perhaps the GPUs are AMD's.
    child.on('error', () => this.#amd());
    child.on('close', (code) => {
      if (code !== null && code > 0 && this.#rows.length === 0) this.#amd();
    });
  }

  #amd(): void {
    this.#ask(['static', '--asic', '--json'], (text) => this.#amdMetrics(parseAmdNames(text)));
  }

  #amdMetrics(names: ReadonlyMap<string, string>): void {
    this.#ask(AMD_METRICS, (text) => {
      this.#rows.push(...parseAmdMetrics(text, names));
      this.#timer = setTimeout(() => this.#amdMetrics(names), AMD_EVERY_MS);
    });
  }

  /** A tool that is missing or fails is not asked again. */
  #ask(args: readonly string[], then: (text: string) => void): void {
    if (this.#stopped) return;
    this.#child = execFile(AMD_TOOL, args, { timeout: AMD_TIMEOUT_MS }, (error, text) => {
      if (error === null && !this.#stopped) then(text);
    });
  }
}
