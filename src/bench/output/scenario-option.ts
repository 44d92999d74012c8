/** The scenario option a measurement makes, as YAML to paste under `options:` of a scenario. */
import { dirname, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { AnyMeasurement, AnyPoint } from './report.ts';

/**
 * A replica with an hourly rent becomes a self_host option whose throughput is the measurement; an endpoint with a price card becomes an API
 * option with its measured latency.
 *
 * @param measurementPath where the measurement was saved; null: the option says where to save it
 */
export function scenarioOption(measurement: AnyMeasurement, measurementPath: string | null, optionPath: string, known: Known): string {
  const { price_card: card } = measurement.target;
  const best = bestPoint(measurement.points);
  const option = card === null ? selfHost(measurement, measurementPath, optionPath, best, known) : api(measurement, card, best);
  const head = `Written by llm-crossover bench on ${measurement.started_at.slice(0, 10)}: put it under options: of a scenario.`;
  const lines = [head, ...(card === null ? doubts(measurement, known) : [])].map((line) => `# ${line}\n`);
  return lines.join('') + stringify([option], { lineWidth: 160 });
}

/** What the catalog says of the measured endpoint; null: it doesn't know. */
export interface Known {
  readonly model: string | null;
  readonly gpu: string | null;
}

/** What had to be assumed, for the reader to put right. */
function doubts({ target, environment }: AnyMeasurement, known: Known): string[] {
  return [
    ...(known.model === null ? [`The catalog has no model called ${JSON.stringify(target.model)}: name one of its own under model.`] : []),
    ...(typeof environment.gpu !== 'string' && known.gpu === null ? ['Nothing said which GPU it was: put the right one in the place of h100-80gb.'] : []),
    ...(target.usd_per_hour === null
      ? ['Nothing said what the replica costs: add its rental, such as rental: { provider: own, usd_per_gpu_hour: 3.29, node_gpus: 1 }, or owned.']
      : []),
  ];
}

function selfHost(measurement: AnyMeasurement, path: string | null, optionPath: string, best: AnyPoint | null, known: Known): Record<string, unknown> {
  const { target, environment } = measurement;
  const gpus = typeof environment.gpus === 'number' ? environment.gpus : 1;
  const gpu = typeof environment.gpu === 'string' ? environment.gpu : (known.gpu ?? 'h100-80gb');
  const usdPerHour = target.usd_per_hour;
  const file = path === null ? 'results/measurement.json' : relative(dirname(resolve(optionPath)), resolve(path));
  return {
    id: 'own',
    self_host: {
      model: known.model ?? idOf(target.model),
      gpu,
      gpus_per_replica: gpus,
      ...(usdPerHour === null ? {} : { rental: { provider: 'own', usd_per_gpu_hour: usdPerHour / gpus, node_gpus: gpus } }),
    },
    throughput: { measurement: file },
    ...latency(measurement, best),
  };
}

function api(measurement: AnyMeasurement, card: string, best: AnyPoint | null): Record<string, unknown> {
  return { id: 'api', cloud_api: card, ...latency(measurement, best) };
}

function latency(measurement: AnyMeasurement, point: AnyPoint | null): Record<string, unknown> {
  if (point === null || point.ttft_ms === null) return {};
  const claim = { ttft_p95_ms: claimed(point.ttft_ms.p95), ...(point.tpot_ms === null ? {} : { tpot_p95_ms: claimed(point.tpot_ms.p95) }) };
  return { latency: { ...claim, source: `measured with llm-crossover bench, ${measurement.started_at.slice(0, 10)}` } };
}

/** The point with the most good output, else the most output. */
function bestPoint(points: readonly AnyPoint[]): AnyPoint | null {
  const ok = points.filter((point) => point.ok > 0);
  const score = (point: AnyPoint) => point.goodput_per_s ?? point.output_tokens_per_s;
  return ok.reduce<AnyPoint | null>((best, point) => (best === null || score(point) > score(best) ? point : best), null);
}

/** Two decimals, never less than was measured. */
function claimed(ms: number): number {
  return Math.max(0.01, Math.ceil(ms * 100) / 100);
}

/** A model name as an id: Meta-Llama/Llama-3.3-70B-Instruct becomes llama-3.3-70b-instruct. */
function idOf(model: string): string {
  const last = model.split('/').pop() ?? model;
  return (
    last
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '') || 'model'
  );
}
