/** How sure an answer is, 0..1, from the log-probabilities of its tokens as they come. */

import type { ConfidenceMethod } from '../../engine/hybrid/policy.ts';
import { asObject } from '../../llm/api/signal.ts';

export class TokenConfidence {
  #count = 0;
  #sum = 0;
  #least = 0;
  #margin: number | null = null;

  /** The `logprobs.content` of a chunk or an answer; anything else counts as nothing. */
  add(content: unknown): void {
    if (!Array.isArray(content)) return;
    for (const each of content) this.#token(asObject(each) ?? {});
  }

  #token(token: Readonly<Record<string, unknown>>): void {
    const logprob = token.logprob;
    if (typeof logprob !== 'number' || Number.isNaN(logprob)) return;
    if (this.#count === 0) this.#margin = marginOf(token.top_logprobs);
    this.#count++;
    this.#sum += logprob;
    this.#least = Math.min(this.#least, logprob);
  }

  /** Null: no tokens with log-probabilities, or no runner-up for the margin. */
  score(method: ConfidenceMethod): number | null {
    if (this.#count === 0) return null;
    if (method === 'mean_logprob') return Math.min(1, Math.exp(this.#sum / this.#count));
    if (method === 'min_logprob') return Math.exp(this.#least);
    return method === 'first_token_margin' ? this.#margin : null;
  }

  /**
   * Known before the answer ends: the margin with the first token; a least probability under the threshold, which can only sink further.
   *
   * @returns null while it is open
   */
  early(method: ConfidenceMethod, threshold: number): number | null {
    if (method === 'first_token_margin') return this.score(method);
    const least = method === 'min_logprob' ? this.score(method) : null;
    return least !== null && least < threshold ? least : null;
  }
}

/** Probability of the likeliest token less that of the runner-up. @example top log-probabilities ln 0.7 and ln 0.2: 0.5 */
function marginOf(top: unknown): number | null {
  if (!Array.isArray(top)) return null;
  const logprobs = top.map((each) => asObject(each)?.logprob).filter((each) => typeof each === 'number');
  const [first, second] = logprobs.sort((a, b) => b - a);
  return first === undefined || second === undefined ? null : Math.exp(first) - Math.exp(second);
}
