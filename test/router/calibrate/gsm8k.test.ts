/** RouteLLM's GSM8K log (Mixtral-8x7B and GPT-4, 1,319 prompts), kept beside the repository and skipped where it is absent. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/engine/capacity/simulate-random.ts';
import { calibrate } from '../../../src/engine/hybrid/calibrate.ts';
import type { RouteRow } from '../../../src/engine/hybrid/log.ts';
import { readTable } from '../../../src/router/log/table.ts';

const FILE = '../shared/data/routing/routellm_gsm8k/gsm8k_responses.csv';
const present = existsSync(FILE);
if (!present) console.warn(`skipped: ${FILE} is not here`);

/** Shares of a large model's price, so that totals are easy: Mixtral $0.0006, GPT-4 $0.03 a request. */
function rowsWith(score: (prompt: string, i: number) => number): RouteRow[] {
  return readTable(FILE).records.map(({ values }, i) => ({
    id: String(i),
    score: score(String(values.prompt), i),
    small_quality: values['mistralai/Mixtral-8x7B-Instruct-v0.1'] === 'True' ? 1 : 0,
    large_quality: values['gpt-4-1106-preview'] === 'True' ? 1 : 0,
    small_usd: 0.0006,
    large_usd: 0.03,
    small_ms: null,
    large_ms: null,
  }));
}

const options = { costs: { mode: 'cascade', judge_usd: 0 } as const, target: { kind: 'share', value: 0.2 } as const, seed: 1, draws: 300, holdout: 0.5 };

describe.skipIf(!present)('GSM8K', () => {
  it('has the two accuracies its authors publish, and totals to the last digit', () => {
    const report = calibrate(
      rowsWith((prompt) => 1 / prompt.length),
      options,
    );
    expect(report).toMatchObject({ rows: 1319, small_quality: 842 / 1319, large_quality: 1130 / 1319, small_usd: 0.7914, large_usd: 39.57 });
  });

  it('chance at 20 % is the straight line between the models, and so is a random score within sampling error', () => {
    const line = 0.8 * (842 / 1319) + 0.2 * (1130 / 1319);
    const misses = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const random = seededRandom(seed);
      const report = calibrate(
        rowsWith(() => random.next()),
        options,
      );
      expect(report.random[20]).toMatchObject({ escalation: 0.2 });
      expect(report.random[20]?.quality).toBeCloseTo(line, 12);
      const point = report.frontier.find(({ escalation }) => escalation >= 0.2);
      return (point?.quality ?? 0) - line;
    });
    // Which 264 of the requests are escalated: the gain (+1 for 383, -1 for 95 of 1,319) has a deviation of 0.56 a request,
    // so the mean over all has one of 0.56 x sqrt(264 x 0.8) / 1319 = 0.0062.
    for (const miss of misses) expect(Math.abs(miss)).toBeLessThan(3.5 * 0.0062);
    expect(Math.abs(misses.reduce((a, b) => a + b, 0) / misses.length)).toBeLessThan(3 * (0.0062 / Math.sqrt(8)));
  });

  it('the oracle is exact: 383 prompts only GPT-4 gets right, 95 only Mixtral', () => {
    const { oracle } = calibrate(
      rowsWith((prompt) => 1 / prompt.length),
      options,
    );
    const at = (k: number) => oracle.find(({ escalation }) => Math.abs(escalation - k / 1319) < 1e-9);
    expect(at(0)?.quality).toBe(842 / 1319);
    expect(at(264)?.quality).toBe((842 + 264) / 1319);
    expect(at(383)?.quality).toBe((842 + 383) / 1319);
    // Beyond them nothing is gained until the 95 have to go too.
    expect(at(1055)?.quality).toBe((842 + 383) / 1319);
    expect(at(1319)?.quality).toBe(1130 / 1319);
    // 1,319 x $0.0006 + 383 x $0.03
    expect(at(383)?.usd).toBe(12.2814);
  });

  it('question length is a poor score, and the report says so', () => {
    const report = calibrate(
      rowsWith((prompt) => 1 - Math.min(1, prompt.length / 1000)),
      options,
    );
    expect(report.auroc).toBeGreaterThan(0.5);
    expect(report.auroc).toBeLessThan(0.62);
    expect(report.warnings.map(({ code }) => code)).toContain('calibration.hardly_separates');
  });
});
