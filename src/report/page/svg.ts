/**
 * Charts as SVG text. Scales, ticks, lines, areas and stacks are those of d3-scale and d3-shape: they compute and leave the drawing to us,
 * so that text stays text a screen reader, a printer and a dark theme can use, where a chart on a canvas (Chart.js, uPlot) is a picture.
 */

import type { ScaleLogarithmic } from 'd3-scale';
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

/** Ticks people read: of a scale over few decades 1, 2 and 5 of each, of one over many its powers of ten, thinned out. */
export function logTicks(scale: ScaleLogarithmic<number, number>, most: number): number[] {
  const ticks = scale.ticks();
  const powers = ticks.filter((tick) => leadingDigit(tick) === 1);
  const chosen = powers.length < 3 ? ticks.filter((tick) => [1, 2, 5].includes(leadingDigit(tick))) : powers;
  const step = Math.ceil(chosen.length / most);
  return chosen.filter((_, index) => index % step === 0);
}

function leadingDigit(value: number): number {
  return Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
}
