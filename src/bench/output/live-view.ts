/** The view while a run goes: redrawn in place on a terminal, a plain line every few seconds elsewhere. */
import { printable } from '../../llm/secret.ts';
import type { BenchEvents, Snapshot } from '../run/events.ts';
import { errorList, ms, number, percent, usd } from './figures.ts';

const PLAIN_EVERY_MS = 5_000;

export interface Screen {
  readonly write: (text: string) => void;
  readonly isTty: boolean;
  readonly width: number;
}

export interface LiveView extends BenchEvents {
  /** Leaves the terminal as it was. */
  readonly close: () => void;
}

export function liveView(screen: Screen): LiveView {
  return screen.isTty ? new TtyView(screen) : new PlainView(screen);
}

class PlainView implements LiveView {
  readonly #screen: Screen;
  #last = Number.NEGATIVE_INFINITY;
  #lastLevel = '';

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  readonly note = (text: string) => this.#screen.write(`${text}\n`);
  readonly warn = (text: string) => this.#screen.write(`warning: ${text}\n`);

  readonly progress = (snapshot: Snapshot) => {
    const level = `${snapshot.level_number}/${snapshot.phase}`;
    if (level === this.#lastLevel && performance.now() - this.#last < PLAIN_EVERY_MS) return;
    this.#lastLevel = level;
    this.#last = performance.now();
    this.#screen.write(`${summaryLines(snapshot).join('  ')}\n`);
  };

  readonly close = () => undefined;
}

class TtyView implements LiveView {
  readonly #screen: Screen;
  #drawn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  readonly note = (text: string) => this.#above(text);
  readonly warn = (text: string) => this.#above(`warning: ${text}`);

  readonly progress = (snapshot: Snapshot) => {
    const lines = summaryLines(snapshot).map((line) => line.slice(0, Math.max(20, this.#screen.width - 1)));
    this.#screen.write(`${this.#erase()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  };

  readonly close = () => {
    this.#screen.write(this.#erase());
    this.#drawn = 0;
  };

  #above(text: string): void {
    this.#screen.write(`${this.#erase()}${text}\n`);
    this.#drawn = 0;
  }

  #erase(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
  }
}

function summaryLines(snapshot: Snapshot): string[] {
  const { ttft_ms: ttft, tpot_ms: tpot } = snapshot;
  const phase = { warmup: 'warm-up', measure: 'measuring', drain: 'draining' }[snapshot.phase];
  return [
    `[${snapshot.level_number}/${snapshot.levels}] ${printable(snapshot.level, null, 60)}, ${phase} ${snapshot.elapsed_s.toFixed(0)} s`,
    `${number(snapshot.requests_per_s, 2)} req/s, ${snapshot.in_flight} in flight, ${snapshot.ok} ok of ${snapshot.sent} sent, errors: ${errorList(snapshot.errors)}`,
    `TTFT p50 ${ms(ttft?.p50)} p95 ${ms(ttft?.p95)} ms, TPOT p50 ${ms(tpot?.p50)} p95 ${ms(tpot?.p95)} ms, client busy ${percent(snapshot.elu)}${snapshot.spent_usd === null ? '' : `, spent ${usd(snapshot.spent_usd)}`}`,
  ];
}
