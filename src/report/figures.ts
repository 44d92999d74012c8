/** Figures as people read them: sensible digits, thousands separators, a currency sign. Written by hand, so that every machine prints the same. */

import type { Scenario } from '../engine/scenario.ts';
import type { Judged } from '../engine/units.ts';

/** Shows US dollars in the scenario's currency; the arithmetic stays in US dollars. */
export interface Money {
  /** A total: whole units from 100 up, cents below, three digits below 1. `$2,750`, `$12.50`, `$0.00275` */
  readonly total: (usd: number) => string;
  /** A unit price: up to four significant digits below 100, never fewer than two decimals. `$2.50`, `$0.000015` */
  readonly unit: (usd: number) => string;
  /** ISO 4217 code. */
  readonly code: string;
}

const SIGNS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹' };

/** @param unicode without it only the dollar keeps its sign; others show their code */
export function moneyOf(currency: Scenario['currency'], unicode = true): Money {
  const code = currency?.code ?? 'USD';
  const perUsd = currency?.per_usd ?? 1;
  const sign = unicode || code === 'USD' ? SIGNS[code] : undefined;
  const dress = (usd: number, digits: (value: number) => string) => {
    const text = digits(Math.abs(usd * perUsd));
    const minus = usd < 0 && /[1-9]/.test(text) ? '-' : '';
    return sign === undefined ? `${minus}${code} ${text}` : `${minus}${sign}${text}`;
  };
  return { code, total: (usd) => dress(usd, totalDigits), unit: (usd) => dress(usd, unitDigits) };
}

function totalDigits(value: number): string {
  if (value === 0 || value >= 99.995) return grouped(value, 0);
  return value >= 0.995 ? grouped(value, 2) : significant(value, 3);
}

function unitDigits(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return grouped(value, 2).replace(/\.00$/, '');
  const text = significant(value, 4);
  const decimals = text.split('.')[1]?.length ?? 0;
  return decimals >= 2 ? text : grouped(value, 2);
}

/** Fixed decimals and thousands separators. `grouped(1234.5, 1) === '1,234.5'` */
export function grouped(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1e21) return value.toExponential(3);
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** At most `digits` significant digits, no exponent for anything above 1e-12, no trailing zeros. `significant(0.0027512, 3) === '0.00275'` */
export function significant(value: number, digits: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -12) return value.toExponential(digits - 1);
  const text = grouped(value, Math.max(0, digits - 1 - exponent));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A number of things: whole when it is, else up to two decimals. `13,913.04` */
export function count(value: number): string {
  return grouped(value, 2).replace(/\.0$|\.00$|(\.\d)0$/, '$1');
}

/** A short axis label. `10k`, `2.5M`, `1B` */
export function short(value: number): string {
  const scales: readonly [number, string][] = [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  const [scale, letter] = scales.find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, ''];
  return significant(value / scale, 3) + letter;
}

/** A fraction as a whole percent, with one decimal below 10 %. `-33 %`, `4.5 %` */
export function percent(fraction: number): string {
  const value = fraction * 100;
  const text = Math.abs(value) < 9.95 ? grouped(value, 1).replace(/\.0$/, '') : grouped(value, 0);
  return `${text === '-0' ? '0' : text} %`;
}

/** A judged number: `0.3` or `0.1 to 1 (likely 0.3)`. */
export function judged(value: Judged, show: (value: number) => string = count): string {
  if (typeof value === 'number') return show(value);
  return `${show(value.low)} to ${show(value.high)} (likely ${show(value.likely)})`;
}

/** `1 month`, `12 months`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
