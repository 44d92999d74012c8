/** The values of a scenario the page lets one move, with their limits. */

import type { Plan } from '../../engine/result.ts';
import type { Scenario, ScenarioOption } from '../../engine/scenario.ts';
import { valueAt } from '../../engine/set-value.ts';
import type { Judged } from '../../engine/units.ts';
import { likely } from '../../engine/units.ts';

export interface Control {
  /** As a scenario file and --set spell it. */
  readonly path: string;
  readonly label: string;
  readonly group: 'Load' | 'Prices' | 'Speed' | 'Split' | 'People';
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly now: number;
  /** Equal steps of the slider are equal factors. */
  readonly log: boolean;
  readonly whole: boolean;
}

type Draft = Omit<Control, 'now' | 'min' | 'max'> & { readonly now: number | null; readonly range?: readonly [number, number] };

export function controlsOf(plan: Plan): Control[] {
  const { scenario } = plan;
  const drafts = [...load(scenario), ...scenario.options.flatMap((option) => ofOption(option, plan)), ...people(scenario)];
  return drafts.flatMap((draft) => {
    const { range, now, ...rest } = draft;
    if (now === null) return [];
    const [min, max] = range ?? [now / 100, now * 100];
    return [{ ...rest, now, min: Math.min(min, now), max: Math.max(max, now) }];
  });
}

function at(scenario: Scenario, path: string): number | null {
  const value = valueAt(scenario, path);
  return value === null || value === undefined ? null : likely(value as Judged);
}

function load(scenario: Scenario): Draft[] {
  const { workload } = scenario;
  const factor = (path: string, label: string, unit: string, whole: boolean): Draft => {
    const now = at(scenario, path);
    return {
      path,
      label,
      group: 'Load',
      unit,
      log: true,
      whole,
      now: now === 0 ? null : now,
      ...(now === null || now === 0 ? {} : { range: [now / 10, now * 10] as const }),
    };
  };
  const volume = { ...factor('workload.requests_per_month', 'Requests a month', 'requests', true) };
  const drafts = [{ ...volume, ...(volume.now === null ? {} : { range: [Math.max(1, volume.now / 100), volume.now * 100] as const }) }];
  if (workload.tokens !== null && workload.profile === null) {
    drafts.push(
      factor('workload.tokens.input', 'Input tokens a request', 'tokens', true),
      factor('workload.tokens.output', 'Output tokens a request', 'tokens', true),
    );
  }
  if (workload.audio !== null) drafts.push(factor('workload.audio.seconds_per_request', 'Audio a request', 'seconds', false));
  if (workload.images !== null) drafts.push(factor('workload.images.per_request', 'Images a request', 'images', false));
  if (workload.tokens !== null) {
    const path = 'workload.tokens.cached_input';
    drafts.push({ path, label: 'Share of input from a cache', group: 'Load', unit: 'share', log: false, whole: false, now: at(scenario, path), range: [0, 1] });
  }
  return drafts;
}

function ofOption(option: ScenarioOption, plan: Plan): Draft[] {
  const base = `options.${option.id}`;
  if (option.kind === 'hybrid') {
    const path = `${base}.hybrid.escalate`;
    const now = at(plan.scenario, path);
    return [
      { path, label: `${option.id}: share that reaches ${option.hybrid.large}`, group: 'Split', unit: 'share', log: false, whole: false, now, range: [0, 1] },
    ];
  }
  if (option.kind === 'cloud_api' || option.kind === 'hosted_open') {
    const path = `${base}.price_factor`;
    const now = at(plan.scenario, path);
    return [{ path, label: `${option.id}: token prices, times`, group: 'Prices', unit: '×', log: true, whole: false, now, range: [0.1, 3] }];
  }
  if (option.kind !== 'self_host') return [];
  const speed = { path: `${base}.throughput_factor`, label: `${option.id}: throughput, times`, group: 'Speed', unit: '×', log: true, whole: false } as const;
  return [...gpuPrice(option, plan), { ...speed, now: at(plan.scenario, speed.path), range: [0.2, 5] }];
}

function gpuPrice(option: Extract<ScenarioOption, { kind: 'self_host' }>, plan: Plan): Draft[] {
  const { hosting } = option.self_host;
  const owned = hosting.kind === 'owned';
  const path = `options.${option.id}.self_host.${owned ? 'owned.usd_per_gpu' : 'rental.usd_per_gpu_hour'}`;
  const now = at(plan.scenario, path) ?? (owned ? null : rentNow(option.id, plan));
  if (now === null || now === 0) return [];
  const label = owned ? `${option.id}: purchase price of a GPU` : `${option.id}: GPU price an hour`;
  return [{ path, label, group: 'Prices', unit: 'US dollars', log: true, whole: false, now, range: [now / 5, now * 5] }];
}

/** What the plan pays for a GPU-hour, where the price comes from the catalog. */
function rentNow(id: string, plan: Plan): number | null {
  const components = plan.options.find((option) => option.id === id)?.components ?? [];
  return components.find((component) => component.unit === 'GPU-hour' && component.unit_usd > 0)?.unit_usd ?? null;
}

function people(scenario: Scenario): Draft[] {
  const hosts = scenario.options.some((option) => option.kind === 'self_host');
  const apis = scenario.options.some((option) => option.kind === 'cloud_api' || option.kind === 'hosted_open');
  const fte = (path: string, label: string): Draft => ({
    path,
    label,
    group: 'People',
    unit: 'full-time engineers',
    log: false,
    whole: false,
    now: at(scenario, path),
    range: [0, 3],
  });
  return [...(hosts ? [fte('team.self_host_fte', 'Engineers for self-hosting')] : []), ...(apis ? [fte('team.api_fte', 'Engineers for APIs')] : [])];
}

/** Steps of a slider; 0 is `min`, STEPS is `max`. */
export const STEPS = 400;

/** Rounded to three digits (whole things to whole ones), so that the number in the YAML is the number that was planned with. */
export function valueAtStep({ min, max, log, whole, now }: Control, step: number): number {
  if (step === stepOf({ min, max, log, now }, now)) return now;
  const share = step / STEPS;
  const value = log ? min * (max / min) ** share : min + (max - min) * share;
  const rounded = Number(value.toPrecision(3));
  return whole ? Math.max(1, Math.round(rounded)) : log ? rounded : Number(value.toFixed(3));
}

export function stepOf({ min, max, log }: Pick<Control, 'min' | 'max' | 'log' | 'now'>, value: number): number {
  const share = log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.round(Math.min(1, Math.max(0, share)) * STEPS);
}
