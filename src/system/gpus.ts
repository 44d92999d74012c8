/** Which GPUs this machine has. Null: it can't be told, which is not the same as none. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Gpu {
  readonly vendor: string;
  readonly model: string;
  /** Null: not told by the driver. */
  readonly memory_mb: number | null;
  readonly driver: string | null;
}

export interface GpuReport {
  readonly gpus: readonly Gpu[] | null;
  /** Who said so. */
  readonly source: 'systeminformation' | 'nvidia-smi' | 'none';
}

/** The part of systeminformation's answer we read. */
interface Controller {
  readonly vendor?: string;
  readonly model?: string;
  readonly name?: string;
  readonly vram?: number | null;
  readonly memoryTotal?: number;
  readonly driverVersion?: string;
}

export interface GpuProbes {
  readonly controllers: () => Promise<readonly Controller[]>;
  readonly nvidiaSmi: () => Promise<string>;
}

const TIMEOUT_MS = 5_000;

const PROBES: GpuProbes = {
  controllers: async () => {
    const { graphics } = await import('systeminformation');
    return (await graphics()).controllers;
  },
  nvidiaSmi: async () => {
    const asked = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
    return (await promisify(execFile)('nvidia-smi', asked, { timeout: TIMEOUT_MS })).stdout;
  },
};

/** Accelerators only: a virtual machine's display adapter serves no model. */
const ACCELERATORS = /nvidia|amd|advanced micro|\bati\b|radeon|intel|apple/i;

/** Asks systeminformation, then nvidia-smi; a probe that fails or finds nothing passes to the next. */
export async function findGpus(probes: GpuProbes = PROBES): Promise<GpuReport> {
  const controllers = await attempt(probes.controllers);
  const found = (controllers ?? []).map(fromController).filter((gpu) => ACCELERATORS.test(`${gpu.vendor} ${gpu.model}`));
  if (found.length > 0) return { gpus: found, source: 'systeminformation' };
  const text = await attempt(probes.nvidiaSmi);
  const gpus = text === null ? [] : fromNvidiaSmi(text);
  if (gpus.length > 0) return { gpus, source: 'nvidia-smi' };
  // A list of other adapters was seen, so there is none; no list at all says nothing.
  return (controllers?.length ?? 0) > 0 ? { gpus: [], source: 'systeminformation' } : { gpus: null, source: 'none' };
}

async function attempt<T>(probe: () => Promise<T>): Promise<T | null> {
  try {
    return await probe();
  } catch {
    return null;
  }
}

function fromController(controller: Controller): Gpu {
  return {
    vendor: controller.vendor ?? '',
    model: controller.name || controller.model || 'unknown model',
    memory_mb: controller.memoryTotal ?? (controller.vram ? controller.vram : null),
    driver: controller.driverVersion ?? null,
  };
}

/** `NVIDIA H100 80GB HBM3, 81559, 550.54.15`, a line a GPU. Lines that aren't of that form (error messages) are left out. */
function fromNvidiaSmi(text: string): Gpu[] {
  return text.split('\n').flatMap((line) => {
    const [model, memory, driver] = line.split(',').map((part) => part.trim());
    if (!model || !memory || !driver || !/^(\d+|\[.*\])$/.test(memory)) return [];
    return [{ vendor: 'NVIDIA', model, memory_mb: /^\d+$/.test(memory) ? Number(memory) : null, driver }];
  });
}
