/** What a GPU says of itself at one moment, and a level's worth of it. `[N/A]` and `N/A` are unknown, not 0. */
import { asObject } from '../../llm/api/signal.ts';
import { round } from '../measure/summary.ts';

export interface GpuRow {
  readonly index: string;
  readonly name: string | null;
  /** Percent. */
  readonly utilization: number | null;
  readonly memoryMb: number | null;
  readonly watts: number | null;
  readonly celsius: number | null;
}

export interface GpuSummary {
  readonly gpus: number;
  readonly name: string | null;
  readonly samples: number;
  /** Means and maxima over GPUs and time; null is unknown. */
  readonly utilization: number | null;
  readonly memory_used_mb_max: number | null;
  /** All GPUs together, mean over time; null unless every one of them says it. */
  readonly watts: number | null;
  readonly temperature_c_max: number | null;
}

/** What `nvidia-smi` is asked for. */
export const NVIDIA_FIELDS = ['index', 'name', 'utilization.gpu', 'memory.used', 'power.draw', 'temperature.gpu'] as const;

/** One line of `nvidia-smi --format=csv,noheader,nounits`; null when it is none. */
export function parseNvidiaLine(line: string): GpuRow | null {
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== NVIDIA_FIELDS.length || !/^\d+$/.test(cells[0] ?? '')) return null;
  const [index = '', name = '', utilization, memory, watts, celsius] = cells;
  return { index, name, utilization: figure(utilization), memoryMb: figure(memory), watts: figure(watts), celsius: figure(celsius) };
}

/**
 * What `amd-smi metric --json` printed: a list of GPUs, bare or under `gpu_data`, after whatever warnings stand before it.
 *
 * @param names market names by index, from `amd-smi static`
 */
export function parseAmdMetrics(text: string, names: ReadonlyMap<string, string>): GpuRow[] {
  return amdGpus(text).map((gpu) => {
    const index = String(gpu.gpu);
    const power = asObject(gpu.power);
    const heat = asObject(gpu.temperature);
    return {
      index,
      name: names.get(index) ?? null,
      utilization: measured(asObject(gpu.usage)?.gfx_activity),
      memoryMb: measured(asObject(gpu.mem_usage)?.used_vram),
      watts: measured(power?.socket_power) ?? measured(power?.current_socket_power) ?? measured(power?.average_socket_power),
      celsius: measured(heat?.hotspot) ?? measured(heat?.edge),
    };
  });
}

/** GPU names by index, of `amd-smi static --asic --json`. */
export function parseAmdNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const gpu of amdGpus(text)) {
    const name = asObject(gpu.asic)?.market_name;
    if (typeof name === 'string' && name !== 'N/A') names.set(String(gpu.gpu), name);
  }
  return names;
}

function amdGpus(text: string): Readonly<Record<string, unknown>>[] {
  const start = text.search(/^\s*[[{]/m);
  if (start === -1) return [];
  try {
    const value: unknown = JSON.parse(text.slice(start));
    const list = Array.isArray(value) ? value : asObject(value)?.gpu_data;
    return Array.isArray(list)
      ? list
          .map(asObject)
          .filter((gpu) => typeof gpu?.gpu === 'number')
          .map((gpu) => gpu ?? {})
      : [];
  } catch {
    return [];
  }
}

/** `{"value": 142, "unit": "W"}` or a bare number. */
function measured(value: unknown): number | null {
  const number = asObject(value)?.value ?? value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

export function summarizeGpus(rows: readonly GpuRow[]): GpuSummary | null {
  if (rows.length === 0) return null;
  const gpus = [...new Set(rows.map((row) => row.index))];
  const known = (pick: (row: GpuRow) => number | null, of = rows) => of.map(pick).filter((value) => value !== null);
  const utilization = mean(known((row) => row.utilization));
  const watts = gpus.map((index) =>
    mean(
      known(
        (row) => row.watts,
        rows.filter((row) => row.index === index),
      ),
    ),
  );
  return {
    gpus: gpus.length,
    name: rows.find((row) => row.name !== null)?.name ?? null,
    samples: Math.floor(rows.length / gpus.length),
    utilization: utilization === null ? null : round(utilization / 100, 4),
    memory_used_mb_max: max(known((row) => row.memoryMb)),
    watts: watts.includes(null)
      ? null
      : round(
          watts.reduce<number>((sum, each) => sum + (each ?? 0), 0),
          1,
        ),
    temperature_c_max: max(known((row) => row.celsius)),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

function max(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
}

function figure(text: string | undefined): number | null {
  return text === undefined || text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
