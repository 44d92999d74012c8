import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { exported, scenario } from './run.ts';

const manifests = async (args: readonly string[], text?: string) =>
  Object.fromEntries(
    parseAllDocuments((await exported(['kubernetes', '--option', 'own', ...args], text)).out).map((document) => [document.toJS().kind, document.toJS()]),
  );

test('Kubernetes: the planned replicas, cards, cache, probes; no autoscaler for a fixed fleet', async () => {
  const { Deployment, Service, PersistentVolumeClaim, ScaledObject } = await manifests([]);
  expect(ScaledObject).toBeUndefined();
  // 1M requests a month at a peak of 2 need one replica of 2,000 tokens/s; n+1 makes two.
  expect(Deployment.spec.replicas).toBe(2);
  const { containers, volumes } = Deployment.spec.template.spec;
  const [container] = containers;
  expect(container.resources.limits['nvidia.com/gpu']).toBe(1);
  expect(container.args.slice(0, 2)).toEqual(['--model', 'meta-llama/llama-3.1-8b-instruct']);
  expect(container.args).not.toContain('--quantization');
  expect(container.startupProbe.httpGet).toEqual({ path: '/health', port: 'http' });
  expect(container.startupProbe.failureThreshold * container.startupProbe.periodSeconds).toBeGreaterThanOrEqual(600);
  const mounted = container.volumeMounts.map((mount: { name: string }) => mount.name);
  expect(volumes.map((volume: { name: string }) => volume.name).sort()).toEqual([...mounted].sort());
  expect(Service.spec.selector).toEqual(Deployment.spec.selector.matchLabels);
  expect(PersistentVolumeClaim.spec.accessModes).toEqual(['ReadWriteMany']);
  // 8.03B parameters at 2 bytes are 16.1 GB; room for two: 2.2 x 16.1 = 36 GB.
  expect(PersistentVolumeClaim.spec.resources.requests.storage).toBe('36G');
});

test('autoscalers follow the plan and the queue', async () => {
  const zero = scenario('', ', scaling: scale_to_zero, keep_alive_s: 120');
  const { ScaledObject } = await manifests([], zero);
  expect(ScaledObject.spec).toMatchObject({ minReplicaCount: 0, cooldownPeriod: 120 });
  expect(ScaledObject.spec.triggers[0].metadata.query).toContain('vllm:num_requests_waiting');
  expect((await exported(['kubernetes', '--option', 'own', '--autoscaler', 'hpa'], zero)).codes).toEqual(['export.cannot-express']);
  expect((await exported(['kubernetes', '--option', 'own', '--autoscaler', 'none'], zero)).codes).toEqual(['export.cannot-express']);
  const { HorizontalPodAutoscaler } = await manifests(['--autoscaler', 'hpa', '--engine', 'sglang']);
  expect(HorizontalPodAutoscaler.spec).toMatchObject({ minReplicas: 2, maxReplicas: 2 });
  expect(HorizontalPodAutoscaler.spec.metrics[0].pods.metric.name).toBe('sglang_num_queue_reqs');
});

test('compose: a service a replica, each with its own cards', async () => {
  const { services } = parse((await exported(['compose', '--option', 'own'])).out);
  expect(Object.keys(services)).toEqual(['own-1', 'own-2']);
  expect(services['own-2'].deploy.resources.reservations.devices[0].device_ids).toEqual(['1']);
  expect(services['own-2'].ports).toEqual(['127.0.0.1:8001:8000']);
});

test('commands: precision, context and cache as planned', async () => {
  const text = scenario('', ', context_tokens: 8192, kv_quantization: fp8, concurrency_per_replica: 64').replace('quantization: bf16', 'quantization: fp8');
  const vllm = (await exported(['command', '--option', 'own'], text)).out;
  for (const flag of ['--quantization fp8', '--max-model-len 8192', '--kv-cache-dtype fp8', '--max-num-seqs 64', '--tensor-parallel-size 1'])
    expect(vllm).toContain(flag);
  const sglang = (await exported(['docker', '--option', 'own', '--engine', 'sglang'], text)).out;
  for (const flag of ['--context-length 8192', '--kv-cache-dtype fp8_e4m3', '--max-running-requests 64', '127.0.0.1:8000:8000']) expect(sglang).toContain(flag);
});

test('a precision the engine can not make needs a checkpoint', async () => {
  const awq = scenario().replace('quantization: bf16', 'quantization: awq');
  expect((await exported(['command', '--option', 'own'], awq)).codes).toEqual(['export.quantization']);
  expect((await exported(['command', '--option', 'own', '--model', 'own=org/model-awq'], awq)).out).toContain('--model org/model-awq');
  expect((await exported(['command', '--option', 'own', '--model', 'own=x'], scenario().replace('quantization: bf16', 'quantization: q4_k_m'))).codes).toEqual([
    'export.quantization',
  ]);
});

test('what no engine serves is refused', async () => {
  const cache = await exported(['command', '--option', 'own'], scenario('', ', kv_quantization: int8'));
  expect(cache.codes).toEqual(['export.cannot-express']);
  expect(cache.messages).toContain('KV cache in int8');
  expect((await exported(['command', '--option', 'own'], scenario('', ', kv_quantization: bf16'))).out).not.toContain('--kv-cache-dtype');
  // 32 heads over 3 cards.
  const three = await exported(['kubernetes', '--option', 'own'], scenario().replace('gpus_per_replica: 1', 'gpus_per_replica: 3'));
  expect(three.codes).toEqual(['export.parallelism']);
  const four = await exported(['command', '--option', 'own'], scenario().replace('gpus_per_replica: 1', 'gpus_per_replica: 4'));
  expect(four.out).toContain('--tensor-parallel-size 4');
});
