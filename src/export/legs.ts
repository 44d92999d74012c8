/** From an option of the scenario to a place that serves it. */

import type { Catalog } from '../engine/catalog.ts';
import type { Plan, PlanOption } from '../engine/result.ts';
import type { ApiOption, ScenarioOption, SelfHostOption } from '../engine/scenario.ts';
import { likely } from '../engine/units.ts';
import { InputError } from '../files/problem.ts';
import type { Leg } from './deployment.ts';
import { slug } from './name.ts';
import { apiPrice, componentsOf, selfHostPrice } from './price.ts';
import { endpointOf } from './providers.ts';
import { gpuOf } from './self-host.ts';
import { baseUrl, envName, type Wishes } from './wishes.ts';

export interface LegInput {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly wishes: Wishes;
  /** The option that is exported: the hybrid, or the option itself. */
  readonly planned: PlanOption;
}

/** @param share of the requests this leg serves, 0..1 */
export function legOf(option: ScenarioOption, role: Leg['role'], share: number, input: LegInput): Leg {
  if (option.kind === 'cloud_api' || option.kind === 'hosted_open') return apiLeg(option, role, input);
  if (option.kind === 'self_host') return gpuLeg(option, role, share, input);
  throw InputError.of(
    'export.no-endpoint',
    option.kind === 'quoted'
      ? `${option.id} is a quote: it has a price and no model or endpoint to configure.`
      : `${option.id} is a hybrid inside a hybrid: no target splits twice.`,
    'Export an option that names a model.',
  );
}

function apiLeg(option: ApiOption, role: Leg['role'], { catalog, wishes, planned }: LegInput): Leg {
  const [provider = '', ...rest] = option.offer.split('/');
  const known = endpointOf(provider);
  const wished = wishes.endpoints.get(option.id);
  if (known === null && wished === undefined)
    throw InputError.of(
      'export.no-endpoint',
      `${option.id}: the address of ${provider} depends on your account, or we don't know it.`,
      `Name it: --endpoint ${option.id}=https://host/v1.`,
    );
  const offer = catalog.api.find((each) => each.provider === provider && [each.model, ...each.aliases].includes(rest.join('/')));
  const model = wishes.models.get(option.id) ?? upstreamName(offer?.model ?? rest.join('/'), offer?.aliases ?? [], offer?.open_model !== null);
  return {
    role,
    id: option.id,
    label: option.label ?? option.offer,
    model,
    base_url: wished === undefined ? (known?.base_url ?? '') : baseUrl(wished, option.id),
    key_env: envName(wishes.keys.get(option.id) ?? known?.key_env ?? `${slug(provider).toUpperCase().replaceAll('-', '_')}_API_KEY`, option.id),
    provider,
    price: apiPrice(componentsOf(planned, role === 'only' ? null : option.id)),
    gpu: null,
  };
}

/** Hosts of open models know them by names like `org/model`; makers of models by the plain one. */
function upstreamName(model: string, aliases: readonly string[], open: boolean): string {
  return (open ? aliases.find((alias) => alias.includes('/')) : undefined) ?? model;
}

function gpuLeg(option: SelfHostOption, role: Leg['role'], share: number, { plan, catalog, wishes, planned }: LegInput): Leg {
  const wished = wishes.endpoints.get(option.id);
  const key = wishes.keys.get(option.id);
  const model = catalog.models.find((each) => each.id === option.self_host.model || each.aliases.includes(option.self_host.model));
  const requests = likely(plan.scenario.workload.requests_per_month) * share;
  return {
    role,
    id: option.id,
    label: option.label ?? option.self_host.model,
    model: wishes.models.get(option.id) ?? upstreamName(model?.id ?? option.self_host.model, model?.aliases ?? [], true),
    base_url: wished === undefined ? `http://${slug(option.id)}:8000/v1` : baseUrl(wished, option.id),
    key_env: key === undefined ? null : envName(key, option.id),
    provider: 'self_host',
    price: selfHostPrice(componentsOf(planned, role === 'only' ? null : option.id), requests, plan.scenario),
    gpu: gpuOf(option, planned, catalog, wishes.models.has(option.id)),
  };
}
