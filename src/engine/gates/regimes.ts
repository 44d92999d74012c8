/** Gates of the regime rules: one per rule and option, the worst of its needs. */

import type { Rule, RuleCell, Sourced } from '../catalog.ts';
import { firmly, type Judgement, type Judging, type Standing } from './judging.ts';
import { judgeNeed } from './needs.ts';
import { effectiveRegion } from './place.ts';
import { isInside, placeLabel } from './regions.ts';
import { asksFor, binds, matchAll, type OpenRegime, openRegimes } from './rules.ts';
import type { Subject } from './subjects.ts';

export interface Matched {
  readonly rules: readonly Rule[];
  readonly open: readonly OpenRegime[];
}

/** The rules of a scenario; worked out once for all options. */
export function matchScenario({ scenario, catalog, as_of }: Judging): Matched {
  const matched = matchAll(scenario, catalog, []);
  return { rules: matched.filter((rule) => binds(rule, as_of)), open: openRegimes(scenario, catalog, matched) };
}

/** A rule whose data a route keeps off a leg stays in the list as passed, so that a reader sees why it doesn't count. */
export function judgeRegimes(subject: Subject, matched: Matched, judging: Judging): readonly Judgement[] {
  const reached = subject.withheld.length === 0 ? null : new Set(matchAll(judging.scenario, judging.catalog, subject.withheld));
  const rules = matched.rules.map((rule) => (reached === null || reached.has(rule) ? judgeRule(rule, subject, judging) : keptAway(rule, subject)));
  return [...rules, ...matched.open.map((open) => judgeOpen(open, subject))];
}

function keptAway(rule: Rule, subject: Subject): Judgement {
  const message = `${rule.data_class ?? 'This'} data never reaches ${subject.option.id} (hybrid.keep).`;
  return firmly(rule.id, 'pass', [], message, sourceOf([], rule));
}

function judgeRule(rule: Rule, subject: Subject, judging: Judging): Judgement {
  const cell = rule[subject.hosting];
  if (cell.verdict === 'none') return firmly(rule.id, 'pass', [], `${rule.id} asks nothing of ${WHO[subject.hosting]}.`, sourceOf([], rule));
  const applies = placeApplies(cell, subject);
  if (applies === false) return firmly(rule.id, 'pass', [], `${rule.id} asks nothing here: it runs ${inverse(cell)}.`, sourceOf([], rule));
  return cell.verdict === 'forbid' ? forbidden(rule, cell, subject, applies) : conditional(rule, cell, subject, applies, judging);
}

const WHO = { third_party_api: "a third party's API", rented_gpu: 'a rented GPU', owned_gpu: 'hardware of your own' } as const;

/** Does the cell hold where this option runs? null: the place isn't known. */
function placeApplies(cell: RuleCell, subject: Subject): boolean | null {
  if (!cell.where) return true;
  const region = effectiveRegion(subject);
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
  return where?.outside ? `inside ${placeLabel(where.outside)}` : `outside ${placeLabel(where?.inside ?? '')}`;
}

function forbidden(rule: Rule, cell: RuleCell, subject: Subject, applies: boolean | null): Judgement {
  const why = rule.note ? ` ${sentence(rule.note)}` : '';
  const who = WHO[subject.hosting];
  if (applies === true) return firmly(rule.id, 'fail', [], `${rule.id} forbids this on ${who}.${why}`, sourceOf([], rule));
  const where = `${side(cell)} ${placeLabel(cell.where?.outside ?? cell.where?.inside ?? '')}`;
  const message = `${rule.id} forbids ${who} ${where}, and nothing says where this runs${sayRegion(subject)}.${why}`;
  return firmly(rule.id, 'unknown', ['region'], message, sourceOf([], rule));
}

function side({ where }: RuleCell): string {
  return where?.outside ? 'outside' : 'inside';
}

function sayRegion(subject: Subject): string {
  return subject.region_path ? `; say \`${subject.region_path}\` in option ${subject.option.id}` : '';
}

function conditional(rule: Rule, cell: RuleCell, subject: Subject, applies: boolean | null, judging: Judging): Judgement {
  const each = cell.needs.map((need) => ({ need, standing: judgeNeed(need, subject, judging) }));
  const failed = each.filter(({ standing }) => standing.verdict === 'fail');
  const open = each.filter(({ standing }) => standing.verdict === 'unknown');
  const against = [...failed, ...open];
  if (against.length === 0) return firmly(rule.id, 'pass', [], `${rule.id}: ${cell.needs.join(', ')} met.`, sourceOf([], rule));
  const missing = against.map(({ need }) => need);
  const standings = against.map(({ standing }) => standing);
  const message = `${rule.id}: ${standings.map(({ reason }) => reason).join('; ')}.`;
  const source = sourceOf(standings, rule);
  if (applies === true) return firmly(rule.id, failed.length > 0 ? 'fail' : 'unknown', missing, message, source);
  const where = `${side(cell)} ${placeLabel(cell.where?.outside ?? cell.where?.inside ?? '')}`;
  const place = `${rule.id} holds only ${where}, and nothing says where this runs${sayRegion(subject)}. `;
  return firmly(rule.id, 'unknown', ['region', ...missing], place + message, source);
}

/** The record that decided, where one did; else the rule's own source. */
function sourceOf(deciding: readonly Standing[], rule: Rule): Sourced | null {
  return deciding.find((one) => one.source !== null)?.source ?? rule.sources[0] ?? null;
}

function judgeOpen(open: OpenRegime, subject: Subject): Judgement {
  const { regime, rules } = open;
  const source = rules[0]?.sources[0] ?? null;
  if (rules.length === 0) return firmly(regime, 'unknown', ['rules'], `We have no rules for regime ${regime}, so nothing can be said.`, source);
  if (rules.every((rule) => rule[subject.hosting].verdict === 'none')) {
    return firmly(regime, 'pass', [], `${regime} asks nothing of ${WHO[subject.hosting]}, whatever the data.`, source);
  }
  const { path, names } = asksFor(open);
  const message = `${regime} is named but nothing it knows is: say \`${path}\`, one or more of ${names.join(', ')}.`;
  return firmly(regime, 'unknown', [path.split('.')[1] ?? path], message, source);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
