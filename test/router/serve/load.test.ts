import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { type FakeEndpoint, startFakeEndpoint } from '../../../src/bench/demo/endpoint.ts';
import { type Bench, reply, startBench } from './endpoints.ts';

const AT_ONCE = 128;

interface Answered {
  readonly serial: number;
  readonly status: number;
  readonly target: string;
  readonly text: string;
}

/** `count` requests, `AT_ONCE` at a time; every one says which score it wants. */
async function load(bench: Bench, count: number, scoreOf: (serial: number) => number, onDone: (done: number) => void = () => undefined): Promise<Answered[]> {
  const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
  const answers: Answered[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const serial = next++;
      const body = JSON.stringify({
        model: 'auto',
        stream: serial % 2 === 0,
        messages: [{ role: 'user', content: `prompt-canary ${serial} score=${scoreOf(serial)}` }],
      });
      const response = await request(`${bench.router.url}/v1/chat/completions`, {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': `r${serial}` },
        body,
      });
      const text = await response.body.text();
      answers.push({ serial, status: response.statusCode, target: String(response.headers['x-llm-crossover-target']), text });
      onDone(answers.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await agent.close();
  return answers;
}

const logPath = () => join(mkdtempSync(join(tmpdir(), 'router-')), 'requests.jsonl');
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('10,000 requests, 128 at once: each answered once, escalated exactly where the score is below, logged once', { timeout: 400_000 }, async () => {
  const path = logPath();
  const bench = await startBench({ router: { logPath: path }, remember: false });
  const scoreOf = (serial: number) => ((serial * 37) % 100) / 100 + 0.005;
  const count = 10_000;
  const answers = await load(bench, count, scoreOf);
  const wrong = answers.filter(({ serial, status, target, text }) => {
    const expected = scoreOf(serial) < 0.7 ? 'large' : 'small';
    return status !== 200 || target !== expected || !text.includes(`${expected}-model-2`);
  });
  expect(wrong).toEqual([]);
  expect(new Set(answers.map(({ serial }) => serial)).size).toBe(count);
  expect([bench.small.finished(), bench.large.finished()]).toEqual([count, answers.filter(({ target }) => target === 'large').length]);
  const metrics = await (await fetch(`${bench.router.url}/metrics`)).text();
  await bench.close();
  const lines = linesOf(path);
  expect(new Set(lines.map((line) => line.id)).size).toBe(count);
  expect(lines).toHaveLength(count);
  const sum = (key: string) => lines.reduce((total, line) => total + Number(line[key] ?? 0), 0);
  expect(sum('small_input_tokens')).toBe(10 * count);
  expect(sum('large_output_tokens')).toBe(3 * bench.large.finished());
  expect(metrics).toContain(`llm_crossover_router_escalations_total ${bench.large.finished()}`);
  expect(lines.every((line) => line.escalated === Number(line.score) < 0.7)).toBe(true);
  const text = readFileSync(path, 'utf8');
  expect(text).not.toContain('canary');
  expect(text).not.toContain('-model-0');
  expect(bench.bugs).toEqual([]);
});

test('the small endpoint dies and comes back: nothing is lost, the breaker rests it, traffic returns by itself', { timeout: 300_000 }, async () => {
  const bench = await startBench({ policy: { fallback: { to_other: true, retries: 1, breaker: { failures: 3, open_ms: 300 } } }, remember: false });
  let killed: Promise<void> | null = null;
  const answers = await load(
    bench,
    2000,
    () => 0.9,
    (done) => {
      if (done === 500) killed ??= bench.small.close();
    },
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(answers.at(-1)?.target).toBe('large');
  const health = await (await fetch(`${bench.router.url}/health`)).json();
  expect(health).toMatchObject({ small: 'resting', large: 'up' });
  await killed;
  const revived: FakeEndpoint = await startFakeEndpoint(reply, { port: bench.small.port, remember: false });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const after = await load(bench, 200, () => 0.9);
  expect(after.filter(({ target }) => target === 'small').length).toBeGreaterThan(50);
  expect(after.filter(({ status }) => status !== 200)).toEqual([]);
  await revived.close();
  await bench.router.close(1000);
  await bench.large.close();
});
