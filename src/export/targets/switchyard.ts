/** NVIDIA Switchyard's deployment file (docs/reference/toml_schema.md, schema version 1): a `random` route by weight, or `passthrough`. */

import { stringify } from 'smol-toml';
import type { Deployment, Leg } from '../deployment.ts';
import { hashComment } from '../header.ts';
import { slug } from '../name.ts';
import { cannot, refuseDataRules, refuseFallback, refuseScores, shareOf, type Target } from '../target.ts';
import { wholeWeights } from '../weights.ts';

const NAME = 'Switchyard';

function render(deployment: Deployment): string {
  refuse(deployment);
  const tables = deployment.legs.map((leg) => [slug(leg.id), leg] as const);
  const config = {
    schema_version: 1,
    llm_clients: Object.fromEntries(tables.map(([name, leg]) => [name, client(leg)])),
    targets: Object.fromEntries(tables.map(([name, leg]) => [name, { id: leg.model, llm_client: name }])),
    routes: { default: route(deployment) },
  };
  return `${hashComment(deployment, [])}\n${stringify(config)}\n`;
}

function refuse(deployment: Deployment): void {
  const { split, random_split } = deployment;
  if (split?.mode === 'cascade' && !random_split)
    throw cannot(
      NAME,
      `a cascade by a confidence of ${split.threshold}: its escalation is the verdict of a judge over a session, not a score of one answer`,
      'Export semantic-router, run `llm-crossover route serve`, or accept a split by chance with --random-split.',
    );
  refuseScores(NAME, deployment);
  refuseFallback(NAME, deployment, 'Export litellm or portkey, which try the other model, or run `llm-crossover route serve`.');
  refuseDataRules(NAME, deployment);
}

function client(leg: Leg) {
  return {
    format: leg.provider === 'anthropic' ? 'anthropic_messages' : 'openai_chat',
    base_url: leg.base_url,
    ...(leg.key_env === null ? {} : { api_key_env: leg.key_env }),
    max_retries: 2,
  };
}

function route(deployment: Deployment) {
  const { legs, served_name, split } = deployment;
  const names = legs.map((leg) => slug(leg.id));
  if (split === null) return { id: served_name, type: 'passthrough', target: names[0] ?? '' };
  const { small, large } = wholeWeights(shareOf(NAME, deployment));
  return { id: served_name, type: 'random', targets: names, weights: [small, large] };
}

export const target: Target = { format: 'toml', render };
