/** Exports against the targets' own published schemas (test/export/schemas). */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { exported, scenario } from './run.ts';

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(new URL(`schemas/${name}.json`, import.meta.url), 'utf8'));
}

const OPTIONS = { strict: false, allErrors: true, validateFormats: false } as const;
const semanticRouter = new Ajv2020(OPTIONS).compile(schemaOf('semantic-router'));
const compose = new Ajv(OPTIONS).compile(schemaOf('compose'));
const kubernetes = new Ajv(OPTIONS).compile(schemaOf('kubernetes'));

function holds(check: typeof compose, value: unknown): void {
  expect(check(value), JSON.stringify(check.errors?.slice(0, 3))).toBe(true);
}

test('semantic-router takes a cascade by log-probability and by a verifier, and no unknown key', async () => {
  for (const hybrid of ['', ', judge: { usd_per_request: 0.0001 }']) {
    const config = parse((await exported(['semantic-router', '--option', 'mix'], scenario(hybrid))).out);
    holds(semanticRouter, config);
    config.routing.decisions[0].algorithm.confidence.treshold = 1;
    expect(semanticRouter(config)).toBe(false);
  }
});

test('docker compose, on NVIDIA and AMD cards', async () => {
  for (const [args, text] of [
    [['--engine', 'vllm'], scenario()],
    [['--engine', 'sglang'], scenario()],
    [[], scenario().replace('gpu: h100-80gb', 'gpu: mi300x').replace('rental: lambda/on_demand', 'rental: { usd_per_gpu_hour: 2 }')],
  ] as const) {
    const config = parse((await exported(['compose', '--option', 'own', ...args], text)).out);
    holds(compose, config);
    expect(compose({ ...config, services: { own: { imge: 'x' } } })).toBe(false);
  }
});

test('Kubernetes, strict, for every autoscaler', async () => {
  for (const kind of ['none', 'hpa', 'keda']) {
    const { out } = await exported(['kubernetes', '--option', 'own', '--autoscaler', kind]);
    const documents = parseAllDocuments(out).map((document) => document.toJS());
    const own = documents.filter(({ apiVersion }) => apiVersion !== 'keda.sh/v1alpha1');
    expect(own.length).toBe(documents.length - (kind === 'keda' ? 1 : 0));
    for (const document of own) holds(kubernetes, document);
  }
  expect(kubernetes({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { port: 1 } })).toBe(false);
});
