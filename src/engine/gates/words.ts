/** Numbers in the sentences of gates; no locale, so that the same plan has the same bytes everywhere. */

/** `grouped(1234567.5) === '1,234,567.5'` */
export function grouped(value: number): string {
  if (Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
  const [whole = '', fraction] = String(Math.round(value * 1000) / 1000).split('.');
  const marked = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? marked : `${marked}.${fraction}`;
}

/** `percent(0.999) === '99.9%'` */
export function percent(value: number): string {
  return `${grouped(Math.round(value * 1e7) / 1e5)}%`;
}
