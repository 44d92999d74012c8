/** What the large model may cost in a calendar day or month (UTC). */

export interface BudgetRule {
  readonly usd: number;
  readonly per: 'day' | 'month';
  readonly pacing: boolean;
}

export class Budget {
  readonly #spent = new Map<string, number>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param at when the money was spent; now, unless an earlier log is read */
  add(usd: number, at = this.#now()): void {
    for (const per of ['day', 'month'] as const) {
      const key = periodOf(at, per);
      this.#spent.set(key, (this.#spent.get(key) ?? 0) + usd);
    }
  }

  spentUsd(per: 'day' | 'month'): number {
    return this.#spent.get(periodOf(this.#now(), per)) ?? 0;
  }

  /** With pacing only the share of the period that has passed is free to spend. */
  usedUp(rule: BudgetRule): boolean {
    const free = rule.pacing ? rule.usd * passedShare(this.#now(), rule.per) : rule.usd;
    return this.spentUsd(rule.per) >= free;
  }
}

function periodOf(at: Date, per: 'day' | 'month'): string {
  return at.toISOString().slice(0, per === 'day' ? 10 : 7);
}

/** Share of the UTC day or month that has passed, 0..1. Noon is half a day. */
export function passedShare(at: Date, per: 'day' | 'month'): number {
  const year = at.getUTCFullYear();
  const month = at.getUTCMonth();
  const from = per === 'day' ? Date.UTC(year, month, at.getUTCDate()) : Date.UTC(year, month, 1);
  const to = per === 'day' ? from + 86_400_000 : Date.UTC(year, month + 1, 1);
  return (at.getTime() - from) / (to - from);
}
