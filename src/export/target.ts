/** What every target's file provides. */

import { InputError } from '../files/problem.ts';
import type { Deployment, Leg } from './deployment.ts';

export interface Settings {
  /** Container image; null: the engine's pinned default. */
  readonly image: string | null;
  readonly engine: 'vllm' | 'sglang';
  readonly autoscaler: 'keda' | 'hpa' | 'none' | null;
  readonly namespace: string;
}

/** yaml: one or several documents; text: lines, of which comments don't count. */
export type TextFormat = 'yaml' | 'json' | 'toml' | 'text';

export interface Target {
  readonly format: TextFormat;
  /** @throws InputError where the target has no way to say what the plan says */
  readonly render: (deployment: Deployment, settings: Settings) => string;
}

/** The plan says something the target can't. Left out in silence it would be a different plan. */
export function cannot(target: string, what: string, instead: string): InputError {
  return InputError.of('export.cannot-express', `${target} can't express ${what}.`, instead);
}

/** Targets that split by weight: no score, and no data classes unless they can match on a header. */
export function refuseScores(target: string, { split, random_split }: Deployment): void {
  if (split === null || random_split) return;
  if (split.mode === 'cascade')
    throw cannot(
      target,
      `a cascade that escalates below a confidence of ${split.threshold ?? 0.7}: it sends each request to one model, and its fallbacks answer errors, not low confidence`,
      'Export semantic-router, run `llm-crossover route serve`, or accept a split by chance with --random-split.',
    );
  if (split.threshold !== null)
    throw cannot(
      target,
      `a router that decides by a score (threshold ${split.threshold})`,
      'Run `llm-crossover route serve`, or accept a split by chance with --random-split.',
    );
}

export function refuseDataRules(target: string, { split }: Deployment): void {
  const kept = [...(split?.keep.small ?? []), ...(split?.keep.large ?? [])];
  if (kept.length > 0)
    throw cannot(
      target,
      `rules by data class (${kept.join(', ')} must not reach one of the models)`,
      'Export envoy or portkey, which route by a header or by metadata, or run `llm-crossover route serve`.',
    );
}

/** Targets that have no way to try the other model. */
export function refuseFallback(target: string, { split }: Deployment, instead: string): void {
  if (split?.fallback) throw cannot(target, 'that each model answers what the other one fails (hybrid.fallback)', instead);
}

/** The large model's share of the requests, 0 where there is one model. */
export function shareOf(target: string, { split }: Deployment): number {
  if (split === null) return 0;
  if (split.escalation === null)
    throw cannot(target, 'a share the policy does not state', 'Calibrate it, write large_share into the policy, or export a plan.');
  return split.escalation;
}

function isSelfHosted(leg: Leg): boolean {
  return leg.gpu !== null;
}

/** The self-hosted leg that serving targets are about. */
export function gpuLegOf(target: string, deployment: Deployment): Leg & { readonly gpu: NonNullable<Leg['gpu']> } {
  const found = deployment.legs.find(isSelfHosted);
  if (found === undefined || found.gpu === null)
    throw cannot(target, `${deployment.option_id}: nothing in it is self-hosted`, 'Name an option that runs on GPUs with --option.');
  return { ...found, gpu: found.gpu };
}
