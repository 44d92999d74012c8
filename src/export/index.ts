/** The targets, in the order help lists them; each is loaded when it is asked for. */

import type { Target } from './target.ts';

export interface TargetEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Target>;
}

export const TARGETS: readonly TargetEntry[] = [
  { name: 'litellm', summary: 'LiteLLM proxy config, split by weight', load: async () => (await import('./targets/litellm.ts')).target },
  {
    name: 'semantic-router',
    summary: 'vLLM semantic-router, a cascade by confidence',
    load: async () => (await import('./targets/semantic-router.ts')).target,
  },
  { name: 'envoy', summary: 'Envoy AI Gateway manifests, split by weight', load: async () => (await import('./targets/envoy.ts')).target },
  { name: 'portkey', summary: 'Portkey gateway config, split by weight or metadata', load: async () => (await import('./targets/portkey.ts')).target },
  { name: 'switchyard', summary: 'Switchyard routes, split by weight', load: async () => (await import('./targets/switchyard.ts')).target },
  { name: 'command', summary: 'command line of one vLLM or SGLang replica', load: async () => (await import('./targets/serving.ts')).command },
  { name: 'docker', summary: 'docker command of one replica', load: async () => (await import('./targets/serving.ts')).docker },
  { name: 'compose', summary: 'docker compose file of one machine', load: async () => (await import('./targets/compose.ts')).target },
  { name: 'kubernetes', summary: 'Kubernetes manifests with probes, cache and autoscaler', load: async () => (await import('./targets/kubernetes.ts')).target },
];
