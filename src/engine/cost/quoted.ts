/** An all-in offer: a price per request or a table of monthly prices, with nothing added. */
import type { QuotedOption } from '../scenario.ts';
import { likely } from '../units.ts';
import { note, type PriceContext } from './context.ts';
import { tableCurve } from './piecewise.ts';
import type { Term } from './terms.ts';

export function quotedTerms(option: QuotedOption, context: PriceContext): Term[] {
  const { quoted } = option;
  const source = quoted.source ?? 'quote in the scenario';
  const terms: Term[] = [];
  if (quoted.usd_per_request !== null) {
    terms.push({
      shape: 'linear',
      name: 'quoted price',
      category: 'usage',
      leg: null,
      per_request: 1,
      unit: 'request',
      unit_usd: likely(quoted.usd_per_request),
      source,
      driver: 'token_price',
    });
  }
  const table = quoted.monthly_usd;
  if (table !== null) {
    const points = table.map((point) => ({ requests: point.requests, usd: likely(point.usd) }));
    noteOutside(
      option,
      points.map((point) => point.requests),
      context,
    );
    terms.push({
      shape: 'curve',
      behaviour: 'variable',
      name: 'quoted monthly price',
      category: 'usage',
      leg: null,
      unit: 'USD',
      unit_usd: 1,
      source,
      driver: null,
      curve: tableCurve(points),
    });
  }
  return terms;
}

/** Between points a quote is linear; outside them it is only a continuation. */
function noteOutside(option: QuotedOption, requests: readonly number[], context: PriceContext): void {
  const [first, last] = [requests[0] ?? 0, requests.at(-1) ?? 0];
  note(
    context,
    'info',
    'quote.extended',
    `The quote of ${option.id} covers ${first} to ${last} requests a month; its end segments are continued beyond, floored at $0.`,
    `options.${option.id}.quoted.monthly_usd`,
  );
}
