/** What must agree between the parts of a scenario file. Looks at the raw values, so that it can speak even where other parts are wrong. */

import { type FieldIssue, isMap } from './fields.ts';
import { nearest, suggestion } from './nearest.ts';
import { quote } from './quantity.ts';

interface RawOption {
  readonly at: number;
  readonly id: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Duplicate ids, legs of hybrids, and every other place that names an option. */
export function crossChecks(raw: Readonly<Record<string, unknown>>): readonly FieldIssue[] {
  const options = rawOptions(raw.options);
  return [
    ...duplicates(options),
    ...options.flatMap((option) => legs(option, options)),
    ...baseline(raw, options),
    ...accepted(raw, options),
    ...verdicts(raw, options),
  ];
}

function rawOptions(raw: unknown): readonly RawOption[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((each: unknown, at) => (isMap(each) && typeof each.id === 'string' ? [{ at, id: each.id, raw: each }] : []));
}

function duplicates(options: readonly RawOption[]): readonly FieldIssue[] {
  return options
    .filter(({ id, at }) => options.some((other) => other.id === id && other.at < at))
    .map(({ id, at }) => ({
      path: ['options', at, 'id'],
      code: 'option.duplicate-id',
      message: `repeats ${quote(id)}`,
      hint: 'Give each option an id of its own.',
    }));
}

function legs({ id, at, raw }: RawOption, options: readonly RawOption[]): readonly FieldIssue[] {
  if (!isMap(raw.hybrid)) return [];
  const { small, large } = raw.hybrid;
  const issues = (['small', 'large'] as const).flatMap((key) => leg(id, (raw.hybrid as RawOption['raw'])[key], ['options', at, 'hybrid', key], options));
  if (issues.length > 0 || typeof small !== 'string' || small !== large) return issues;
  return [{ path: ['options', at, 'hybrid', 'large'], code: 'option.leg', message: 'is the small model again', hint: 'A hybrid combines two options.' }];
}

function leg(self: string, named: unknown, path: FieldIssue['path'], options: readonly RawOption[]): readonly FieldIssue[] {
  if (typeof named !== 'string') return [];
  const issue = (message: string, hint: string) => [{ path, code: 'option.leg', message, hint }];
  if (named === self) return issue('names the hybrid itself', 'Name one of the other options.');
  const found = options.find(({ id }) => id === named);
  if (found === undefined) return unknownOption(named, path, options);
  if (Object.hasOwn(found.raw, 'hybrid')) return issue(`names ${quote(named)}, which is a hybrid itself`, 'A leg is an API or a self-hosted model.');
  return Object.hasOwn(found.raw, 'quoted')
    ? issue(`names ${quote(named)}, which is quoted: an all-in price can't be split`, 'A leg is an API or a self-hosted model.')
    : [];
}

function unknownOption(named: string, path: FieldIssue['path'], options: readonly RawOption[]): readonly FieldIssue[] {
  const known = options.map(({ id }) => id);
  const hint = suggestion(named, known);
  return [{ path, code: 'option.unknown', message: `names ${quote(named)}, and no option has this id`, ...(hint === null ? {} : { hint }) }];
}

function baseline(raw: Readonly<Record<string, unknown>>, options: readonly RawOption[]): readonly FieldIssue[] {
  const { baseline: named } = raw;
  return typeof named !== 'string' || options.some(({ id }) => id === named) ? [] : unknownOption(named, ['baseline'], options);
}

function accepted(raw: Readonly<Record<string, unknown>>, options: readonly RawOption[]): readonly FieldIssue[] {
  const names = isMap(raw.requirements) ? raw.requirements.accept_unknown : null;
  if (!Array.isArray(names)) return [];
  return names.flatMap((each: unknown, at) => (typeof each === 'string' ? acceptedName(each, ['requirements', 'accept_unknown', at], options) : []));
}

function acceptedName(each: string, path: FieldIssue['path'], options: readonly RawOption[]): readonly FieldIssue[] {
  const [option = '', rule = '', ...rest] = each.split('/');
  if (option === '' || rule === '' || rest.length > 0) {
    return [
      { path, code: 'requirements.accept-unknown', message: `must be option/need, found ${quote(each)}`, hint: 'Write for example gpt/gdpr.transfer_ok.' },
    ];
  }
  // A leg inside one hybrid is named hybrid.leg.
  if (option.split('.').every((part) => options.some(({ id }) => id === part))) return [];
  const near = nearest(
    option,
    options.map(({ id }) => id),
  );
  const hint = near === null ? undefined : `Did you mean ${quote(`${near}/${rule}`)}?`;
  return [{ path, code: 'option.unknown', message: `names the option ${quote(option)}, and no option has this id`, ...(hint === undefined ? {} : { hint }) }];
}

function verdicts(raw: Readonly<Record<string, unknown>>, options: readonly RawOption[]): readonly FieldIssue[] {
  const policy = isMap(raw.policies) ? raw.policies.verdict_must_be : null;
  const path = isMap(policy) ? ['policies', 'verdict_must_be', 'value'] : ['policies', 'verdict_must_be'];
  const value = isMap(policy) ? policy.value : policy;
  const ids = Array.isArray(value) ? value.map((id: unknown, at) => ({ id, path: [...path, at] })) : [{ id: value, path }];
  return ids.flatMap(({ id, path: where }) => (typeof id === 'string' && !options.some((option) => option.id === id) ? unknownOption(id, where, options) : []));
}
