/** Portkey config (portkey.ai/docs/product/ai-gateway/configs). JSON has no comments: the plan stands under `_comment`, which the gateway passes over. */

import type { Deployment, Leg } from '../deployment.ts';
import { largeLeg, smallLeg } from '../deployment.ts';
import { headerLines } from '../header.ts';
import { endpointOf } from '../providers.ts';
import { cannot, refuseScores, shareOf, type Target } from '../target.ts';

const NAME = 'A Portkey config';
const RETRY_ON = [429, 500, 502, 503, 504];

function render(deployment: Deployment): string {
  refuseScores(NAME, deployment);
  const config = { _comment: headerLines(deployment, notes(deployment)), ...routes(deployment) };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function notes({ legs }: Deployment): string[] {
  const names = legs.flatMap(({ key_env }) => (key_env === null ? [] : [key_env]));
  return names.length === 0 ? [] : [`fill in ${names.map((name) => `\${${name}}`).join(', ')} where the config is sent or saved, for example with envsubst`];
}

function routes(deployment: Deployment) {
  const { split, legs } = deployment;
  if (split === null) return { strategy: { mode: 'single' }, targets: legs.map(targetOf) };
  const share = shareOf(NAME, deployment);
  const balanced = { strategy: { mode: 'loadbalance' }, targets: legs.map((leg) => ({ ...answering(leg, deployment), weight: weightOf(leg, share) })) };
  return kept(deployment).length === 0 ? balanced : byDataClass(deployment, balanced);
}

/** A leg alone, or with the other one behind it. */
function answering(leg: Leg, deployment: Deployment) {
  if (!deployment.split?.fallback) return targetOf(leg);
  const other = leg.role === 'large' ? smallLeg(deployment) : largeLeg(deployment);
  const [first, second] = [targetOf(leg), targetOf(other)];
  return { name: `${leg.id}-or-${other.id}`, strategy: { mode: 'fallback', on_status_codes: RETRY_ON }, targets: [first, second] };
}

/** Shares as they are: Portkey's weights are numbers of any scale. */
function weightOf(leg: Leg, escalation: number): number {
  return leg.role === 'large' ? escalation : Number((1 - escalation).toPrecision(12));
}

interface Kept {
  readonly data_class: string;
  readonly to: 'small' | 'large';
}

function kept({ split }: Deployment): Kept[] {
  const never = split?.keep ?? { small: [], large: [] };
  return [...never.large.map((data_class): Kept => ({ data_class, to: 'small' })), ...never.small.map((data_class): Kept => ({ data_class, to: 'large' }))];
}

/** Requests say what they hold in the metadata `data_class`; everything else is split. */
function byDataClass(deployment: Deployment, balanced: object) {
  return {
    strategy: {
      mode: 'conditional',
      // biome-ignore lint/suspicious/noThenProperty: Portkey's name for it
      conditions: kept(deployment).map(({ data_class, to }) => ({ query: { 'metadata.data_class': { $eq: data_class } }, then: to })),
      default: 'split',
    },
    targets: [
      { name: 'split', ...balanced },
      { ...targetOf(smallLeg(deployment)), name: 'small' },
      { ...targetOf(largeLeg(deployment)), name: 'large' },
    ],
  };
}

/** A key is a reference to an environment variable. The gateway takes a target without a key only where it has a retry of its own. */
function targetOf(leg: Leg) {
  const known = endpointOf(leg.provider);
  const own = known !== null && known.base_url === leg.base_url ? known.portkey : null;
  if (leg.gpu !== null && leg.base_url.includes('localhost'))
    throw cannot(NAME, `${leg.base_url}: the gateway would call itself`, `Name an address it can reach: --endpoint ${leg.id}=https://...`);
  return {
    name: leg.id,
    provider: own ?? 'openai',
    ...(own === null ? { custom_host: leg.base_url } : {}),
    ...(leg.key_env === null ? {} : { api_key: `\${${leg.key_env}}` }),
    override_params: { model: leg.model },
    retry: { attempts: 2, on_status_codes: RETRY_ON },
  };
}

export const target: Target = { format: 'json', render };
