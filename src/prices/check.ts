/** `prices check`: what in the price data is missing, old, contradictory or unlikely. */

import type { ApiModel, Catalog, PriceEntry, RentalOffer } from '../engine/catalog.ts';
import { daysBetween, type IsoDate } from '../engine/units.ts';
import type { Difference } from './compare.ts';
import { availability } from './timeline.ts';

type CheckCode =
  | 'price.no-source'
  | 'price.stale'
  | 'price.checked-in-future'
  | 'price.overlap'
  | 'price.jump'
  | 'price.cached-dearer'
  | 'price.output-cheaper'
  | 'price.retired-before-release'
  | 'price.disagrees'
  | 'name.ambiguous';

export interface PriceFinding {
  readonly code: CheckCode;
  /** Model id, or `rental cloud/gpu/billing`. */
  readonly subject: string;
  /** Entry the finding is about: its `from`, null for the first or for none. */
  readonly from: IsoDate | null;
  readonly message: string;
}

/** A finding that was looked into and stays as it is. */
export interface Accepted {
  readonly code: string;
  /** Subjects; a star at the end stands for any ending. */
  readonly subjects: readonly string[];
  /** Only prices that began before this day. */
  readonly until?: IsoDate;
  readonly why: string;
}

export interface CheckOptions {
  readonly today: IsoDate;
  readonly maxAgeDays: number;
}

/** Prices checked longer ago than this are stale unless asked otherwise. Only a price in force can be: the past is what it was. */
export const DEFAULT_MAX_AGE_DAYS = 200;
const JUMP = 4;

export function checkPrices(catalog: Catalog, options: CheckOptions): PriceFinding[] {
  return [
    ...catalog.api.flatMap((model) => checkModel(model, options)),
    ...ambiguousNames(catalog.api),
    ...catalog.rental.flatMap((offer) => checkOffer(offer, options)),
  ];
}

export function disagreements(differences: readonly Difference[], list: string): PriceFinding[] {
  return differences.map(({ model, rate, ours, theirs, date }) => ({
    code: 'price.disagrees',
    subject: model,
    from: null,
    message: `${rate} is ${ours ?? 'absent'} here and ${theirs ?? 'absent'} in ${list} on ${date}`,
  }));
}

/** The findings nobody has accepted yet, and the acceptances that match nothing any more. */
export function unaccepted(findings: readonly PriceFinding[], accepted: readonly Accepted[]): { readonly open: PriceFinding[]; readonly unused: Accepted[] } {
  const covers = (each: Accepted, finding: PriceFinding) =>
    each.code === finding.code &&
    (each.until === undefined || (finding.from ?? '') < each.until) &&
    each.subjects.some((subject) => fits(subject, finding.subject));
  return {
    open: findings.filter((finding) => !accepted.some((each) => covers(each, finding))),
    unused: accepted.filter((each) => !findings.some((finding) => covers(each, finding))),
  };
}

function fits(pattern: string, subject: string): boolean {
  return pattern.endsWith('*') ? subject.startsWith(pattern.slice(0, -1)) : pattern === subject;
}

function checkModel(model: ApiModel, options: CheckOptions): PriceFinding[] {
  const say = (code: CheckCode, entry: PriceEntry, message: string): PriceFinding => ({ code, subject: model.id, from: entry.from, message });
  const inForce = (index: number) => availability(model, options.today) === 'available' && !superseded(model.prices, index, options.today);
  const findings = model.prices.flatMap((entry, index) => {
    const before = model.prices[index - 1];
    const problems = [
      ...sourceProblems(entry, inForce(index), options),
      ...rateProblems(model, entry),
      ...(before === undefined ? [] : neighbourProblems(before, entry)),
    ];
    return problems.map(([code, message]) => say(code, entry, message));
  });
  if (model.released === null || model.retired === null || model.released <= model.retired) return findings;
  return [
    ...findings,
    { code: 'price.retired-before-release', subject: model.id, from: null, message: `retired on ${model.retired}, released on ${model.released}` },
  ];
}

