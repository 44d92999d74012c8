import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPromptFile } from '../../src/bench/load/prompt-file.ts';
import { type PromptSpec, promptMaker } from '../../src/bench/load/prompts.ts';
import { gamma, normal, seededRandom } from '../../src/bench/load/random.ts';
import { sendTimes } from '../../src/bench/load/schedule.ts';
import { readTrace } from '../../src/bench/load/trace.ts';
import { InputError } from '../../src/files/problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const gaps = (times: Float64Array) => [...times].map((at, index) => at - (index === 0 ? 0 : (times[index - 1] ?? 0)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const cv = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) / middle;
};

describe('random numbers', () => {
  test('the same seed and label give the same numbers, another label others', () => {
    const take = (seed: number, label: string) => Array.from({ length: 5 }, seededRandom(seed, label));
    expect(take(1, 'a')).toEqual(take(1, 'a'));
    expect(take(1, 'a')).not.toEqual(take(1, 'b'));
    expect(take(1, 'a')).not.toEqual(take(2, 'a'));
  });

  test('uniform, normal and gamma have their moments', () => {
    const random = seededRandom(5, 'moments');
    const uniform = Array.from({ length: 20_000 }, random);
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(Array.from({ length: 20_000 }, () => normal(random)))).toBeCloseTo(0, 1);
    for (const shape of [0.3, 1, 4]) {
      const drawn = Array.from({ length: 40_000 }, () => gamma(random, shape));
      expect(Math.abs(mean(drawn) - 1)).toBeLessThan(0.05);
      expect(Math.abs(cv(drawn) - 1 / Math.sqrt(shape))).toBeLessThan(0.08);
    }
  });
});

describe('send times', () => {
  test('constant: every 1 / rate from 0', () => {
    const times = sendTimes({ kind: 'open', rate: 10, arrivals: 'constant', burstiness: 1 }, { requests: 4, duration_s: null }, 1);
    expect([...(times ?? [])]).toEqual([0, 100, 200, 300]);
  });

  test('Poisson: the rate is met and gaps have a coefficient of variation of 1', () => {
    const times = sendTimes({ kind: 'open', rate: 200, arrivals: 'poisson', burstiness: 1 }, { requests: null, duration_s: 100 }, 3) ?? new Float64Array();
    expect(Math.abs(times.length / 20_000 - 1)).toBeLessThan(0.03);
    expect(Math.abs(cv(gaps(times)) - 1)).toBeLessThan(0.05);
    expect(times.every((at) => at < 100_000)).toBe(true);
  });

  test('gamma with burstiness 0.25: twice the variation of Poisson', () => {
    const times = sendTimes({ kind: 'open', rate: 50, arrivals: 'gamma', burstiness: 0.25 }, { requests: 20_000, duration_s: null }, 3) ?? new Float64Array();
    expect(Math.abs(cv(gaps(times)) - 2)).toBeLessThan(0.15);
  });

  test('the same seed gives the same times; a closed loop has none', () => {
    const load = { kind: 'open', rate: 7, arrivals: 'poisson', burstiness: 1 } as const;
    expect(sendTimes(load, { requests: 50, duration_s: null }, 9)).toEqual(sendTimes(load, { requests: 50, duration_s: null }, 9));
    expect(sendTimes({ kind: 'closed', concurrency: 2 }, { requests: 5, duration_s: null }, 9)).toBeNull();
  });
});

