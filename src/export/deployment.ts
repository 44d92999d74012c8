/** What a target is told: one or two places that serve the model, their shares and prices. Worked out from a plan, the same for every target. */

import type { Gpu } from './self-host.ts';

/** Prices of the plan, US dollars per million tokens; null: the plan has none. */
export interface Price {
  readonly input_usd_per_mtok: number | null;
  readonly output_usd_per_mtok: number | null;
  readonly cached_input_usd_per_mtok: number | null;
  readonly cache_write_usd_per_mtok: number | null;
  /** For people: where the figures come from. */
  readonly basis: string;
}

/** One place that serves requests. */
export interface Leg {
  readonly role: 'only' | 'small' | 'large';
  /** Id of the option in the scenario. */
  readonly id: string;
  readonly label: string;
  /** Name the endpoint knows the model by. */
  readonly model: string;
  /** OpenAI-compatible base, ends before `/chat/completions`. */
  readonly base_url: string;
  /** Environment variable that holds the key; null: no key. Never the key. */
  readonly key_env: string | null;
  readonly provider: string;
  readonly price: Price;
  readonly gpu: Gpu | null;
}

export interface Split {
  readonly mode: 'cascade' | 'router';
  /** Share of the requests that reach the large model, 0..1; null: a policy that decides by score doesn't know it. */
  readonly escalation: number | null;
  /** Escalate below it; null: the split knows no score. */
  readonly threshold: number | null;
  /** Where the threshold comes from; given: by the user or by default. */
  readonly origin: 'calibrated' | 'policy' | 'given';
  /** How a score comes about. */
  readonly score: 'mean_logprob' | 'min_logprob' | 'first_token_margin' | 'verifier' | 'verifier_of_large' | 'http';
  /** The plan counts on each leg answering what the other one fails. */
  readonly fallback: boolean;
  /** Data classes that never reach a leg. */
  readonly keep: { readonly small: readonly string[]; readonly large: readonly string[] };
}

export interface Deployment {
  /** Hash of the plan's answer, or of the policy: twelve hexadecimal digits. */
  readonly plan_id: string;
  readonly source: 'plan' | 'policy';
  readonly name: string;
  /** Date of the prices. */
  readonly as_of: string;
  readonly option_id: string;
  readonly monthly_usd: number | null;
  /** Name clients ask for. */
  readonly served_name: string;
  readonly legs: readonly Leg[];
  /** Null where there is one leg. */
  readonly split: Split | null;
  /** The user accepted a split by chance instead of one by score. */
  readonly random_split: boolean;
}

/** The leg small and large traffic go to; the same one where there is only one. */
export function smallLeg(deployment: Deployment): Leg {
  return deployment.legs[0] as Leg;
}

export function largeLeg(deployment: Deployment): Leg {
  return deployment.legs[deployment.legs.length - 1] as Leg;
}
