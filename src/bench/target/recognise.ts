/** Which server answers, in which version, and which models it lists. A few small requests before the run; none of them may fail it. */
import { asObject, type Json } from '../../llm/api/signal.ts';
import type { LlmClient } from '../../llm/client.ts';
import { fetchJson, fetchText } from '../../llm/fetch-json.ts';

export interface ServerInfo {
  readonly name: 'vllm' | 'sglang' | 'tgi' | 'llama.cpp' | 'ollama';
  readonly version: string | null;
}

export interface Recognised {
  readonly server: ServerInfo | null;
  /** Null: the server has no model list. */
  readonly models: readonly string[] | null;
  readonly has_metrics: boolean;
}

const PROBE_MS = 2_000;

/** @param open a client without a key, for paths that need none; `keyed` for the model list */
export async function recognise(open: LlmClient, keyed: LlmClient, base: string): Promise<Recognised> {
  const [list, server, metrics] = await Promise.all([
    fetchJson(keyed, `${base === '' ? '/v1' : base}/models`, PROBE_MS),
    whoAnswers(open),
    fetchText(open, { method: 'GET', path: '/metrics', body: null }, PROBE_MS),
  ]);
  const entries = modelEntries(list?.body);
  const has_metrics = metrics.kind === 'answer' && metrics.status === 200 && /^# (TYPE|HELP) /m.test(metrics.text);
  const owner = entries?.[0]?.owned_by;
  const named = server?.name === 'vllm' && typeof owner === 'string' && owner !== 'vllm' ? null : server;
  const known = named ?? byOwner(entries) ?? byHeader(list?.headers.server) ?? (has_metrics && metrics.kind === 'answer' ? byMetrics(metrics.text) : null);
  return { server: known, models: entries === null ? await ollamaModels(open) : entries.map((entry) => String(entry.id)), has_metrics };
}

async function whoAnswers(open: LlmClient): Promise<ServerInfo | null> {
  const paths = ['/version', '/get_server_info', '/info', '/props', '/api/version'] as const;
  const [vllm, sglang, tgi, llama, ollama] = await Promise.all(paths.map((path) => fetchJson(open, path, PROBE_MS)));
  const info = asObject(tgi?.body);
  const props = asObject(llama?.body);
  const sglangInfo = asObject(sglang?.body);
  if (sglangInfo !== null && ('model_path' in sglangInfo || 'sglang_version' in sglangInfo || 'tokenizer_path' in sglangInfo))
    return { name: 'sglang', version: textOr(sglangInfo.sglang_version ?? sglangInfo.version) };
  if (info !== null && typeof info.model_id === 'string' && ('docker_label' in info || 'max_concurrent_requests' in info || 'router' in info || 'sha' in info))
    return { name: 'tgi', version: textOr(info.version) };
  if (props !== null && ('default_generation_settings' in props || 'build_info' in props)) return { name: 'llama.cpp', version: textOr(props.build_info) };
  if (asObject(ollama?.body)?.version !== undefined) return { name: 'ollama', version: textOr(asObject(ollama?.body)?.version) };
  if (asObject(vllm?.body)?.version !== undefined) return { name: 'vllm', version: textOr(asObject(vllm?.body)?.version) };
  return null;
}

function byOwner(entries: readonly Json[] | null): ServerInfo | null {
  const owner = entries?.[0]?.owned_by;
  if (owner === 'vllm' || owner === 'sglang') return { name: owner, version: null };
  if (owner === 'llamacpp') return { name: 'llama.cpp', version: null };
  return null;
}

function byHeader(header: string | string[] | undefined): ServerInfo | null {
  return typeof header === 'string' && /^llama\.cpp\b/i.test(header) ? { name: 'llama.cpp', version: null } : null;
}

function byMetrics(text: string): ServerInfo | null {
  const prefixes = [
    ['vllm:', 'vllm'],
    ['sglang:', 'sglang'],
    ['tgi_', 'tgi'],
    ['llamacpp:', 'llama.cpp'],
  ] as const;
  const found = prefixes.find(([prefix]) => text.includes(`\n${prefix}`) || text.includes(` ${prefix}`));
  return found === undefined ? null : { name: found[1], version: null };
}

async function ollamaModels(open: LlmClient): Promise<readonly string[] | null> {
  const tags = asObject((await fetchJson(open, '/api/tags', PROBE_MS))?.body)?.models;
  return Array.isArray(tags) ? tags.map((tag) => String(asObject(tag)?.name)) : null;
}

function modelEntries(body: unknown): readonly Json[] | null {
  const list = Array.isArray(body) ? body : asObject(body)?.data;
  if (!Array.isArray(list)) return null;
  return list.map(asObject).filter((entry): entry is Json => entry !== null && typeof entry.id === 'string');
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : null;
}
