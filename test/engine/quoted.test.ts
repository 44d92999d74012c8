/** The solver against an independent one on random quoted tables: roots of each straight segment, worked out on its own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableCurve } from '../../src/engine/cost/piecewise.ts';
import { costModel, type Term } from '../../src/engine/cost/terms.ts';
import { comparePair, findWinners } from '../../src/engine/crossover.ts';

const base = { leg: null, source: '', driver: null, category: 'usage' } as const;

interface Table {
  readonly points: readonly { readonly requests: number; readonly usd: number }[];
  readonly perRequest: number;
}

function contenders({ points, perRequest }: Table) {
  const api: Term = { ...base, shape: 'linear', name: 'api', unit: 'request', unit_usd: perRequest, per_request: 1 };
  const own: Term = { ...base, shape: 'curve', behaviour: 'variable', name: 'own', unit: 'USD', unit_usd: 1, curve: tableCurve(points) };
  return [
    { id: 'api', cost: costModel([api]), simplicity: 0 },
    { id: 'own', cost: costModel([own]), simplicity: 3 },
  ] as const;
}

/** Price of the table by the definition: the line of the segment, the end segments continued, never below 0. */
function quoted(points: Table['points'], volume: number): number {
  let i = points.findIndex((point) => volume <= point.requests);
  if (i === -1) i = points.length - 1;
  if (i === 0) i = 1;
  const [a, b] = [points[i - 1], points[i]] as [Table['points'][number], Table['points'][number]];
  return Math.max(0, a.usd + ((b.usd - a.usd) / (b.requests - a.requests)) * (volume - a.requests));
}

/** Real volumes >= 1 at which table - API changes sign, by solving every segment for itself. */
function signChanges({ points, perRequest }: Table): number[] {
  const gap = (volume: number) => quoted(points, volume) - perRequest * volume;
  const kinks = [1, ...points.map((point) => point.requests)];
  for (const [a, b] of [points.slice(0, 2), points.slice(-2)] as unknown as (readonly [Table['points'][number], Table['points'][number]])[]) {
    if (a.usd !== b.usd) kinks.push(a.requests - (a.usd * (b.requests - a.requests)) / (b.usd - a.usd));
  }
  const edges = [...new Set(kinks.filter((kink) => kink >= 1))].sort((a, b) => a - b);
  edges.push((edges.at(-1) as number) + 1e13);
  return edges.slice(1).flatMap((to, i) => {
    const from = edges[i] as number;
    const [left, right] = [gap(from), gap(to)];
    return left < 0 === right < 0 ? [] : [from + ((to - from) * left) / (left - right)];
  });
}

const tableArb: fc.Arbitrary<Table> = fc.record({
  points: fc
    .uniqueArray(fc.integer({ min: 100, max: 1_000_000 }), { minLength: 2, maxLength: 5 })
    .chain((volumes) =>
      fc
        .array(fc.integer({ min: 1, max: 20_000 }), { minLength: volumes.length, maxLength: volumes.length })
        .map((usd) => [...volumes].sort((a, b) => a - b).map((requests, i) => ({ requests, usd: usd[i] as number }))),
    ),
  perRequest: fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 20_011),
});

describe('quoted tables', () => {
  it('cross where an independent solver says, for 200 random tables', () => {
    fc.assert(
      fc.property(tableArb, (table) => {
        const { winners, crossovers } = findWinners(contenders(table));
        // Changes within one request of each other, or below the second request, cannot show in whole volumes.
        const expected = signChanges(table).filter(
          (at, i, all) => at > 2 && at < 1e12 && Math.abs(at - (all[i - 1] ?? -10)) > 2 && Math.abs((all[i + 1] ?? 1e15) - at) > 2,
        );
        const found = crossovers.map((crossover) => crossover.requests_per_month);
        for (const at of expected) expect(Math.min(...found.map((each) => Math.abs(each - at) / at)), `${at} in ${found}`).toBeLessThan(1e-7);
        for (const { from_requests, option_id } of winners) {
          expect(option_id).toBe(quoted(table.points, from_requests) < table.perRequest * from_requests ? 'own' : 'api');
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it("settles the article's table at 13,913.04", () => {
    const points = [
      { requests: 10_000, usd: 200 },
      { requests: 100_000, usd: 400 },
      { requests: 500_000, usd: 800 },
      { requests: 1_000_000, usd: 1200 },
    ];
    const [api, own] = contenders({ points, perRequest: 0.015 });
    // 200 + (v - 10,000) x 200 / 90,000 = 0.015 v: v = 177.777... / 0.0127777... = 13,913.043...
    const { first, settled } = comparePair(api, own);
    expect(first).toBeCloseTo(13_913.043478, 5);
    expect(settled).toBe(first);
  });
});
