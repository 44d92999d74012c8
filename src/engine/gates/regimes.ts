/** Gates of the regime rules: one per rule and option, the worst of its needs. */

import type { Rule, RuleCell, Sourced } from '../catalog.ts';
import type { Gate } from '../result.ts';
import { type Judgement, type Judging, type Standing, toGate } from './judging.ts';
import { judgeNeed } from './needs.ts';
import { effectiveRegion } from './place.ts';
import { isInside } from './regions.ts';
import { asksFor, binds, matchAll, type OpenRegime, openRegimes } from './rules.ts';
import type { Subject } from './subjects.ts';

export interface Matched {
  readonly rules: readonly Rule[];
  readonly open: readonly OpenRegime[];
}

/** The rules of a scenario; worked out once for all options. */
export function matchScenario({ scenario, catalog, as_of }: Judging): Matched {
  return { rules: matchAll(scenario, catalog, []).filter((rule) => binds(rule, as_of)), open: openRegimes(scenario, catalog) };
}

/** A rule whose data a route keeps off a leg stays in the list as passed, so that a reader sees why it doesn't count. */
export function regimeGates(subject: Subject, matched: Matched, judging: Judging): readonly Gate[] {
  const reached = subject.withheld.length === 0 ? null : new Set(matchAll(judging.scenario, judging.catalog, subject.withheld));
  const rules = matched.rules.map((rule) =>
    toGate(subject, reached === null || reached.has(rule) ? judgeRule(rule, subject, judging) : keptAway(rule, subject), judging),
  );
  return [...rules, ...matched.open.map((open) => toGate(subject, judgeOpen(open, subject), judging))];
}

function keptAway(rule: Rule, subject: Subject): Judgement {
  const message = `${rule.data_class ?? 'This'} data never reaches ${subject.option.id} (hybrid.keep).`;
  return { rule: rule.id, verdict: 'pass', missing: [], message, source: rule.sources[0] ?? null, firm: true };
}

function judgeRule(rule: Rule, subject: Subject, judging: Judging): Judgement {
  const cell = rule[subject.hosting];
  const base = { rule: rule.id, missing: [], source: rule.sources[0] ?? null, firm: true };
  const applies = placeApplies(cell, subject, judging);
  if (cell.verdict === 'none') return { ...base, verdict: 'pass', message: `${rule.id} asks nothing of ${WHO[subject.hosting]}.` };
  if (applies === false) return { ...base, verdict: 'pass', message: `${rule.id} asks nothing here: it runs ${inverse(cell)}.` };
  if (cell.verdict === 'forbid') return forbidden(rule, cell, subject, applies, base);
  return conditional(rule, cell, subject, applies, judging);
}

const WHO = { third_party_api: "a third party's API", rented_gpu: 'a rented GPU', owned_gpu: 'hardware of your own' } as const;

/** Does the cell hold where this option runs? null: the place isn't known. */
function placeApplies(cell: RuleCell, subject: Subject, judging: Judging): boolean | null {
  if (!cell.where) return true;
  const region = effectiveRegion(subject, judging);
  const { inside, outside } = cell.where;
  const held = (place: string | undefined, want: boolean): boolean | null => {
    if (place === undefined) return true;
    const is = region === null ? null : isInside(region, place);
    return is === null ? null : is === want;
  };
  const both = [held(inside, true), held(outside, false)];
  return both.includes(false) ? false : both.includes(null) ? null : true;
}

function inverse({ where }: RuleCell): string {
  return where?.outside ? `inside ${where.outside}` : `outside ${where?.inside}`;
}

function forbidden(rule: Rule, cell: RuleCell, subject: Subject, applies: boolean | null, base: Omit<Judgement, 'verdict' | 'message'>): Judgement {
  const why = rule.note ? ` ${sentence(rule.note)}` : '';
  if (applies === true) return { ...base, verdict: 'fail', message: `${rule.id} forbids this on ${WHO[subject.hosting]}.${why}` };
  const place = cell.where?.outside ?? cell.where?.inside ?? '';
  return {
    ...base,
    verdict: 'unknown',
    missing: ['region'],
    message: `${rule.id} forbids ${WHO[subject.hosting]} ${side(cell)} ${place}, and nothing says where this runs${sayRegion(subject)}.${why}`,
  };
}

function side({ where }: RuleCell): string {
  return where?.outside ? 'outside' : 'inside';
}

function sayRegion(subject: Subject): string {
  return subject.region_path ? `; say \`${subject.region_path}\` in option ${subject.option.id}` : '';
}

function conditional(rule: Rule, cell: RuleCell, subject: Subject, applies: boolean | null, judging: Judging): Judgement {
  const each = cell.needs.map((need) => ({ need, ...judgeNeed(need, subject, judging) }));
  const failed = each.filter((one) => one.verdict === 'fail');
  const open = each.filter((one) => one.verdict === 'unknown');
  const verdict = failed.length > 0 ? 'fail' : open.length > 0 ? 'unknown' : 'pass';
  const missing = [...failed, ...open].map((one) => one.need);
  const source = sourceOf([...failed, ...open], rule);
  if (verdict === 'pass') return { rule: rule.id, verdict, missing, message: `${rule.id}: ${each.map((one) => one.need).join(', ')} met.`, source, firm: true };
  const message = `${rule.id}: ${[...failed, ...open].map((one) => one.reason).join('; ')}.`;
  if (applies === true) return { rule: rule.id, verdict, missing, message, source, firm: true };
  const place = `${rule.id} holds only ${side(cell)} ${cell.where?.outside ?? cell.where?.inside}, and nothing says where this runs${sayRegion(subject)}. `;
  return { rule: rule.id, verdict: 'unknown', missing: ['region', ...missing], message: place + message, source, firm: true };
}

/** The record that decided, where one did; else the rule's own source. */
function sourceOf(deciding: readonly Standing[], rule: Rule): Sourced | null {
  return deciding.find((one) => one.source !== null)?.source ?? rule.sources[0] ?? null;
}

function judgeOpen(open: OpenRegime, subject: Subject): Judgement {
  const base = { rule: open.regime, source: open.rules[0]?.sources[0] ?? null, firm: true };
  if (open.rules.length === 0)
    return { ...base, verdict: 'unknown', missing: ['rules'], message: `We have no rules for regime ${open.regime}, so nothing can be said.` };
  if (open.rules.every((rule) => rule[subject.hosting].verdict === 'none')) {
    return { ...base, verdict: 'pass', missing: [], message: `${open.regime} asks nothing of ${WHO[subject.hosting]}, whatever the data.` };
  }
  const { path, names } = asksFor(open);
  return {
    ...base,
    verdict: 'unknown',
    missing: [path.split('.')[1] ?? path],
    message: `${open.regime} is named but nothing it knows is: say \`${path}\`, one or more of ${names.join(', ')}.`,
  };
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
