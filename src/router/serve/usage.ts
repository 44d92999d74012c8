/** The usage of an OpenAI answer. */

import { asCount, asObject, type Usage } from '../../llm/api/signal.ts';

/** Null where there is none. */
export function chatUsageOf(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  return {
    input: asCount(usage.prompt_tokens),
    output: asCount(usage.completion_tokens),
    cached: asCount(asObject(usage.prompt_tokens_details)?.cached_tokens),
    cache_write: null,
    reasoning: asCount(asObject(usage.completion_tokens_details)?.reasoning_tokens),
  };
}
