/** GPU figures while a level runs, from `nvidia-smi` as a child process; `[N/A]` is unknown, not 0. */
import { type ChildProcess, spawn } from 'node:child_process';
import { round } from '../measure/summary.ts';

const FIELDS = ['index', 'name', 'utilization.gpu', 'memory.used', 'power.draw', 'temperature.gpu', 'clocks.sm'] as const;
const EVERY_MS = 500;

export interface GpuSummary {
  readonly gpus: number;
  readonly name: string | null;
  readonly samples: number;
  /** Means and maxima over GPUs and time; null is unknown. */
  readonly utilization: number | null;
  readonly memory_used_mb_max: number | null;
  /** All GPUs together, mean over time. */
  readonly watts: number | null;
  readonly temperature_c_max: number | null;
}

export interface GpuRow {
  readonly index: string;
  readonly name: string;
  readonly utilization: number | null;
  readonly memoryMb: number | null;
  readonly watts: number | null;
  readonly celsius: number | null;
}

/** One line of `--format=csv,noheader,nounits`; null when it is none. */
export function parseGpuLine(line: string): GpuRow | null {
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== FIELDS.length || !/^\d+$/.test(cells[0] ?? '')) return null;
  const [index = '', name = '', utilization, memory, watts, celsius] = cells;
  return { index, name, utilization: figure(utilization), memoryMb: figure(memory), watts: figure(watts), celsius: figure(celsius) };
}

export function summarizeGpus(rows: readonly GpuRow[]): GpuSummary | null {
  if (rows.length === 0) return null;
  const gpus = new Set(rows.map((row) => row.index)).size;
  const known = (pick: (row: GpuRow) => number | null) => rows.map(pick).filter((value) => value !== null);
  const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length);
  const max = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b)));
  const utilization = mean(known((row) => row.utilization));
  const watts = mean(known((row) => row.watts));
  return {
    gpus,
    name: rows[0]?.name ?? null,
    samples: Math.floor(rows.length / gpus),
    utilization: utilization === null ? null : round(utilization / 100, 4),
    memory_used_mb_max: max(known((row) => row.memoryMb)),
    watts: watts === null ? null : round(watts * gpus, 1),
    temperature_c_max: max(known((row) => row.celsius)),
  };
}

export class GpuWatch {
  readonly #rows: GpuRow[] = [];
  readonly #child: ChildProcess;
  #rest = '';

  constructor() {
    this.#child = spawn('nvidia-smi', [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits', '-lms', String(EVERY_MS)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // A machine without the tool has no figures, and that is all.
    this.#child.on('error', () => undefined);
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#take(bytes.toString('utf8')));
  }

  stop(): GpuSummary | null {
    this.#child.kill();
    return summarizeGpus(this.#rows);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const row = parseGpuLine(line);
      if (row !== null) this.#rows.push(row);
    }
  }
}

function figure(text: string | undefined): number | null {
  return text === undefined || text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
