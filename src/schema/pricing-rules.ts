/** The rules of one regime, `pricing/rules/<regime>.yaml`, and the vocabulary of needs, `pricing/rules/needs.yaml`. */

import { z } from 'zod';
import type { Need, Rule, RuleCell, Sourced } from '../engine/catalog.ts';
import { id, isoDate, present, sourced } from './primitives.ts';

const place = z.string().min(2).describe('Country or bloc: in, cn, ru, eu');

const cell = z
  .strictObject({
    verdict: z.enum(['none', 'conditional', 'forbid']).describe('none: the rule asks nothing; conditional: every need must be met; forbid: no contract helps'),
    needs: z.array(id).default([]).describe('Ids of needs.yaml; for conditional only'),
    where: z
      .strictObject({ outside: place.optional(), inside: place.optional() })
      .optional()
      .describe('The verdict holds only where processing is outside (inside) this place; elsewhere the rule asks nothing'),
  })
  .superRefine((value, context) => {
    const problem = cellProblem(value.verdict, value.needs.length);
    if (problem) context.addIssue({ code: 'custom', path: ['needs'], message: problem });
  });

const rule = z
  .strictObject({
    id: id.optional().describe('Absent: <regime>.<data_class or use>'),
    data_class: id.optional().describe('The data class it judges; any: every class'),
    use: id.optional().describe('The use it judges (EU AI Act)'),
    from_date: isoDate.optional().describe('First day it binds; absent: it binds already'),
    third_party_api: cell.describe("The data goes to somebody's API"),
    rented_gpu: cell.describe("Your model on somebody's GPU: a third party too"),
    owned_gpu: cell.describe('Your model on your own hardware'),
    note: z.string().optional(),
    sources: z.array(z.strictObject(sourced)).min(1),
  })
  .refine((value) => (value.data_class === undefined) !== (value.use === undefined), 'must name a data_class or a use, and not both');

const rules = z
  .strictObject({
    schema_version: z.literal(1),
    regime: id,
    label: z.string(),
    rules: z.array(rule).min(1),
  })
  .superRefine((value, context) => {
    for (const name of repeated(value.rules.map((each) => ruleId(value.regime, each)))) {
      context.addIssue({ code: 'custom', path: ['rules'], message: `must have one rule ${name}, found more` });
    }
  });

export const rulesFile = rules.transform((value) => ({ items: value.rules.map((each) => toRule(value.regime, each)) })) satisfies z.ZodType<
  { readonly items: readonly Rule[] },
  unknown
>;

const need = z.strictObject({
  id,
  meaning: z.string().describe('What it means, a few words that fit in brackets'),
  met_by: z.enum(['provider', 'organisation']).describe('provider: a contract or property of the third party; organisation: something you do yourself'),
  any_of: z.array(id).default([]).describe('Met when any of these needs is'),
  scope_of: id.optional().describe('Met when that contract is in force and nothing known limits its scope here'),
  residency: place.optional().describe('Met by keeping processing in this place'),
  inside: place.optional().describe('Fails where the option says it runs outside this place'),
  silence: z.literal('fail').optional().describe('Fails unless the scenario states it; absent: silence is unknown'),
});

export const needsFile = z
  .strictObject({ schema_version: z.literal(1), needs: z.array(need).min(1) })
  .superRefine((value, context) => {
    const ids = value.needs.map((each) => each.id);
    for (const name of repeated(ids)) context.addIssue({ code: 'custom', path: ['needs'], message: `must have one need ${name}, found more` });
    for (const [index, each] of value.needs.entries()) {
      const unknown = [...each.any_of, ...(each.scope_of ? [each.scope_of] : [])].filter((name) => !ids.includes(name));
      if (unknown.length > 0)
        context.addIssue({ code: 'custom', path: ['needs', index], message: `names needs that are not in this file: ${unknown.join(', ')}` });
    }
  })
  .transform((value) => ({ items: value.needs.map((each): Need => present(each)) })) satisfies z.ZodType<{ readonly items: readonly Need[] }, unknown>;

type RuleValue = z.infer<typeof rule>;

function toRule(regime: string, value: RuleValue): Rule {
  return {
    id: ruleId(regime, value),
    regime,
    data_class: value.data_class ?? null,
    use: value.use ?? null,
    from_date: value.from_date ?? null,
    third_party_api: toCell(value.third_party_api),
    rented_gpu: toCell(value.rented_gpu),
    owned_gpu: toCell(value.owned_gpu),
    note: value.note ?? null,
    sources: value.sources.map((each): Sourced => present(each)),
  };
}

function toCell({ verdict, needs, where }: z.infer<typeof cell>): RuleCell {
  return present({ verdict, needs, where: where && present(where) });
}

function ruleId(
  regime: string,
  value: { readonly id?: string | undefined; readonly data_class?: string | undefined; readonly use?: string | undefined },
): string {
  return value.id ?? `${regime}.${value.data_class ?? value.use}`;
}

function cellProblem(verdict: RuleCell['verdict'], needs: number): string | null {
  if (verdict === 'conditional') return needs === 0 ? 'must name at least one need: conditional on what?' : null;
  return needs > 0 ? `must be empty: ${verdict} has no needs` : null;
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
