import { describe, expect, test } from 'vitest';
import { liveView } from '../../src/bench/output/live-view.ts';
import type { Snapshot } from '../../src/bench/run/events.ts';

const SNAPSHOT: Snapshot = {
  level: 'concurrency 8',
  level_number: 2,
  levels: 3,
  phase: 'measure',
  elapsed_s: 12.3,
  sent: 96,
  ok: 80,
  in_flight: 8,
  requests_per_s: 7.15,
  errors: { http_429: 5, timeout: 3 },
  ttft_ms: { p50: 45.6, p95: 120 },
  tpot_ms: { p50: 9.5, p95: 12 },
  spent_usd: 0.0123,
  elu: 0.21,
};

function screen(isTty: boolean, width = 200) {
  const written: string[] = [];
  const view = liveView({ write: (text) => written.push(text), isTty, width });
  return { view, written, text: () => written.join('') };
}

describe('the live view', () => {
  test('shows rate, in flight, percentiles, errors by class and money', () => {
    const { view, text } = screen(false);
    view.progress(SNAPSHOT);
    expect(text()).toBe(
      '[2/3] concurrency 8, measuring 12 s  7.15 req/s, 8 in flight, 80 ok of 96 sent, errors: http_429 5, timeout 3  TTFT p50 45.6 p95 120 ms, TPOT p50 9.50 p95 12.0 ms, client busy 21 %, spent $0.0123\n',
    );
  });

  test('not on a terminal: plain lines, one a level and then every few seconds, no escapes', () => {
    const { view, written, text } = screen(false);
    for (let tick = 0; tick < 5; tick++) view.progress(SNAPSHOT);
    view.progress({ ...SNAPSHOT, phase: 'drain' });
    view.warn('careful');
    view.close();
    expect(written).toHaveLength(3);
    expect(text()).not.toContain('\u001b');
    expect(text()).toContain('warning: careful\n');
  });

  test('on a terminal: redrawn in place within its width, and gone at the end', () => {
    const { view, written } = screen(true, 40);
    view.progress(SNAPSHOT);
    view.progress(SNAPSHOT);
    view.note('a note');
    view.progress(SNAPSHOT);
    view.close();
    expect(written[0]?.split('\n').every((line) => line.length < 40)).toBe(true);
    expect(written[1]?.startsWith('\u001b[3A\u001b[0J[2/3]')).toBe(true);
    expect(written[2]).toBe('\u001b[3A\u001b[0Ja note\n');
    expect(written[3]).toMatch(/^\[2\/3\]/);
    expect(written[4]).toBe('\u001b[3A\u001b[0J');
  });

  test('a level name cannot move the cursor', () => {
    const { view, text } = screen(true);
    view.progress({ ...SNAPSHOT, level: 'x\u001b[2J' });
    expect(text()).not.toContain('\u001b[2J');
  });
});
