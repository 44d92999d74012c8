/** Docker compose: the replicas of one machine as services of their own, each with its GPUs, a health check and a shared model cache. */

import { stringify } from 'yaml';
import type { Deployment, Leg } from '../deployment.ts';
import { engineArguments, entryPoint, imageOf, PORT } from '../engine-command.ts';
import { hashComment } from '../header.ts';
import { slug } from '../name.ts';
import type { Gpu } from '../self-host.ts';
import { gpuLegOf, type Settings, type Target } from '../target.ts';

function render(deployment: Deployment, settings: Settings): string {
  const leg = gpuLegOf('docker compose', deployment);
  const replicas = Array.from({ length: leg.gpu.replicas }, (_, index) => index);
  const services = Object.fromEntries(replicas.map((index) => [`${slug(leg.id)}-${index + 1}`, service(leg, leg.gpu, index, settings)]));
  const config = { services, volumes: { 'model-cache': {} } };
  const notes = [
    `for one machine with ${leg.gpu.replicas * leg.gpu.gpus_per_replica} ${leg.gpu.accelerator}; on several, run each service where its GPUs are`,
    'HF_TOKEN is read from the environment where the weights need it',
  ];
  return hashComment(deployment, notes) + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}

function service(leg: Leg, gpu: Gpu, index: number, settings: Settings) {
  const entrypoint = entryPoint(settings);
  return {
    image: imageOf(gpu, settings),
    ...(entrypoint === null ? {} : { entrypoint }),
    command: engineArguments(leg, gpu, settings),
    environment: ['HF_TOKEN'],
    ipc: 'host',
    restart: 'unless-stopped',
    ports: [`127.0.0.1:${PORT + index}:${PORT}`],
    volumes: ['model-cache:/root/.cache/huggingface'],
    healthcheck: {
      test: ['CMD', 'python3', '-c', `import urllib.request; urllib.request.urlopen('http://127.0.0.1:${PORT}/health', timeout=5)`],
      interval: '15s',
      timeout: '10s',
      retries: 4,
      start_period: `${gpu.start_s}s`,
    },
    ...devices(gpu, index),
  };
}

function devices(gpu: Gpu, index: number) {
  if (gpu.vendor === 'amd') return { devices: ['/dev/kfd', '/dev/dri'], group_add: ['video'] };
  const device_ids = Array.from({ length: gpu.gpus_per_replica }, (_, each) => String(index * gpu.gpus_per_replica + each));
  return { deploy: { resources: { reservations: { devices: [{ driver: 'nvidia', device_ids, capabilities: ['gpu'] }] } } } };
}

export const target: Target = { format: 'yaml', render };
