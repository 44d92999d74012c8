/** Figures of the check as text. Written by hand, so that every machine prints the same. */

/** `$2,750.00`, with a sign when asked: `+$12.50`, `-$3.10`. */
export function usd(value: number, signed = false, sign = '$'): string {
  const rounded = Math.round(Math.abs(value) * 100) / 100;
  const text = `${sign}${separated(rounded.toFixed(2))}`;
  if (rounded === 0) return signed ? `±${text}` : text;
  return value < 0 ? `-${text}` : signed ? `+${text}` : text;
}

function separated(text: string): string {
  const [whole = '', cents = ''] = text.split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** A fraction as percent, at most one decimal. `12.5 %`, `+12.5 %` */
export function percent(fraction: number, signed = false): string {
  const value = Math.round(fraction * 1000) / 10;
  const text = `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
  return signed && value > 0 ? `+${text}` : text;
}

export function days(value: number): string {
  return value === 1 ? '1 day' : `${value} days`;
}

/** US dollars in the scenario's currency. */
export function money(value: number, currency: { readonly code: string; readonly per_usd: number } | null, signed = false): string {
  const code = currency?.code ?? 'USD';
  return usd(value * (currency?.per_usd ?? 1), signed, code === 'USD' ? '$' : `${code} `);
}
