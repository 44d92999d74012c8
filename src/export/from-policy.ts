/** From a route policy to what a target is told. Its endpoints, models and keys stand in it; rules a gateway has no way to keep are refused. */

import { createHash } from 'node:crypto';
import type { Catalog } from '../engine/catalog.ts';
import { type ConfidenceMethod, escalates, type PolicyTarget, type RoutePolicy } from '../engine/hybrid/policy.ts';
import type { IsoDate } from '../engine/units.ts';
import { InputError, type Problem } from '../files/problem.ts';
import type { Deployment, Leg, Split } from './deployment.ts';
import { slug } from './name.ts';
import { policyPrice } from './price.ts';
import type { Wishes } from './wishes.ts';

export function policyDeployment(policy: RoutePolicy, catalog: Catalog, wishes: Wishes, today: IsoDate): Deployment {
  refuse(policy, wishes);
  const leg = (role: 'small' | 'large'): Leg => legOf(policy[role], role, catalog, today);
  return {
    plan_id: createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 12),
    source: 'policy',
    name: policy.name,
    as_of: today,
    option_id: slug(policy.name),
    monthly_usd: null,
    served_name: wishes.served_name,
    legs: [leg('small'), leg('large')],
    split: splitOf(policy, wishes),
    random_split: wishes.random_split,
  };
}

/** Everything at once that no gateway can do, and flags that would say a second time what the policy says. */
function refuse(policy: RoutePolicy, wishes: Wishes): void {
  const problems: Problem[] = [];
  const add = (code: string, message: string, hint: string) => problems.push({ code, message, hint, file: null, line: null, column: null, excerpt: null });
  const serve = 'Run `llm-crossover route serve`, which keeps it.';
  if (policy.mode === 'header_only') add('export.cannot-express', 'The policy only marks answers: there is nothing to route.', serve);
  for (const rule of policy.rules) {
    if (rule.kind === 'budget')
      add('export.cannot-express', `No target can keep the budget of $${rule.usd} a ${rule.per} by staying with the small model.`, serve);
    if (rule.kind === 'latency')
      add('export.cannot-express', `No target can send requests to the large model when the first token would take over ${rule.ttft_ms} ms.`, serve);
    if (rule.kind === 'data_class' && rule.unlabelled === 'keep')
      add('export.cannot-express', `No target treats requests without a data class as ${rule.classes.join(', ')}.`, `${serve} Or write unlabelled: pass.`);
  }
  if (policy.confidence?.on_missing === 'keep')
    add('export.cannot-express', 'No target keeps an answer that came without a score: they escalate it.', `${serve} Or write on_missing: escalate.`);
  if (wishes.endpoints.size + wishes.models.size + wishes.keys.size > 0)
    add('export.policy-flags', '--endpoint, --model and --key-env go with a plan: a policy names these itself.', 'Change the policy.');
  if (problems.length > 0) throw new InputError(problems);
}

function legOf(target: PolicyTarget, role: 'small' | 'large', catalog: Catalog, today: IsoDate): Leg {
  const base = target.base_url.replace(/\/+$/, '');
  return {
    role,
    id: role,
    label: target.model,
    model: target.model,
    base_url: new URL(base).pathname === '/' ? `${base}/v1` : base,
    key_env: target.api_key_env,
    provider: target.price_card?.split('/')[0] ?? 'openai-compatible',
    price: policyPrice(target, catalog, today),
    gpu: null,
  };
}

const SCORES: Readonly<Record<ConfidenceMethod, Split['score']>> = {
  mean_logprob: 'mean_logprob',
  min_logprob: 'min_logprob',
  first_token_margin: 'first_token_margin',
  verifier: 'verifier',
  scorer: 'http',
};

function splitOf(policy: RoutePolicy, wishes: Wishes): Split {
  const rules = policy.rules.filter((rule) => rule.kind === 'data_class');
  const kept = (keep: 'small' | 'large') => rules.filter((rule) => rule.keep === keep).flatMap((rule) => rule.classes);
  const scored = escalates(policy) && policy.confidence !== null ? policy.confidence : null;
  return {
    mode: policy.mode === 'router' ? 'router' : 'cascade',
    escalation: escalates(policy) ? policy.large_share : 0,
    threshold: wishes.threshold ?? scored?.threshold ?? null,
    origin: wishes.threshold === null ? 'policy' : 'given',
    score: scored === null ? 'mean_logprob' : scored.verifier?.target === 'large' ? 'verifier_of_large' : SCORES[scored.method],
    fallback: false,
    keep: { small: kept('large'), large: kept('small') },
  };
}