/** Has a later entry begun? */
function superseded(entries: readonly { readonly from: IsoDate | null }[], index: number, today: IsoDate): boolean {
  return entries.slice(index + 1).some((later) => later.from !== null && later.from <= today);
}

type Problem = readonly [CheckCode, string];

function sourceProblems(entry: { readonly source: string; readonly checked: IsoDate }, inForce: boolean, { today, maxAgeDays }: CheckOptions): Problem[] {
  if (!/^https?:\/\/\S+$/.test(entry.source ?? '')) return [['price.no-source', 'has no source']];
  const age = daysBetween(entry.checked, today);
  if (age < 0) return [['price.checked-in-future', `was checked on ${entry.checked}, after today (${today})`]];
  return inForce && age > maxAgeDays ? [['price.stale', `was checked on ${entry.checked}, ${age} days ago (limit ${maxAgeDays})`]] : [];
}

function rateProblems(model: ApiModel, { rates }: PriceEntry): Problem[] {
  const { input_usd_per_mtok: input, cached_input_usd_per_mtok: cached, output_usd_per_mtok: output } = rates;
  const problems: Problem[] = [];
  if (input !== undefined && cached !== undefined && cached > input)
    problems.push(['price.cached-dearer', `cached input (${cached}) is dearer than input (${input})`]);
  if (model.modality === 'text' && input !== undefined && output !== undefined && output < input)
    problems.push(['price.output-cheaper', `output (${output}) is cheaper than input (${input})`]);
  return problems;
}

function neighbourProblems(before: PriceEntry, entry: PriceEntry): Problem[] {
  if (entry.from === null || entry.from === before.from)
    return [['price.overlap', `two prices begin ${entry.from === null ? 'with the model' : `on ${entry.from}`}`]];
  return (['input_usd_per_mtok', 'output_usd_per_mtok', 'audio_usd_per_minute'] as const).flatMap((name): Problem[] =>
    jump(name, before.rates[name], entry.rates[name]),
  );
}

function jump(name: string, before: number | undefined, after: number | undefined): Problem[] {
  if (before === undefined || after === undefined || before === 0 || after === 0) return [];
  const ratio = Math.max(before / after, after / before);
  return ratio > JUMP ? [['price.jump', `${name} goes from ${before} to ${after}, ${ratio.toFixed(1)} times`]] : [];
}

/** One name for two models of a provider: only the first can be reached by it. */
function ambiguousNames(models: readonly ApiModel[]): PriceFinding[] {
  const owners = new Map<string, string>();
  return models.flatMap((model) =>
    [model.model, ...model.aliases].flatMap((alias): PriceFinding[] => {
      const name = `${model.provider}/${alias.toLowerCase()}`;
      const owner = owners.get(name) ?? model.id;
      owners.set(name, owner);
      return owner === model.id ? [] : [{ code: 'name.ambiguous', subject: model.id, from: null, message: `the name ${name} is also ${owner}'s` }];
    }),
  );
}

function checkOffer(offer: RentalOffer, options: CheckOptions): PriceFinding[] {
  const subject = `rental ${offer.cloud}/${offer.gpu}/${offer.billing}`;
  return offer.prices.flatMap((entry, index) => {
    const before = offer.prices[index - 1];
    const overlap: Problem[] =
      before !== undefined && (entry.from === null || entry.from === before.from) ? [['price.overlap', `two prices begin on ${entry.from}`]] : [];
    const jumps = before === undefined ? [] : jump('usd_per_gpu_hour', before.usd_per_gpu_hour, entry.usd_per_gpu_hour);
    return [...sourceProblems(entry, !superseded(offer.prices, index, options.today), options), ...overlap, ...jumps].map(([code, message]) => ({
      code,
      subject,
      from: entry.from,
      message,
    }));
  });
}
