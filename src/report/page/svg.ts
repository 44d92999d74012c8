/** Charts as SVG text. Own SVG and no chart library: lines stay text a screen reader, a printer and a dark theme can use, where a canvas is a picture. */

import { html } from '../escape.ts';

export type Attributes = Readonly<Record<string, string | number>>;

/** Coordinates are rounded to a tenth of a pixel: half the text, the same picture. */
export function tag(name: string, attributes: Attributes, inner = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : html(value)}"`);
  return inner === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${inner}</${name}>`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return tag('text', { x, y, ...attributes }, html(content));
}

/** A scale from values to pixels. */
export type Scale = (value: number) => number;

export function logScale(low: number, high: number, from: number, to: number): Scale {
  const [a, b] = [Math.log10(low), Math.log10(high)];
  return (value) => from + ((Math.log10(value) - a) / (b - a)) * (to - from);
}

/** Powers of ten within the ends; with few of them also their doubles and fives. */
export function logTicks(low: number, high: number, most: number): number[] {
  const powers: number[] = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power++) powers.push(10 ** power);
  if (powers.length < 3) return fine(low, high).filter((_, index, all) => index % Math.ceil(all.length / most) === 0);
  const step = Math.ceil(powers.length / most);
  return powers.filter((_, index) => index % step === 0);
}

function fine(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) ticks.push(...[1, 2, 5].map((digit) => digit * 10 ** power));
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}
