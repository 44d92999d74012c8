/** What server and GPUs say of themselves while a level runs. */
import { asObject } from '../../llm/api/signal.ts';
import { LlmClient } from '../../llm/client.ts';
import { fetchText } from '../../llm/fetch-json.ts';
import { GpuWatch } from '../gpu/watch.ts';
import { type Load, loadName } from '../load/spec.ts';
import { isLoopback, type TargetConfig } from '../target/config.ts';
import { MetricsWatch, parseMetrics } from '../target/metrics.ts';
import type { Prepared } from './prepare.ts';

export interface Observer {
  stop(): Promise<Record<string, unknown> | null>;
}

const SCRAPE_EVERY_MS = 1_000;
const SCRAPE_TIMEOUT_MS = 2_000;

/** GPUs are watched only where the server runs on this machine. */
export async function observe(prepared: Prepared, target: TargetConfig): Promise<Observer> {
  const metrics = prepared.has_metrics ? new Scraper(prepared, target.ca) : null;
  const gpus = isLoopback(prepared.endpoint.origin) ? new GpuWatch() : null;
  await metrics?.scrape();
  return {
    stop: async () => {
      const server = (await metrics?.stop()) ?? null;
      const gpu = gpus?.stop() ?? null;
      return server === null && gpu === null ? null : { ...(server === null ? {} : { server }), ...(gpu === null ? {} : { gpu }) };
    },
  };
}

/** Power of the server's GPUs during a level, as its telemetry has it; null: not known. */
export function wattsOf(telemetry: Readonly<Record<string, unknown>> | null, load: Load): number | null {
  const watts = asObject(asObject(telemetry?.[loadName(load)])?.gpu)?.watts;
  return typeof watts === 'number' ? watts : null;
}

class Scraper {
  readonly #client: LlmClient;
  readonly #watch = new MetricsWatch();
  readonly #timer: NodeJS.Timeout;

  constructor(prepared: Prepared, ca: string | null) {
    this.#client = new LlmClient({ origin: prepared.endpoint.origin, ca, headers: {}, hasKey: false, connectTimeoutMs: SCRAPE_TIMEOUT_MS });
    this.#timer = setInterval(() => {
      this.scrape().catch(() => undefined);
    }, SCRAPE_EVERY_MS);
  }

  async scrape(): Promise<void> {
    const answer = await fetchText(this.#client, { method: 'GET', path: '/metrics', body: null }, SCRAPE_TIMEOUT_MS);
    if (answer.kind === 'answer' && answer.status === 200) this.#watch.add(parseMetrics(answer.text));
  }

  async stop(): Promise<Record<string, unknown> | null> {
    clearInterval(this.#timer);
    await this.scrape();
    await this.#client.close();
    return this.#watch.summary();
  }
}
