/**
 * vLLM semantic-router, config version v0.3: the one gateway with a confidence cascade. Its scores are scaled otherwise than
 * ours, so the threshold is translated (pkg/looper/confidence.go): a mean log-probability x counts as (x + 3) / 3 there and as
 * e^x here.
 */

import { stringify } from 'yaml';
import { type Deployment, type Leg, largeLeg, type Split, smallLeg } from '../deployment.ts';
import { hashComment } from '../header.ts';
import { cannot, refuseDataRules, type Target } from '../target.ts';

const NAME = 'vLLM semantic-router';
const ELSEWHERE = 'Run `llm-crossover route serve`, or export another target.';

function render(deployment: Deployment): string {
  const split = cascadeOf(deployment);
  refuseDataRules(NAME, deployment);
  const config = {
    version: 'v0.3',
    listeners: [{ name: 'http', address: '0.0.0.0', port: 8899, timeout: '300s' }],
    providers: { defaults: { model: smallLeg(deployment).id }, models: deployment.legs.map(provider) },
    routing: {
      modelCards: deployment.legs.map((leg) => ({ name: leg.id, description: leg.label })),
      decisions: [decision(deployment, split)],
    },
  };
  return hashComment(deployment, notes(split)) + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}

function cascadeOf({ split }: Deployment): Split & { readonly threshold: number } {
  if (split === null) throw cannot(NAME, 'a plan with one model: there is nothing to route', 'Export litellm, or a serving target.');
  if (split.mode === 'router')
    throw cannot(
      NAME,
      `a split by share (${split.escalation ?? 'of a score'}) that is decided before there is an answer`,
      'Export litellm, envoy, portkey or switchyard.',
    );
  if (split.threshold === null) throw cannot(NAME, 'a cascade without a threshold', 'Give --threshold, or calibrate one.');
  return { ...split, threshold: split.threshold };
}

function provider(leg: Leg) {
  const { price } = leg;
  const url = new URL(leg.base_url);
  const where = leg.gpu === null ? { base_url: leg.base_url } : { endpoint: url.host, protocol: url.protocol.replace(':', '') };
  return {
    name: leg.id,
    provider_model_id: leg.model,
    api_format: 'openai',
    pricing: withoutNulls({
      currency: 'USD',
      prompt_per_1m: price.input_usd_per_mtok,
      cached_input_per_1m: price.cached_input_usd_per_mtok,
      cache_write_per_1m: price.cache_write_usd_per_mtok,
      completion_per_1m: price.output_usd_per_mtok,
    }),
    backend_refs: [
      withoutNulls({ name: `${leg.id}-primary`, ...where, provider: leg.gpu === null ? 'openai' : 'vllm', api_key_env: leg.key_env, weight: 100 }),
    ],
  };
}

function decision(deployment: Deployment, split: Split & { readonly threshold: number }) {
  const refs = [smallLeg(deployment), largeLeg(deployment)].map(({ id }) => ({ model: id, use_reasoning: false }));
  return {
    name: 'cascade',
    description: 'Every request: the small model first, the large one where the small one is unsure.',
    priority: 1,
    rules: { operator: 'AND', conditions: [] },
    modelRefs: refs,
    algorithm: { type: 'confidence', confidence: { ...method(split), escalation_order: 'declared', on_error: 'skip' } },
  };
}

function method(split: Split & { readonly threshold: number }) {
  if (split.score === 'verifier') return { confidence_method: 'self_verify', threshold: inRange(split.threshold) };
  if (split.score === 'mean_logprob') return { confidence_method: 'avg_logprob', threshold: inRange(routerThreshold(split.threshold)) };
  throw cannot(NAME, `the score ${split.score}: it knows the mean log-probability, the mean margin and a verifier`, ELSEWHERE);
}

/** Our mean-probability threshold on semantic-router's scale. @example routerThreshold(1) // 1 */
export function routerThreshold(ours: number): number {
  return (Math.log(ours) + 3) / 3;
}

/** And back. */
export function ourThreshold(theirs: number): number {
  return Math.exp(3 * theirs - 3);
}

function inRange(threshold: number): number {
  if (threshold > 0 && threshold <= 1) return threshold;
  throw cannot(NAME, 'this threshold: on its scale it lies outside (0, 1] (ours must be above 0.0498)', ELSEWHERE);
}

function notes(split: Split & { readonly threshold: number }): string[] {
  if (split.score === 'verifier') return ['semantic-router verifies with a prompt of its own: calibrate the threshold with it'];
  return [`the threshold below is (ln ${split.threshold} + 3) / 3: semantic-router scales a mean log-probability from -3..0 to 0..1`];
}

function withoutNulls<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null)) as Partial<T>;
}

export const target: Target = { format: 'yaml', render };