describe('prompts', () => {
  const spec: PromptSpec = { sizes: [{ input_tokens: 100, output_tokens: 20, weight: 1 }], shared_prefix: 0, file: null, nonce: true };
  const at = (maker: ReturnType<typeof promptMaker>, index: number) => maker(index, null);

  test('the same run, level and number give the same prompt', () => {
    expect(at(promptMaker(spec, 1, 'level 0', 'run'), 5)).toEqual(at(promptMaker(spec, 1, 'level 0', 'run'), 5));
  });

  test('each prompt starts with a nonce of its own, per request, level and run', () => {
    const texts = [
      at(promptMaker(spec, 1, 'level 0', 'run'), 0),
      at(promptMaker(spec, 1, 'level 0', 'run'), 1),
      at(promptMaker(spec, 1, 'level 1', 'run'), 0),
      at(promptMaker(spec, 1, 'level 0', 'other'), 0),
    ].map((prompt) => prompt.text);
    const nonces = texts.map((text) => /^\[[a-z0-9]{14}\] /.exec(text)?.[0]);
    expect(new Set(nonces).size).toBe(4);
    expect(nonces).not.toContain(undefined);
  });

  test('a shared prefix comes first and is the same in all', () => {
    const maker = promptMaker({ ...spec, shared_prefix: 0.5 }, 1, 'level 0', 'run');
    const [a, b] = [at(maker, 0).text, at(maker, 1).text];
    const common = [...a].findIndex((char, index) => char !== b[index]);
    expect(a.slice(0, common).split(' ').length).toBeGreaterThan(40);
    expect(a).not.toBe(b);
  });

  test('sizes are drawn by weight, and a trace row overrides them', () => {
    const sizes = [
      { input_tokens: 10, output_tokens: 1, weight: 3 },
      { input_tokens: 1000, output_tokens: 9, weight: 1 },
    ];
    const maker = promptMaker({ ...spec, sizes }, 1, 'level 0', 'run');
    const large = Array.from({ length: 2000 }, (_, index) => maker(index, null)).filter((prompt) => prompt.input_tokens === 1000).length;
    expect(Math.abs(large / 2000 - 0.25)).toBeLessThan(0.03);
    expect(maker(0, { input_tokens: 55, output_tokens: 3 })).toMatchObject({ input_tokens: 55, output_tokens: 3 });
  });

  test('files: MT-bench turns, messages, prompts, plain lines', () => {
    const path = file(
      'prompts.jsonl',
      '{"question_id":81,"turns":["first","second"]}\n{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}\n{"prompt":"p"}\nplain line\n\n',
    );
    expect(readPromptFile(path).map((prompt) => prompt.text)).toEqual(['first', 's\nu', 'p', 'plain line']);
    const maker = promptMaker({ ...spec, file: readPromptFile(path) }, 1, 'level 0', 'run');
    expect(maker(1, null).messages?.[0]?.content).toMatch(/^\[[a-z0-9]{14}\] s$/);
    expect(maker(4, null).text).toMatch(/ first$/);
  });

  test('a line that holds no prompt is named', () => {
    expect(() => readPromptFile(file('bad.jsonl', '{"prompt":"p"}\n{"nothing":1}\n'))).toThrow(InputError);
    try {
      readPromptFile(join(folder, 'bad.jsonl'));
    } catch (error) {
      expect((error as InputError).problems[0]).toMatchObject({ code: 'bench.bad-prompt', line: 2 });
    }
  });
});

describe('traces', () => {
  test('Azure CSV, twice as fast', () => {
    const path = file(
      'azure.csv',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,374,44\n2023-11-16 18:17:04.0319600,396,109\n2023-11-16 18:17:05.9799600,879,55\n',
    );
    expect(readTrace(path, 2)).toEqual([
      { at_ms: 0, input_tokens: 374, output_tokens: 44 },
      { at_ms: 26, input_tokens: 396, output_tokens: 109 },
      { at_ms: 1000, input_tokens: 879, output_tokens: 55 },
    ]);
  });

  test('seconds, out of order', () => {
    expect(readTrace(file('s.csv', 'timestamp,input_tokens,output_tokens\n2.5,10,1\n0.5,20,2\n'), 1)).toEqual([
      { at_ms: 0, input_tokens: 20, output_tokens: 2 },
      { at_ms: 2000, input_tokens: 10, output_tokens: 1 },
    ]);
  });

  test('Mooncake JSONL counts milliseconds', () => {
    expect(
      readTrace(
        file('m.jsonl', '{"timestamp":0,"input_length":6955,"output_length":52,"hash_ids":[1]}\n{"timestamp":3052,"input_length":10,"output_length":5}\n'),
        1,
      )[1],
    ).toEqual({ at_ms: 3052, input_tokens: 10, output_tokens: 5 });
  });

  test.each([
    ['a missing column', 'timestamp,input_tokens\n1,2\n', 'bench.trace-columns'],
    ['a row without a time', 'timestamp,input_tokens,output_tokens\n1,2,3\n,2,3\n', 'bench.bad-trace-row'],
    ['no rows', 'timestamp,input_tokens,output_tokens\n', 'bench.empty-trace'],
  ])('%s is a mistake', (name, text, code) => {
    try {
      readTrace(file(`${name}.csv`, text), 1);
      expect.unreachable();
    } catch (error) {
      expect((error as InputError).problems[0]?.code).toBe(code);
    }
  });
});
