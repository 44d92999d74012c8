/** Laws of the gates, on random scenarios. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeGates } from '../../../src/engine/gates/index.ts';
import type { Requirements, ScenarioOption } from '../../../src/engine/scenario.ts';
import { api, catalog, custom, hybrid, owned, quoted, rented, scenario, TODAY } from './fixtures.ts';

const options: readonly ScenarioOption[] = [
  ...catalog.api.map((model, index) => api(`api${index}`, model.id, { region: [null, 'eu', 'us'][index % 3] ?? null })),
  rented('lambda', 'lambda'),
  rented('aws', 'aws', { region: 'eu-west-1' }),
  custom('custom', 'somebody'),
  custom('unnamed', null),
  owned('own', { region: 'de' }),
  owned('where'),
  quoted('quote', 'self_host', 'aws'),
  hybrid('mix', 'own', 'api0'),
  hybrid('kept', 'lambda', 'api1', { keep: { small: [], large: ['personal'] } }),
];

const regimes = [...new Set(catalog.rules.map((rule) => rule.regime))];
const classes = [...new Set(catalog.rules.flatMap((rule) => rule.data_class ?? []))];
const uses = [...new Set(catalog.rules.flatMap((rule) => rule.use ?? []))];
const needs = catalog.needs.map((need) => need.id);
const parties = [...new Set([...catalog.api.map((model) => model.provider), 'lambda', 'aws', 'somebody'])];

const statements = fc.dictionary(fc.constantFrom(...parties), fc.subarray(needs), { maxKeys: 4, noNullPrototype: true });
const requirements: fc.Arbitrary<Partial<Requirements>> = fc.record({
  regimes: fc.subarray(regimes, { minLength: 1 }),
  data: fc.subarray(classes),
  use: fc.subarray(uses),
  residency: fc.constantFrom(null, 'eu', 'us'),
  have: statements,
  lack: statements,
  organisation: fc.subarray(needs),
});

const judge = (said: Partial<Requirements>) => judgeGates(scenario(options, { requirements: said }), catalog, TODAY);
const RANK = { pass: 0, unverified: 1, unknown: 2, fail: 3 };

describe('laws of the gates', () => {
  it('saying that more is signed never makes a verdict worse', () => {
    fc.assert(
      fc.property(requirements, fc.constantFrom(...parties), fc.constantFrom(...needs, 'residency'), (said, party, need) => {
        const more = { ...said, have: { ...said.have, [party]: [...(said.have?.[party] ?? []), need] } };
        const before = judge(said);
        judge(more).forEach((after, index) => {
          expect(RANK[after.verdict]).toBeLessThanOrEqual(RANK[before[index]?.verdict ?? 'pass']);
        });
      }),
      { numRuns: 120 },
    );
  });

  it('saying that something lacks never makes a verdict better', () => {
    fc.assert(
      fc.property(requirements, fc.constantFrom(...parties), fc.constantFrom(...needs), (said, party, need) => {
        const less = { ...said, lack: { ...said.lack, [party]: [...(said.lack?.[party] ?? []), need] } };
        const before = judge(said);
        judge(less).forEach((after, index) => {
          expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before[index]?.verdict ?? 'fail']);
        });
      }),
      { numRuns: 120 },
    );
  });

  it('what a rule forbids is never passed, whatever is signed or accepted', () => {
    const everything = Object.fromEntries(parties.map((party) => [party, needs]));
    fc.assert(
      fc.property(requirements, (said) => {
        const gates = judge({ ...said, have: everything, lack: {}, organisation: needs });
        const forbidden = catalog.rules.filter((rule) => rule.third_party_api.verdict === 'forbid' && !rule.third_party_api.where).map((rule) => rule.id);
        for (const gate of gates.filter((each) => each.option_id.startsWith('api') && forbidden.includes(each.rule)))
          expect(gate).toMatchObject({ verdict: 'fail', blocks: true });
      }),
      { numRuns: 60 },
    );
  });

  it('an acceptance changes no verdict, and lifts no fail', () => {
    fc.assert(
      fc.property(requirements, (said) => {
        const before = judge(said);
        const names = before.flatMap((gate) => [`${gate.option_id}/${gate.rule}`, `${gate.leg ?? gate.option_id}/${gate.rule}`]);
        judge({ ...said, accept_unknown: names }).forEach((after, index) => {
          expect(after.verdict).toBe(before[index]?.verdict);
          expect(after.blocks).toBe(after.verdict === 'fail');
        });
      }),
      { numRuns: 60 },
    );
  });

  it('a pass misses nothing and never blocks; everything else says what is missing or why', () => {
    fc.assert(
      fc.property(requirements, (said) => {
        for (const gate of judge(said)) {
          if (gate.verdict === 'pass') expect([gate.missing, gate.blocks]).toEqual([[], false]);
          if (gate.verdict === 'unknown') expect(gate.missing.length).toBeGreaterThan(0);
          expect(gate.message).toMatch(/\.$/);
          expect((gate.source === null) === (gate.checked === null)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
