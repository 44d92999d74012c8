import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Breaker } from '../../../src/router/serve/breaker.ts';
import { Budget, passedShare } from '../../../src/router/serve/budget.ts';
import { TokenConfidence } from '../../../src/router/serve/confidence.ts';
import { EventCut } from '../../../src/router/serve/event-cut.ts';
import { numberIn } from '../../../src/router/serve/judge.ts';
import { Pace } from '../../../src/router/serve/pace.ts';
import { ask, type Bench, type BenchOptions, errorReply, startBench } from './endpoints.ts';

let bench: Bench | null = null;
const start = async (options: BenchOptions = {}) => {
  bench = await startBench(options);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});
const targetOf = async (response: Promise<Response>) => (await response).headers.get('x-llm-crossover-target');

test('data classes: kept with the small model whatever the score and whatever fails', async () => {
  const rules = [{ data_class: { classes: ['phi'], keep: 'small', unlabelled: 'pass' } }, 'confidence'];
  const running = await start({ policy: { rules } });
  expect(await targetOf(ask(running, 'score=0.1', {}, { 'x-data-class': 'public, PHI' }))).toBe('small');
  expect(await targetOf(ask(running, 'score=0.1', {}, { 'x-data-class': 'public' }))).toBe('large');
  expect(await targetOf(ask(running, 'score=0.1'))).toBe('large');
  await running.close();
  const failing = await start({ policy: { rules }, small: () => errorReply(500) });
  expect((await ask(failing, 'score=0.1', {}, { 'x-data-class': 'phi' })).status).toBe(502);
  expect(failing.large.requests).toHaveLength(0);
});

test('a rule about data holds for escalations wherever it stands', async () => {
  const running = await start({ policy: { rules: ['confidence', { data_class: { classes: ['phi'], keep: 'small' } }] } });
  expect(await targetOf(ask(running, 'score=0.1'))).toBe('small');
  expect(await targetOf(ask(running, 'score=0.1', {}, { 'x-data-class': 'public' }))).toBe('large');
});

test('a budget: escalates until it is used up, and remembers over a restart', async () => {
  const rules = [{ budget: { usd: 0.0005, per: 'day', pacing: false } }, 'confidence'];
  const running = await start({ policy: { rules } });
  // One large answer: 10 tokens in at $10 and 3 out at $20 a million = $0.00016. The fourth finds 0.00048 spent; the fifth 0.00064.
  const targets = [];
  for (let i = 0; i < 6; i++) targets.push(await targetOf(ask(running, 'score=0.1')));
  expect(targets).toEqual(['large', 'large', 'large', 'large', 'small', 'small']);
  await running.close();
  const logPath = join(mkdtempSync(join(tmpdir(), 'router-')), 'log.jsonl');
  writeFileSync(logPath, `{"timestamp":"${new Date().toISOString()}","large_usd":0.001}\n{"timestamp":"2001-01-01T00:00:00Z","large_usd":9}\nbroken li`);
  const restarted = await start({ policy: { rules }, router: { logPath } });
  expect(await targetOf(ask(restarted, 'score=0.1'))).toBe('small');
});

test('latency: the queue before the small model sends requests to the large one', async () => {
  const queued = await start({ policy: { rules: [{ latency: { ttft_ms: 300 } }, 'confidence'] } });
  await ask(queued, 'score=0.9 words=1 gap=20');
  expect(await targetOf(ask(queued, 'score=0.9'))).toBe('small');
  for (let i = 0; i < 3; i++) await ask(queued, 'score=0.9 words=1 gap=900');
  expect(await targetOf(ask(queued, 'score=0.9'))).toBe('large');
});

test('router by share', async () => {
  const running = await start({ policy: { mode: 'router', confidence: null, large_share: 0.25 } });
  const targets = await Promise.all(Array.from({ length: 400 }, () => targetOf(ask(running, 'x'))));
  const large = targets.filter((target) => target === 'large').length;
  // 100 expected, standard deviation 8.7: within five of them.
  expect(Math.abs(large - 100)).toBeLessThan(44);
});

test('scores: mean, least and margin by hand', () => {
  const confidence = new TokenConfidence();
  confidence.add([{ logprob: Math.log(0.5), top_logprobs: [{ logprob: Math.log(0.5) }, { logprob: Math.log(0.3) }] }]);
  confidence.add([{ logprob: Math.log(0.8) }, { logprob: 'x' }, null]);
  expect(confidence.score('mean_logprob')).toBeCloseTo(Math.sqrt(0.4), 12);
  expect(confidence.score('min_logprob')).toBeCloseTo(0.5, 12);
  expect(confidence.score('first_token_margin')).toBeCloseTo(0.2, 12);
  expect(confidence.early('min_logprob', 0.6)).toBeCloseTo(0.5, 12);
  expect(confidence.early('min_logprob', 0.4)).toBeNull();
  expect(new TokenConfidence().score('mean_logprob')).toBeNull();
  expect([numberIn('0.85'), numberIn('Score: 1'), numberIn('85 %'), numberIn('none'), numberIn('-0.5')]).toEqual([0.85, 1, null, null, null]);
});

test('breaker: opens, lets one through, closes', () => {
  let now = 0;
  const breaker = new Breaker(2, 100, () => now);
  breaker.failed();
  expect(breaker.admits()).toBe(true);
  breaker.failed();
  expect([breaker.open, breaker.admits()]).toEqual([true, false]);
  now = 100;
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  breaker.failed();
  expect(breaker.admits()).toBe(false);
  now = 200;
  expect(breaker.admits()).toBe(true);
  breaker.succeeded();
  expect([breaker.open, breaker.admits(), breaker.admits()]).toEqual([false, true, true]);
});

test('budget pacing and the pace of the queue by hand', () => {
  expect(passedShare(new Date('2026-11-16T00:00:00Z'), 'month')).toBe(0.5);
  const budget = new Budget(() => new Date('2026-11-16T00:00:00Z'));
  budget.add(60);
  expect(budget.usedUp({ usd: 100, per: 'month', pacing: true })).toBe(true);
  expect(budget.usedUp({ usd: 100, per: 'month', pacing: false })).toBe(false);
  let now = 0;
  const pace = new Pace(() => now);
  expect(pace.expectedTtftMs(0, 4)).toBeNull();
  pace.observe(100, 2000);
  expect([pace.expectedTtftMs(3, 4), pace.expectedTtftMs(8, 4)]).toEqual([100, 2600]);
  now = 10_001;
  expect(pace.expectedTtftMs(8, 4)).toBeNull();
});

test('events are cut where they end, however the bytes come', () => {
  const stream = 'data: {"a":"ä"}\n\ndata: b\r\n\r\n: c\n\ndata: d';
  for (let size = 1; size < 20; size++) {
    const cut = new EventCut();
    const bytes = Buffer.from(stream);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) parts.push(cut.push(bytes.subarray(at, at + size)));
    expect(parts.every((part) => part.length === 0 || /\n\r?\n$/.test(part.toString()))).toBe(true);
    expect(Buffer.concat([...parts, cut.rest()]).toString()).toBe(stream);
  }
});
