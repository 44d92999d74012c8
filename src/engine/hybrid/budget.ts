/** A policy's budget over a log: what each day or month has spent, what it may spend by now, and when it was used up. */

import type { PolicyRule } from './policy.ts';

type BudgetRule = Extract<PolicyRule, { kind: 'budget' }>;

export interface BudgetPeriod {
  /** `YYYY-MM-DD` or `YYYY-MM`, UTC. */
  readonly period: string;
  readonly limit_usd: number;
  readonly spent_usd: number;
  /** First request the whole period's budget could no longer pay, ms since 1970; null: it lasted. */
  readonly ran_out_at_ms: number | null;
  /** Requests kept from the large model by this budget, by pacing or because it had run out. */
  readonly held_back: number;
}

interface Open {
  readonly period: string;
  readonly start_ms: number;
  readonly end_ms: number;
  spent: number;
  ran_out: number | null;
  held_back: number;
}

export class Budget {
  readonly #rule: BudgetRule;
  readonly #periods = new Map<string, Open>();

  constructor(rule: BudgetRule) {
    this.#rule = rule;
  }

  /** May a request at `at` cost `usd` more? With pacing only the share of the period that has passed is free. */
  allows(at: number, usd: number): boolean {
    const period = this.#at(at);
    // A hundred cents are a dollar, though their doubles add up to a little more.
    const wanted = (period.spent + usd) * (1 - 1e-12);
    if (wanted > this.#rule.usd) {
      period.ran_out ??= at;
      return false;
    }
    const passed = (at - period.start_ms) / (period.end_ms - period.start_ms);
    return !this.#rule.pacing || wanted <= this.#rule.usd * passed;
  }

  spend(at: number, usd: number): void {
    this.#at(at).spent += usd;
  }

  holdBack(at: number): void {
    this.#at(at).held_back += 1;
  }

  periods(): BudgetPeriod[] {
    return [...this.#periods.values()].map(({ period, spent, ran_out, held_back }) => ({
      period,
      limit_usd: this.#rule.usd,
      spent_usd: spent,
      ran_out_at_ms: ran_out,
      held_back,
    }));
  }

  #at(ms: number): Open {
    const found = periodOf(ms, this.#rule.per);
    const open = this.#periods.get(found.period) ?? { ...found, spent: 0, ran_out: null, held_back: 0 };
    this.#periods.set(found.period, open);
    return open;
  }
}

/** The UTC day or month that holds a moment. */
export function periodOf(ms: number, per: 'day' | 'month'): { readonly period: string; readonly start_ms: number; readonly end_ms: number } {
  const date = new Date(ms);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const iso = date.toISOString();
  return per === 'day'
    ? { period: iso.slice(0, 10), start_ms: Date.UTC(year, month, day), end_ms: Date.UTC(year, month, day + 1) }
    : { period: iso.slice(0, 7), start_ms: Date.UTC(year, month, 1), end_ms: Date.UTC(year, month + 1, 1) };
}
