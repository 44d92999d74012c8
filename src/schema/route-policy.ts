/** A route policy file (`route simulate`, `route serve`, `export`): see docs/hybrid.md. Keys themselves never stand in it, only names of environment variables. */

import * as z from 'zod/mini';
import type { Confidence, PolicyRule, PolicyTarget, RoutePolicy, TargetPrices } from '../engine/hybrid/policy.ts';
import { either, type FieldIssue, flag, isMap, list, name, oneOf, orNull, quantity, reader, report, text, withDefault } from './fields.ts';
import { describe } from './quantity.ts';

const usd = quantity('usd', { min: 0 });
const ms = (fallback: number) => withDefault(quantity('ms', { above: 0 }), fallback);
const whole = (fallback: number, min = 0) => withDefault(quantity('count', { min, whole: true }), fallback);
const score = quantity('share', { min: 0, max: 1 });

const envName = reader('the name of an environment variable, not the key itself', { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }, (raw) =>
  typeof raw === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(raw) ? raw : null,
);

const httpUrl = reader('an address like http://localhost:8000/v1, without user name and password', { type: 'string', format: 'uri' }, (raw) => {
  if (typeof raw !== 'string' || !URL.canParse(raw)) return null;
  const url = new URL(raw);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? raw : null;
});

const headerName = reader('the name of a header, like x-data-class', { type: 'string', pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }, (raw) =>
  typeof raw === 'string' && /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(raw) ? raw.toLowerCase() : null,
);

/** A prompt of several lines, kept as it is. */
const prompt = reader('a text with {question} and {answer} in it', { type: 'string' }, (raw) =>
  typeof raw === 'string' && raw.includes('{question}') && raw.includes('{answer}') && raw.length <= 20_000 ? raw : null,
);

const prices = z.strictObject({
  input_usd_per_mtok: withDefault(usd, 0),
  output_usd_per_mtok: withDefault(usd, 0),
  cached_input_usd_per_mtok: orNull(usd),
  usd_per_request: withDefault(usd, 0),
}) satisfies z.ZodMiniType<TargetPrices, unknown>;

const target = z.strictObject({
  base_url: httpUrl,
  model: text,
  api_key_env: orNull(envName),
  price_card: orNull(name),
  prices: orNull(prices),
  max_concurrency: orNull(quantity('count', { min: 1, whole: true })),
}) satisfies z.ZodMiniType<PolicyTarget, unknown>;

const VERIFIER_PROMPT =
  'Question:\n{question}\n\nProposed answer:\n{answer}\n\nHow likely is the proposed answer correct and complete? Reply with a number from 0 to 1 and nothing else.';

const verifier = z.strictObject({ target: withDefault(oneOf('small', 'large'), 'small'), prompt: withDefault(prompt, VERIFIER_PROMPT) });
const scorer = z.strictObject({ url: httpUrl, api_key_env: orNull(envName), timeout_ms: ms(1000) });

const confidence = z.strictObject({
  method: oneOf('mean_logprob', 'min_logprob', 'first_token_margin', 'verifier', 'scorer'),
  threshold: score,
  on_missing: withDefault(oneOf('escalate', 'keep'), 'escalate'),
  verifier: orNull(verifier),
  scorer: orNull(scorer),
  usd_per_request: withDefault(usd, 0),
}) satisfies z.ZodMiniType<Confidence, unknown>;

const dataClass = z.strictObject({
  data_class: z.strictObject({
    classes: z.array(name).check(z.minLength(1)),
    keep: withDefault(oneOf('small', 'large'), 'small'),
    unlabelled: withDefault(oneOf('keep', 'pass'), 'keep'),
  }),
});
const budget = z.strictObject({ budget: z.strictObject({ usd, per: oneOf('day', 'month'), pacing: withDefault(flag, true) }) });
const latency = z.strictObject({ latency: z.strictObject({ ttft_ms: quantity('ms', { above: 0 }) }) });
const byConfidence = z.literal('confidence');

type Form<T> = z.ZodMiniType<T, unknown>;
const forms = {
  data_class: z.pipe(
    dataClass,
    z.transform((value): PolicyRule => ({ kind: 'data_class', ...value.data_class })),
  ) as unknown as Form<PolicyRule>,
  budget: z.pipe(
    budget,
    z.transform((value): PolicyRule => ({ kind: 'budget', ...value.budget })),
  ) as unknown as Form<PolicyRule>,
  latency: z.pipe(
    latency,
    z.transform((value): PolicyRule => ({ kind: 'latency', ...value.latency })),
  ) as unknown as Form<PolicyRule>,
  confidence: z.pipe(
    byConfidence,
    z.transform((): PolicyRule => ({ kind: 'confidence' })),
  ) as unknown as Form<PolicyRule>,
};

