/** Counting tokens with the server's own tokenizer, for servers that report no usage. */
import { asCount, asObject } from '../../llm/api/signal.ts';
import type { LlmClient } from '../../llm/client.ts';
import { fetchText } from '../../llm/fetch-json.ts';
import type { ServerInfo } from './recognise.ts';

const TIMEOUT_MS = 10_000;

/** Body of a `/tokenize` request, by server. */
const BODIES: Partial<Record<ServerInfo['name'], (text: string, model: string) => unknown>> = {
  vllm: (text, model) => ({ model, prompt: text, add_special_tokens: false }),
  sglang: (text, model) => ({ model, prompt: text, add_special_tokens: false }),
  'llama.cpp': (text) => ({ content: text, add_special: false }),
  tgi: (text) => ({ inputs: text }),
};

export function canTokenize(server: ServerInfo | null): boolean {
  return server !== null && BODIES[server.name] !== undefined;
}

/** Number of tokens of `text`; null when the server does not say. */
export async function tokenize(client: LlmClient, server: ServerInfo, model: string, text: string): Promise<number | null> {
  const body = BODIES[server.name]?.(text, model);
  if (body === undefined) return null;
  const answer = await fetchText(client, { method: 'POST', path: '/tokenize', body: JSON.stringify(body) }, TIMEOUT_MS);
  if (answer.kind === 'failed' || answer.status !== 200) return null;
  try {
    return countOf(JSON.parse(answer.text));
  } catch {
    return null;
  }
}

function countOf(body: unknown): number | null {
  if (Array.isArray(body)) return body.length;
  const fields = asObject(body);
  const tokens = fields?.tokens;
  return asCount(fields?.count) ?? (Array.isArray(tokens) ? tokens.length : null);
}
