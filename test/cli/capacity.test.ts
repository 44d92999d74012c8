import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

describe('capacity', () => {
  it('answers speech models in seconds of audio a second, from what is published', async () => {
    const { code, stdout } = await run(['capacity', 'whisper-large-v3', '--gpu', 'a100-80gb', '--format', 'json']);
    const found = JSON.parse(stdout) as { work_unit: string; source: string; scaled_by: number; work_per_s: Record<'p10' | 'p50' | 'p90', number> };
    expect({ code, unit: found.work_unit, source: found.source, scaled: found.scaled_by }).toEqual({
      code: 0,
      unit: 'audio_second',
      source: 'published',
      scaled: 1,
    });
    expect(found.work_per_s.p10).toBeLessThan(found.work_per_s.p50);
    expect(found.work_per_s.p90).toBeGreaterThan(found.work_per_s.p50);
  });

  it.each([
    [['lama-4-scuot', '--gpu', 'h100-sxm'], 'Did you mean'],
    [['llama-3.3-70b', '--gpu', 'h10o-sxm'], 'Did you mean'],
    [['llama-3.3-70b', '--gpu', 'h100-sxm', '--count', '2', '--tp', '4'], "can't be split over 4"],
    [['llama-3.3-70b', '--gpu', 'h100-sxm', '--count', '1e9'], 'from 1 to 100000'],
    [['llama-3.1-405b', '--gpu', 'h100-sxm', '--count', '8', '--precision', 'bf16'], "doesn't fit"],
  ])('%s: says what is wrong', async (args, message) => {
    const { code, stderr } = await run(['capacity', ...args]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });

  it('says when a load is more than memory holds, or breaks the SLO', async () => {
    const args = ['capacity', 'llama-3.3-70b', '--gpu', 'h100-sxm', '--precision', 'fp8', '--concurrency', '256', '--tpot-ms', '5'];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Note: 256 in flight were asked for; memory holds \d+ at once/);
    expect(stdout).toMatch(/Note: .* exceeds the 5 ms asked for/);
  });
});
