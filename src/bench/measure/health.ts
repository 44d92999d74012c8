/** How busy our own thread was: a client that can't keep up measures itself, not the server. */
import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

export interface ThreadHealth {
  /** Event-loop utilization, 0..1. */
  readonly elu: number;
  readonly loop_delay_p99_ms: number;
}

const RESOLUTION_MS = 10;
/** Above either of these the run is marked client-limited. */
export const MAX_ELU = 0.7;
export const MAX_LAG_MS = 10;

export class HealthWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #before: EventLoopUtilization = performance.eventLoopUtilization();

  constructor() {
    this.#delay.enable();
  }

  /** So far; the watch goes on. */
  read(): ThreadHealth {
    const { utilization } = performance.eventLoopUtilization(this.#before);
    const delayMs = this.#delay.count === 0 ? 0 : this.#delay.percentile(99) / 1e6 - RESOLUTION_MS;
    return { elu: Math.round(utilization * 1000) / 1000, loop_delay_p99_ms: Math.round(Math.max(0, delayMs) * 100) / 100 };
  }

  stop(): ThreadHealth {
    this.#delay.disable();
    return this.read();
  }
}

/** The worst of several threads. */
export function worstHealth(all: readonly ThreadHealth[]): ThreadHealth {
  return { elu: Math.max(0, ...all.map((one) => one.elu)), loop_delay_p99_ms: Math.max(0, ...all.map((one) => one.loop_delay_p99_ms)) };
}