const rule = either<PolicyRule>(Object.values(forms), (raw): Form<PolicyRule> | FieldIssue => {
  if (raw === 'confidence') return forms.confidence;
  const keys = (['data_class', 'budget', 'latency'] as const).filter((key) => isMap(raw) && Object.hasOwn(raw, key));
  if (keys.length === 1 && keys[0] !== undefined) return forms[keys[0]];
  const message = `must be confidence, or one of { data_class: ... }, { budget: ... } and { latency: ... }, found ${describe(raw)}`;
  return { path: [], code: 'policy.rule', message };
});

const file = z.strictObject({
  version: z.literal(1),
  name: text,
  mode: withDefault(oneOf('cascade', 'router', 'header_only'), 'cascade'),
  small: target,
  large: target,
  confidence: orNull(confidence),
  large_share: orNull(score),
  rules: withDefault(list(rule), [{ kind: 'confidence' }]),
  data_class_header: withDefault(headerName, 'x-data-class'),
  buffer: withDefault(z.strictObject({ max_bytes: whole(1_048_576, 1), max_wait_ms: ms(60_000) }), { max_bytes: 1_048_576, max_wait_ms: 60_000 }),
  timeouts: withDefault(z.strictObject({ connect_ms: ms(5_000), first_token_ms: ms(30_000), idle_ms: ms(30_000), total_ms: ms(600_000) }), {
    connect_ms: 5_000,
    first_token_ms: 30_000,
    idle_ms: 30_000,
    total_ms: 600_000,
  }),
  fallback: withDefault(
    z.strictObject({
      to_other: withDefault(flag, true),
      retries: whole(1),
      breaker: withDefault(z.strictObject({ failures: whole(5, 1), open_ms: ms(10_000) }), { failures: 5, open_ms: 10_000 }),
    }),
    { to_other: true, retries: 1, breaker: { failures: 5, open_ms: 10_000 } },
  ),
  limits: withDefault(z.strictObject({ max_body_bytes: whole(10_485_760, 1), max_in_flight: whole(256, 1), max_queued: whole(1_024) }), {
    max_body_bytes: 10_485_760,
    max_in_flight: 256,
    max_queued: 1_024,
  }),
});

/** What a policy file may hold. */
export const routePolicySchema: z.ZodMiniType<RoutePolicy, unknown> = z.pipe(
  file,
  z.transform((policy, context): RoutePolicy => {
    for (const issue of contradictions(policy)) report(context, issue);
    return withVerifier(policy);
  }),
) as unknown as z.ZodMiniType<RoutePolicy, unknown>;

/** Method verifier without more: the small model, asked the default prompt. */
function withVerifier(policy: RoutePolicy): RoutePolicy {
  const { confidence } = policy;
  if (confidence === null || confidence.method !== 'verifier' || confidence.verifier !== null) return policy;
  return { ...policy, confidence: { ...confidence, verifier: { target: 'small', prompt: VERIFIER_PROMPT } } };
}

/** Parts that don't fit together. */
function contradictions(policy: z.infer<typeof file>): FieldIssue[] {
  const issue = (path: FieldIssue['path'], message: string, hint: string): FieldIssue => ({ path, code: 'policy.contradiction', message, hint });
  const issues: FieldIssue[] = [];
  const scored = policy.rules.some((each) => each.kind === 'confidence') && policy.large_share === null;
  if (scored && policy.confidence === null)
    issues.push({
      path: ['confidence'],
      code: 'policy.missing-key',
      message: 'is needed by the confidence rule',
      hint: 'Add confidence: { method: mean_logprob, threshold: 0.7 }.',
    });
  if (policy.large_share !== null && policy.mode !== 'router')
    issues.push(issue(['large_share'], `does not go with mode ${policy.mode}`, 'Write mode: router, or remove it.'));
  if (policy.large_share !== null && policy.confidence !== null) issues.push(issue(['large_share'], 'does not go with confidence', 'Keep one of the two.'));
  const method = policy.confidence?.method ?? null;
  if (scored && policy.mode === 'router' && method !== null && method !== 'scorer')
    issues.push(
      issue(['confidence', 'method'], `${method} looks at an answer, and a router decides before there is one`, 'Write method: scorer, or mode: cascade.'),
    );
  if (method === 'scorer' && policy.confidence?.scorer === null)
    issues.push(issue(['confidence', 'scorer'], 'is needed by method scorer', 'Add scorer: { url: http://localhost:9000/score }.'));
  for (const key of ['small', 'large'] as const)
    if (policy[key].price_card !== null && policy[key].prices !== null)
      issues.push(issue([key, 'prices'], 'does not go with price_card', 'Keep one of the two.'));
  return issues;
}
