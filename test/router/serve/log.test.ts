/** What a running router writes down, and what the other commands make of it. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../../src/llm/secret.ts';
import { type CalibrateRequest, calibrateLog } from '../../../src/router/calibrate/run.ts';
import { statedPrice } from '../../../src/router/simulate/requests.ts';
import { simulate } from '../../../src/router/simulate/run.ts';
import { importLog } from '../../../src/workload/import.ts';
import { DEFAULTS } from '../../workload/logs.ts';
import { ask, type Bench, type BenchOptions, startBench } from './endpoints.ts';

let bench: Bench;
const logPath = () => join(mkdtempSync(join(tmpdir(), 'router-log-')), 'requests.jsonl');
const start = async (options: BenchOptions = {}) => {
  const path = options.router?.logPath ?? logPath();
  bench = await startBench({ ...options, router: { ...options.router, logPath: path } });
  return path;
};
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
afterEach(async () => expect(bench.bugs).toEqual([]));

const CALIBRATE: CalibrateRequest = {
  columns: {},
  against: null,
  costs: { mode: 'cascade', judge_usd: 0 },
  target: { kind: 'share', value: 0.2 },
  seed: 1,
  draws: 100,
  holdout: 0,
  smallPrice: null,
  largePrice: { input: 10, output: 20 },
  smallUsd: null,
  largeUsd: null,
  small: null,
  large: null,
};

test('its log goes through calibrate, simulate and workload import, and all agree with it', async () => {
  const path = await start();
  for (let serial = 0; serial < 50; serial++)
    await (await ask(bench, `score=${serial / 50 + 0.01} words=${2 + (serial % 3)}`, { stream: serial % 2 === 0 })).text();
  await bench.close();
  const lines = linesOf(path);
  const sum = (key: string) => lines.reduce((total, line) => total + Number(line[key] ?? 0), 0);

  const { report } = calibrateLog(path, CALIBRATE);
  // Scores 0.01, 0.03 ... 0.99: ten of fifty are below 0.2, and 35 below the 0.7 of the policy.
  expect(report).toMatchObject({ rows: 50, chosen: { escalation: 0.2 } });
  expect(report.small_usd).toBeCloseTo(sum('small_usd'), 12);
  const atPolicy = report.frontier.find(({ escalation }) => escalation === 0.7);
  expect(atPolicy?.usd).toBeCloseTo(sum('small_usd') + sum('large_usd'), 12);

  const policy = join(path, '../policy.yaml');
  const target = (port: number, usd: number) =>
    `{ base_url: "http://127.0.0.1:${port}/v1", model: m, prices: { input_usd_per_mtok: ${usd}, output_usd_per_mtok: ${2 * usd} } }`;
  writeFileSync(policy, `version: 1\nname: split\nsmall: ${target(1, 1)}\nlarge: ${target(2, 10)}\nconfidence: { method: mean_logprob, threshold: 0.7 }\n`);
  const draw = { requestsPerMonth: null, days: 1, speed: { small: null, large: null } };
  const replayed = simulate(path, { policy, columns: {}, perSecond: null, startMs: 0, seed: 1, priceOf: statedPrice, calibration: null, draw });
  expect(replayed.report).toMatchObject({ requests: 50, escalated: 35 });
  expect(replayed.report.usd).toBeCloseTo(sum('small_usd') + sum('large_usd'), 12);
  // Rows the large model never saw are priced at its own prices, as long as the answer they got: 10 tokens in at $10, the words out at $20 a million.
  const words = Array.from({ length: 50 }, (_, serial) => 2 + (serial % 3)).reduce((a, b) => a + b, 0);
  expect(replayed.alone.large.usd).toBeCloseTo((50 * 10 * 10 + words * 20) / 1e6, 12);

  const imported = await importLog(path, DEFAULTS);
  expect(imported).toMatchObject({ requests: 50, input_tokens: { mean: 10 }, output_tokens: { mean: words / 50 } });
});

test('messages and answers are in the log only when asked for, keys never', async () => {
  for (const logText of [false, true]) {
    const path = await start({ router: { logText } });
    await (await ask(bench, 'prompt-canary score=0.9', { stream: true }, { authorization: 'Bearer client-canary' })).text();
    await (await ask(bench, 'prompt-canary score=0.1')).text();
    await bench.close();
    const text = readFileSync(path, 'utf8');
    expect(text).not.toMatch(/key-canary|client-canary/);
    const lines = linesOf(path);
    expect(text.includes('prompt-canary')).toBe(logText);
    expect(lines.map(({ answer }) => answer)).toEqual(
      logText ? ['small-model-0 small-model-1 small-model-2 ', 'large-model-0 large-model-1 large-model-2 '] : [undefined, undefined],
    );
  }
});

test('a line cut off by a crash spoils no other', async () => {
  const path = logPath();
  writeFileSync(path, '{"id":"whole"}\n{"id":"half');
  await start({ router: { logPath: path } });
  await (await ask(bench, 'score=0.9', {}, { 'x-request-id': 'after' })).text();
  await bench.close();
  expect(readFileSync(path, 'utf8').split('\n').slice(0, 2)).toEqual(['{"id":"whole"}', '{"id":"half']);
  expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[2] as string)).toMatchObject({ id: 'after' });
});

test.each([
  // Every token has the probability 0.9, the runner-up 0.05.
  ['mean_logprob', 0.9],
  ['min_logprob', 0.9],
  ['first_token_margin', 0.85],
])('%s: the score in the log, the header and the metrics', async (method, expected) => {
  const path = await start({ policy: { confidence: { method, threshold: 0.5 } } });
  const response = await ask(bench, 'score=0.9', { stream: true });
  await response.text();
  expect(await (await fetch(`${bench.router.url}/metrics`)).text()).toContain('llm_crossover_router_score_count 1');
  await bench.close();
  expect(linesOf(path)[0]?.score).toBeCloseTo(expected, 10);
});

test('a scorer of the user: asked with question, answer and key; what is no score counts as none', async () => {
  const heard: { readonly body: Record<string, unknown>; readonly key: string | undefined }[] = [];
  const scorer = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (chunk) => {
      text += chunk;
    });
    incoming.on('end', () => {
      heard.push({ body: JSON.parse(text) as Record<string, unknown>, key: incoming.headers.authorization });
      const wanted = /says=(\S+)/.exec(text)?.[1]?.replace(/[\\"\]}].*$/, '');
      if (wanted === 'nothing') return;
      response.writeHead(wanted === 'error' ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ score: Number(wanted) }));
    });
  });
  await new Promise<void>((resolve) => scorer.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(scorer.address() as AddressInfo).port}/score`;
  const confidence = { method: 'scorer', threshold: 0.7, on_missing: 'keep', scorer: { url, api_key_env: 'SCORER', timeout_ms: 300 } };
  const secrets = { small: null, large: null, scorer: new Secret('scorer-key-canary') };
  const path = await start({ policy: { confidence }, router: { secrets } });
  const targets: (string | null)[] = [];
  for (const says of ['0.9', '0.3', '7', 'error', 'nothing']) targets.push((await ask(bench, `says=${says}`)).headers.get('x-llm-crossover-target'));
  expect(targets).toEqual(['small', 'large', 'small', 'small', 'small']);
  await bench.close();
  expect(heard[0]).toEqual({
    body: { messages: [{ role: 'user', content: 'says=0.9' }], answer: 'small-model-0 small-model-1 small-model-2 ' },
    key: 'Bearer scorer-key-canary',
  });
  expect(linesOf(path).map(({ score }) => score)).toEqual([0.9, 0.3, null, null, null]);
  expect(readFileSync(path, 'utf8')).not.toContain('canary');

  await start({ policy: { mode: 'router', confidence: { ...confidence, on_missing: 'escalate' } }, router: { secrets } });
  expect((await ask(bench, 'says=0.2')).headers.get('x-llm-crossover-target')).toBe('large');
  expect(heard.at(-1)?.body.answer).toBeNull();
  expect(bench.small.requests).toHaveLength(0);
  await bench.close();
  scorer.closeAllConnections();
  scorer.close();
});
