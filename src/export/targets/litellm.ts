/**
 * LiteLLM proxy `config.yaml` (docs.litellm.ai/docs/proxy/configs): two deployments under one model name, drawn by weight
 * (`simple-shuffle`). A failed call is tried again on the other one.
 */

import { stringify } from 'yaml';
import { MTOK } from '../../engine/units.ts';
import type { Deployment, Leg } from '../deployment.ts';
import { hashComment } from '../header.ts';
import { endpointOf } from '../providers.ts';
import { refuseDataRules, refuseScores, shareOf, type Target } from '../target.ts';
import { wholeWeights } from '../weights.ts';

const NAME = 'The LiteLLM proxy';

function render(deployment: Deployment): string {
  refuseScores(NAME, deployment);
  refuseDataRules(NAME, deployment);
  const weights = wholeWeights(shareOf(NAME, deployment));
  const config = {
    model_list: deployment.legs.map((leg) => entry(deployment, leg, leg.role === 'large' ? weights.large : weights.small)),
    router_settings: { routing_strategy: 'simple-shuffle', num_retries: 2 },
    general_settings: { master_key: 'os.environ/LITELLM_MASTER_KEY' },
  };
  return (
    hashComment(deployment, ['keys are read from the environment variables named below']) + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })
  );
}

function entry(deployment: Deployment, leg: Leg, weight: number) {
  const { prefix, address } = callOf(leg);
  return {
    model_name: deployment.served_name,
    litellm_params: {
      model: `${prefix}/${leg.model}`,
      ...(address === null ? {} : { api_base: address }),
      // A server without a key is still asked for one by the OpenAI client inside.
      ...(leg.key_env === null ? {} : { api_key: `os.environ/${leg.key_env}` }),
      ...(deployment.legs.length > 1 ? { weight } : {}),
    },
    model_info: { id: leg.id, ...prices(leg) },
  };
}

function callOf(leg: Leg): { readonly prefix: string; readonly address: string | null } {
  if (leg.gpu !== null) return { prefix: 'hosted_vllm', address: leg.base_url };
  const known = endpointOf(leg.provider);
  const own = known !== null && known.base_url === leg.base_url ? known.litellm : null;
  return own === null ? { prefix: 'openai', address: leg.base_url } : { prefix: own, address: null };
}

/** A price of 0 would switch LiteLLM's budgets off for the model, so that only known ones are written. */
function prices({ price }: Leg) {
  const rates = {
    input_cost_per_token: price.input_usd_per_mtok,
    output_cost_per_token: price.output_usd_per_mtok,
    cache_read_input_token_cost: price.cached_input_usd_per_mtok,
    cache_creation_input_token_cost: price.cache_write_usd_per_mtok,
  };
  const known = Object.entries(rates).filter(([, usd]) => usd !== null && usd > 0);
  return Object.fromEntries(known.map(([key, usd]) => [key, Number(((usd ?? 0) / MTOK).toPrecision(9))]));
}

export const target: Target = { format: 'yaml', render };
