/** Which target a config is of, by the keys no other target has. */

import { parseConfig } from './parse.ts';
import type { TextFormat } from './target.ts';

type Keys = Readonly<Record<string, unknown>>;

const BY_KEYS: readonly (readonly [string, (keys: Keys) => boolean])[] = [
  ['litellm', (keys) => 'model_list' in keys],
  ['semantic-router', (keys) => 'routing' in keys && 'providers' in keys],
  ['switchyard', (keys) => 'llm_clients' in keys && 'routes' in keys],
  ['portkey', (keys) => 'strategy' in keys && 'targets' in keys],
  ['compose', (keys) => 'services' in keys],
  ['envoy', (keys) => Object.keys(keys).some((key) => key.startsWith('AIGatewayRoute/')) || keys.kind === 'AIGatewayRoute'],
  ['kubernetes', (keys) => Object.keys(keys).some((key) => key.startsWith('Deployment/')) || keys.kind === 'Deployment'],
];

/** @returns null where it is of none, or can't be read */
export async function targetOf(text: string): Promise<string | null> {
  for (const format of ['json', 'toml', 'yaml'] as const) {
    const keys = await keysOf(text, format);
    const found = keys === null ? undefined : BY_KEYS.find(([, matches]) => matches(keys));
    if (found !== undefined) return found[0];
  }
  if (/^docker run\s/m.test(text)) return 'docker';
  return /^python3 -m (vllm|sglang)\./m.test(text) ? 'command' : null;
}

async function keysOf(text: string, format: TextFormat): Promise<Keys | null> {
  try {
    const value = await parseConfig(text, format, '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Keys) : null;
  } catch {
    return null;
  }
}
