/** Kubernetes: model cache volume, Deployment with probes and limits, Service, disruption budget, and an autoscaler on the length of the queue. */

import { stringify } from 'yaml';
import type { Deployment, Leg } from '../deployment.ts';
import { engineArguments, entryPoint, imageOf, PORT } from '../engine-command.ts';
import { hashComment } from '../header.ts';
import { slug } from '../name.ts';
import type { Gpu } from '../self-host.ts';
import { gpuLegOf, type Settings, type Target } from '../target.ts';
import { autoscaler } from './autoscaler.ts';

/** Room for a second revision of the weights beside the first. */
const CACHE_ROOM = 2.2;
const UNKNOWN_WEIGHTS_GB = 200;

function render(deployment: Deployment, settings: Settings): string {
  const leg = gpuLegOf('Kubernetes', deployment);
  const name = slug(leg.id);
  const documents = [
    cache(name, leg.gpu, settings),
    workload(name, leg, leg.gpu, settings),
    service(name, settings),
    ...(leg.gpu.replicas > 1 ? [disruptionBudget(name, settings)] : []),
    ...autoscaler(name, leg.gpu, settings),
  ];
  return hashComment(deployment, notes(leg.gpu)) + documents.map((each) => stringify(each, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

function notes(gpu: Gpu): string[] {
  return [
    `${gpu.replicas} replicas of ${gpu.gpus_per_replica} x ${gpu.accelerator}: pin them to such nodes with a nodeSelector of your cluster`,
    'the Secret hf-token (key token) is optional and not in this file: gated weights need it',
  ];
}

function meta(name: string, { namespace }: Settings) {
  return { name, namespace, labels: { app: name } };
}

/** Replicas on several nodes share the cache, so that it takes a storage class that can be mounted more than once. */
function cache(name: string, gpu: Gpu, settings: Settings) {
  const gb = Math.ceil((gpu.weights_gb ?? UNKNOWN_WEIGHTS_GB) * CACHE_ROOM);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(`${name}-cache`, settings),
    spec: { accessModes: [gpu.max_replicas > 1 ? 'ReadWriteMany' : 'ReadWriteOnce'], resources: { requests: { storage: `${gb}G` } } },
  };
}

function workload(name: string, leg: Leg, gpu: Gpu, settings: Settings) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(name, settings),
    spec: {
      replicas: gpu.replicas,
      selector: { matchLabels: { app: name } },
      // A new replica needs GPUs of its own: where there are none to spare, the old one has to go first.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: { metadata: { labels: { app: name } }, spec: pod(name, leg, gpu, settings) },
    },
  };
}

function pod(name: string, leg: Leg, gpu: Gpu, settings: Settings) {
  return {
    terminationGracePeriodSeconds: 120,
    containers: [container(leg, gpu, settings)],
    volumes: [
      { name: 'model-cache', persistentVolumeClaim: { claimName: `${name}-cache` } },
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } },
    ],
  };
}

function container(leg: Leg, gpu: Gpu, settings: Settings) {
  const command = entryPoint(settings);
  const cards = { [`${gpu.vendor === 'amd' ? 'amd.com' : 'nvidia.com'}/gpu`]: gpu.gpus_per_replica };
  return {
    name: 'server',
    image: imageOf(gpu, settings),
    ...(command === null ? {} : { command }),
    args: engineArguments(leg, gpu, settings),
    env: [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hf-token', key: 'token', optional: true } } }],
    ports: [{ name: 'http', containerPort: PORT }],
    resources: {
      requests: { cpu: String(4 * gpu.gpus_per_replica), memory: `${32 * gpu.gpus_per_replica}Gi`, ...cards },
      limits: { memory: `${64 * gpu.gpus_per_replica}Gi`, ...cards },
    },
    volumeMounts: [
      { name: 'model-cache', mountPath: '/root/.cache/huggingface' },
      { name: 'shm', mountPath: '/dev/shm' },
    ],
    // Loading takes minutes: the other probes begin when this one has passed.
    startupProbe: { ...health, periodSeconds: 10, failureThreshold: Math.ceil(gpu.start_s / 10) + 6 },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...health, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 4 },
  };
}

const health = { httpGet: { path: '/health', port: 'http' } };

function service(name: string, settings: Settings) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, settings),
    spec: { selector: { app: name }, ports: [{ name: 'http', port: PORT, targetPort: 'http' }] },
  };
}

function disruptionBudget(name: string, settings: Settings) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(name, settings),
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
  };
}

export const target: Target = { format: 'yaml', render };
