/** Replicas by the number of requests that wait: KEDA reads Prometheus itself, a HorizontalPodAutoscaler needs an adapter that publishes the metric per pod. */

import { queueMetric } from '../engine-command.ts';
import type { Gpu } from '../self-host.ts';
import { cannot, type Settings } from '../target.ts';

/** Requests waiting per replica above which another one is started. */
const WAITING_PER_REPLICA = 5;
const PROMETHEUS = 'http://prometheus-server.monitoring.svc.cluster.local';

/** By the plan's scaling unless the user says which: a fixed number of replicas needs none. */
export function autoscaler(name: string, gpu: Gpu, settings: Settings): object[] {
  const kind = settings.autoscaler ?? (gpu.scaling === 'fixed' ? 'none' : 'keda');
  if (kind === 'none') {
    if (gpu.scaling === 'scale_to_zero') throw cannot('Kubernetes without an autoscaler', "the plan's scaling to zero", 'Use --autoscaler keda.');
    return [];
  }
  return [kind === 'keda' ? keda(name, gpu, settings) : horizontal(name, gpu, settings)];
}

/** With a fixed plan the planned replicas are the least; otherwise they are the most, which is what was paid for. */
function bounds(gpu: Gpu): { readonly least: number; readonly most: number } {
  const least = { fixed: gpu.replicas, hour_of_week: 1, scale_to_zero: 0 }[gpu.scaling];
  return { least, most: gpu.max_replicas };
}

function keda(name: string, gpu: Gpu, settings: Settings) {
  const { least, most } = bounds(gpu);
  const query = `sum(${queueMetric(settings)}{namespace="${settings.namespace}",service="${name}"})`;
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, namespace: settings.namespace, labels: { app: name } },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: least,
      maxReplicaCount: most,
      cooldownPeriod: gpu.keep_alive_s,
      triggers: [{ type: 'prometheus', metadata: { serverAddress: PROMETHEUS, query, threshold: String(WAITING_PER_REPLICA) } }],
    },
  };
}

function horizontal(name: string, gpu: Gpu, settings: Settings) {
  const { least, most } = bounds(gpu);
  if (least === 0) throw cannot('A HorizontalPodAutoscaler', 'scaling to zero', 'Use --autoscaler keda.');
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: settings.namespace, labels: { app: name } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: least,
      maxReplicas: most,
      behavior: { scaleDown: { stabilizationWindowSeconds: gpu.keep_alive_s } },
      metrics: [
        {
          type: 'Pods',
          // Prometheus adapters publish the name with an underscore: a colon is no valid metric name in Kubernetes.
          pods: { metric: { name: queueMetric(settings).replace(':', '_') }, target: { type: 'AverageValue', averageValue: String(WAITING_PER_REPLICA) } },
        },
      ],
    },
  };
}
