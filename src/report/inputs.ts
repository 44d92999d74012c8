/** The values of the scenario a cost component depends on, as `path = value`. */

import type { CostCategory, CostComponent, PlanOption } from '../engine/result.ts';
import type { Scenario, ScenarioOption, SelfHostOption } from '../engine/scenario.ts';
import type { Judged } from '../engine/units.ts';
import { judged, percent } from './figures.ts';
import type { Places } from './options.ts';

type Value = Judged | string | null | undefined;
type Named = readonly [path: string, value: Value];

/** Inputs of one component; what the scenario leaves open is left out (the source says which default stood in). */
export function inputsOf(component: CostComponent, option: PlanOption, scenario: Scenario, places: Places): string[] {
  const owner = scenario.options.find((each) => each.id === (component.leg ?? option.id));
  const hybrid = scenario.options.find((each) => each.id === option.id);
  const named = [...ofCategory(component.category, scenario, owner), ...(component.leg === null ? [] : ofHybrid(hybrid))];
  return named.flatMap(([path, value]) => (value === null || value === undefined ? [] : [`${path} = ${show(path, value)}${at(places(path))}`]));
}

function ofCategory(category: CostCategory, scenario: Scenario, owner: ScenarioOption | undefined): Named[] {
  if (owner?.kind === 'quoted') return [volume(scenario), [`options.${owner.id}.quoted.source`, owner.quoted.source]];
  switch (category) {
    case 'usage':
    case 'commitment':
      return [volume(scenario), ...work(scenario), ...ofApi(owner)];
    case 'gpu':
    case 'idle':
    case 'redundancy':
      return [volume(scenario), ...work(scenario), ['workload.shape.peak_to_average', scenario.workload.shape?.peak_to_average], ...ofFleet(owner)];
    case 'staff':
      return ofTeam(scenario, owner);
    case 'storage':
      return owner?.kind === 'self_host' ? [[`options.${owner.id}.self_host.storage_gb`, owner.self_host.storage_gb]] : [];
    case 'network':
      return owner?.kind === 'self_host' ? [[`options.${owner.id}.self_host.egress_gb_per_month`, owner.self_host.egress_gb_per_month]] : [];
    case 'one_off':
      return owner === undefined ? [] : [[`options.${owner.id}.one_off_usd`, owner.one_off_usd]];
  }
}

function volume(scenario: Scenario): Named {
  return ['workload.requests_per_month', scenario.workload.requests_per_month];
}

function work({ workload }: Scenario): Named[] {
  const { tokens, audio, images, profile } = workload;
  const sizes: Named[] =
    profile === null
      ? [
          ['workload.tokens.input', tokens?.input],
          ['workload.tokens.output', tokens?.output],
        ]
      : [['workload.profile', profile.name]];
  return [
    ...sizes,
    ['workload.tokens.reasoning', nonzero(tokens?.reasoning)],
    ['workload.tokens.cached_input', nonzero(tokens?.cached_input)],
    ['workload.audio.seconds_per_request', audio?.seconds_per_request],
    ['workload.images.per_request', images?.per_request],
    ['workload.batchable', nonzero(workload.batchable)],
  ];
}

function ofApi(owner: ScenarioOption | undefined): Named[] {
  if (owner?.kind !== 'cloud_api' && owner?.kind !== 'hosted_open') return [];
  const at = `options.${owner.id}`;
  return [
    [`${at}.${owner.kind}`, owner.offer],
    [`${at}.discount`, nonzero(owner.discount)],
    [`${at}.commit.usd_per_month`, owner.commit?.usd_per_month],
    [`${at}.tokens.input_ratio`, owner.tokens?.input_ratio],
    [`${at}.tokens.output_ratio`, owner.tokens?.output_ratio],
  ];
}

function ofFleet(owner: ScenarioOption | undefined): Named[] {
  if (owner?.kind !== 'self_host') return [];
  const at = `options.${owner.id}`;
  const host = owner.self_host;
  return [
    ...speed(owner, at),
    [`${at}.self_host.gpu`, host.gpu],
    [`${at}.self_host.gpus_per_replica`, host.gpus_per_replica],
    [`${at}.self_host.redundancy`, host.redundancy],
    [`${at}.self_host.scaling`, host.scaling],
  ];
}

function speed({ throughput }: SelfHostOption, at: string): Named[] {
  if (throughput === null) return [];
  if (throughput.kind === 'measurement') return [[`${at}.throughput.measurement`, throughput.path]];
  return [
    [`${at}.throughput.given.output_tokens_per_s`, throughput.output_tokens_per_s],
    [`${at}.throughput.given.input_tokens_per_s`, throughput.input_tokens_per_s],
    [`${at}.throughput.given.work_per_s`, throughput.work_per_s],
  ];
}

function ofTeam({ team }: Scenario, owner: ScenarioOption | undefined): Named[] {
  const fte: Named = owner?.kind === 'self_host' ? ['team.self_host_fte', team.self_host_fte] : ['team.api_fte', team.api_fte];
  return [fte, ['team.loaded_cost_usd_per_year', team.loaded_cost_usd_per_year]];
}

function ofHybrid(option: ScenarioOption | undefined): Named[] {
  if (option?.kind !== 'hybrid') return [];
  const at = `options.${option.id}.hybrid`;
  return [
    [`${at}.mode`, option.hybrid.mode],
    [`${at}.escalate`, option.hybrid.escalate],
    [`${at}.escalated_tokens_ratio`, option.hybrid.escalated_tokens_ratio === 1 ? null : option.hybrid.escalated_tokens_ratio],
  ];
}

function at(place: string | null): string {
  return place === null ? '' : ` (${place})`;
}

function nonzero(value: Judged | undefined): Judged | null {
  return value === 0 || value === undefined ? null : value;
}

const SHARES = /\.(cached_input|batchable|discount|escalate)$/;

function show(path: string, value: Exclude<Value, null | undefined>): string {
  if (typeof value === 'string') return value;
  return judged(value, SHARES.test(path) ? percent : undefined);
}
