/** Before the first measured request: who answers, what may be asked of it, how far away it is. */
import { cpus, totalmem } from 'node:os';
import { InputError } from '../../files/problem.ts';
import { apiHeaders } from '../../llm/api/kinds.ts';
import { LlmClient } from '../../llm/client.ts';
import { printable, type Secret } from '../../llm/secret.ts';
import { type Endpoint, endpointOf, type TargetConfig } from '../target/config.ts';
import { type Recognised, recognise, type ServerInfo } from '../target/recognise.ts';
import { roundTripMs } from '../target/round-trip.ts';
import type { WireTarget } from '../target/wire.ts';
import type { BenchEvents } from './events.ts';
import type { BenchSetup } from './setup.ts';

export interface Prepared {
  readonly wire: WireTarget;
  readonly endpoint: Endpoint;
  readonly server: ServerInfo | null;
  readonly has_metrics: boolean;
  readonly rtt_ms: number | null;
}

const KEY_HOSTS_WITH_COMPLETION_TOKENS = /(^|\.)(api\.openai\.com|openai\.azure\.com)$/;

/** @throws InputError when the model is neither given nor the only one listed, or nobody is there to ask */
export async function prepare(setup: BenchSetup, key: Secret | null, events: BenchEvents): Promise<Prepared> {
  const { target, timeouts } = setup;
  const endpoint = endpointOf(target.url, target.api);
  const plain = { origin: endpoint.origin, ca: target.ca, connectTimeoutMs: timeouts.connect_ms };
  const open = new LlmClient({ ...plain, headers: { accept: 'application/json' }, hasKey: false });
  const keyed = new LlmClient({ ...plain, headers: apiHeaders(target.api, key?.reveal() ?? null), hasKey: key !== null });
  const [found, rtt_ms] = await Promise.all([recognise(open, keyed, endpoint.base), roundTripMs(endpoint.origin)]);
  await Promise.all([open.close(), keyed.close()]);
  if (rtt_ms === null && target.model === null)
    throw InputError.of('bench.unreachable', `Nothing answers at ${endpoint.origin}.`, 'Is the server up, and are host and port right?');
  const model = chooseModel(target, found, key, events);
  return { wire: wireOf(setup, endpoint, model, found, key), endpoint, server: found.server, has_metrics: found.has_metrics, rtt_ms };
}

function chooseModel(target: TargetConfig, found: Recognised, key: Secret | null, events: BenchEvents): string {
  const listed = found.models;
  if (target.model === null) {
    if (listed?.length === 1) return listed[0] as string;
    const choice =
      listed === null || listed.length === 0
        ? 'The server lists no models'
        : `The server lists ${listed
            .slice(0, 8)
            .map((name) => printable(name, key, 80))
            .join(', ')}`;
    throw InputError.of('bench.no-model', `No model was named. ${choice}.`, 'Add --model NAME.');
  }
  if (listed !== null && listed.length > 0 && !listed.includes(target.model) && !listed.includes(`${target.model}:latest`)) {
    events.warn(
      `The server does not list the model ${printable(target.model, key, 80)}; it lists ${listed
        .slice(0, 5)
        .map((name) => printable(name, key, 80))
        .join(', ')}.`,
    );
  }
  return target.model;
}

function wireOf(setup: BenchSetup, endpoint: Endpoint, model: string, found: Recognised, key: Secret | null): WireTarget {
  const { target } = setup;
  const name = found.server?.name;
  return {
    origin: endpoint.origin,
    path: endpoint.path,
    api: target.api,
    audio_seconds: target.audio_seconds,
    model,
    headers: apiHeaders(target.api, key?.reveal() ?? null),
    has_key: key !== null,
    ca: target.ca,
    include_usage: true,
    exact_length: setup.exact_length && (name === 'vllm' || name === 'sglang' || name === 'llama.cpp'),
    max_completion_tokens: KEY_HOSTS_WITH_COMPLETION_TOKENS.test(new URL(endpoint.origin).hostname),
    extra: target.extra_body,
  };
}

export function environmentOf(toolVersion: string, prepared: Prepared): Record<string, unknown> {
  const [cpu] = cpus();
  return {
    tool_version: toolVersion,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpu?.model.trim() ?? null,
    cpus: cpus().length,
    memory_gb: Math.round(totalmem() / 1e9),
    network_round_trip_ms: prepared.rtt_ms,
  };
}
