/** A route policy: which of two models answers a request, and what may overrule it. Keys are those of the YAML file (docs/hybrid.md). */

export type Leg = 'small' | 'large';

/** US dollars per million tokens; null: unknown, or that kind of token isn't billed apart. */
export interface TargetPrices {
  readonly input_usd_per_mtok: number;
  readonly output_usd_per_mtok: number;
  readonly cached_input_usd_per_mtok: number | null;
  /** Added to every request, e.g. the hourly price of an own GPU spread over its requests. */
  readonly usd_per_request: number;
}

/** An OpenAI-compatible endpoint. */
export interface PolicyTarget {
  /** `http(s)://host[:port][/v1]`, without credentials. */
  readonly base_url: string;
  /** The model's name at that endpoint. */
  readonly model: string;
  /** Environment variable that holds the key; null: no key. */
  readonly api_key_env: string | null;
  /** `provider/model` of the price catalog; null when `prices` are given, or nothing is known. */
  readonly price_card: string | null;
  readonly prices: TargetPrices | null;
  /** Requests this target takes at a time; null: no limit known. The latency rule and the replay queue by it. */
  readonly max_concurrency: number | null;
}

/**
 * How sure the small model's answer is, always 0..1 and higher is surer:
 * mean_logprob: e to the mean log-probability of the answer's tokens; min_logprob: probability of its least likely token;
 * first_token_margin: probability of the first token less that of the runner-up (needs top_logprobs 2);
 * verifier: what a model says to `prompt` about question and answer; scorer: what an HTTP service of the user's returns.
 */
export type ConfidenceMethod = 'mean_logprob' | 'min_logprob' | 'first_token_margin' | 'verifier' | 'scorer';

export interface Confidence {
  readonly method: ConfidenceMethod;
  /** A request is escalated when its score is below this; `route calibrate` finds it. */
  readonly threshold: number;
  /** No score (no log-probabilities, scorer down): escalate, or keep the small answer. */
  readonly on_missing: 'escalate' | 'keep';
  /** Method verifier only: which target judges, and the prompt, with `{question}` and `{answer}` in it. */
  readonly verifier: { readonly target: Leg; readonly prompt: string } | null;
  /** Method scorer only. POST { messages, answer|null } -> { score }. In mode router it is asked before any answer, so `answer` is null. */
  readonly scorer: { readonly url: string; readonly api_key_env: string | null; readonly timeout_ms: number } | null;
  /** What judging costs per request, US dollars, where tokens don't tell. */
  readonly usd_per_request: number;
}

/**
 * The first rule that decides wins; one that doesn't apply passes on to the next.
 * data_class: requests of these classes go to `keep` only: no escalation, no fallback.
 * budget: what the large model costs in a calendar day or month (UTC). `pacing`: only the share of the period that has passed is free to spend.
 *   Once used up, requests stay with the small model. Rules before it aren't bound by it, so put it before `latency` to bind that too.
 * latency: to the large model when the small one's queue would make the first token come later than `ttft_ms`.
 * confidence: escalate below the threshold (mode cascade or header_only: after the small answer; router: before).
 */
export type PolicyRule =
  | {
      readonly kind: 'data_class';
      readonly classes: readonly string[];
      readonly keep: Leg;
      /** A request that doesn't say its class: treat it as one of `classes`, or pass on. */
      readonly unlabelled: 'keep' | 'pass';
    }
  | { readonly kind: 'budget'; readonly usd: number; readonly per: 'day' | 'month'; readonly pacing: boolean }
  | { readonly kind: 'latency'; readonly ttft_ms: number }
  | { readonly kind: 'confidence' };

/**
 * cascade: small answers first, and large again where the score is below the threshold. router: one of them, chosen before.
 * header_only: small answers, and a header says that the policy would have escalated; nothing is held back.
 */
type PolicyMode = 'cascade' | 'router' | 'header_only';

export interface RoutePolicy {
  readonly version: 1;
  readonly name: string;
  readonly mode: PolicyMode;
  readonly small: PolicyTarget;
  readonly large: PolicyTarget;
  /** Null only in mode router with a `large_share`. */
  readonly confidence: Confidence | null;
  /** Mode router without a score: share of requests sent to large, 0..1. */
  readonly large_share: number | null;
  readonly rules: readonly PolicyRule[];
  /** Request header that names data classes, comma separated. */
  readonly data_class_header: string;
  /** What a cascade holds back until the score is known; beyond either limit the small answer goes out. */
  readonly buffer: { readonly max_bytes: number; readonly max_wait_ms: number };
  readonly timeouts: { readonly connect_ms: number; readonly first_token_ms: number; readonly idle_ms: number; readonly total_ms: number };
  readonly fallback: {
    /** Errors of one target are answered by the other, where the rules allow it. */
    readonly to_other: boolean;
    readonly retries: number;
    /** After `failures` in a row a target rests for `open_ms`. */
    readonly breaker: { readonly failures: number; readonly open_ms: number };
  };
  readonly limits: { readonly max_body_bytes: number; readonly max_in_flight: number; readonly max_queued: number };
}

/** The confidence rule's place; without one, the policy never escalates by score. */
export function escalates(policy: RoutePolicy): boolean {
  return policy.rules.some((rule) => rule.kind === 'confidence');
}
