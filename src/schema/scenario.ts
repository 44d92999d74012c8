/** A scenario file: YAML values in, exactly the engine's `Scenario` out, all mistakes at once. */

import * as z from 'zod/mini';
import type { Scenario, ScenarioOption, Team } from '../engine/scenario.ts';
import { valueAt } from '../engine/set-value.ts';
import { crossChecks } from './checks.ts';
import {
  date,
  type IssueSink,
  isMap,
  judged,
  optionId,
  orNull,
  quantity,
  reader,
  readNumber,
  readWith,
  report,
  represented,
  text,
  withDefault,
} from './fields.ts';
import { suggestion } from './nearest.ts';
import { option } from './option.ts';
import { type PolicyValues, policies } from './policies.ts';
import { describe, quote } from './quantity.ts';
import { noReferences, type References } from './references.ts';
import { NO_REQUIREMENTS, NO_TEAM, requirements, team } from './requirements.ts';
import { quantityAt, walk } from './walk.ts';
import { workload } from './workload.ts';

const pricing = z.strictObject({ as_of: orNull(date) });
const rule = z.strictObject({ margin: withDefault(quantity('share', { min: 0, max: 1 }), 0.1) });
const currency = z.strictObject({
  code: reader('a currency code like EUR', { type: 'string', pattern: '^[A-Z]{3}$' }, (raw) =>
    typeof raw === 'string' && /^[A-Z]{3}$/.test(raw) ? raw : null,
  ),
  per_usd: orNull(quantity('number', { above: 0 })).check(z.describe('Units of it per US dollar; absent: the newest rate we know')),
});

/** What a scenario file may hold, key by key. */
function scenarioFile(references: References) {
  return z.strictObject({
    version: z.literal(1),
    name: text,
    pricing: withDefault(pricing, { as_of: null }),
    horizon_months: withDefault(quantity('months', { min: 1, max: 120, whole: true }), 12),
    baseline: orNull(optionId).check(z.describe('What savings are measured against; absent: the first cloud API')),
    workload: workload(references),
    requirements: withDefault(requirements, NO_REQUIREMENTS),
    team: withDefault(team as z.ZodMiniType<Team, unknown>, NO_TEAM),
    options: z.array(option(references) as z.ZodMiniType<ScenarioOption, unknown>).check(z.minLength(1)),
    decision_rule: withDefault(rule, { margin: 0.1 }),
    price_trend_per_year: withDefault(judged('rate', { above: -1, max: 10 }), 0).check(z.describe('How API prices move: -40% is a fall')),
    currency: orNull(currency).check(z.describe('For display; the arithmetic stays in US dollars')),
    what_if: withDefault(z.record(z.string(), z.array(z.unknown()).check(z.minLength(1))), {}).check(
      z.describe('Dotted path -> values: { workload.requests_per_month: [10k, 100k] }'),
    ),
    policies: withDefault(policies as z.ZodMiniType<PolicyValues, unknown>, {}),
  });
}

type FileScenario = z.infer<ReturnType<typeof scenarioFile>>;

/** Reads a scenario file's values; `references` opens the files it names. */
export function scenarioSchema(references: References = noReferences) {
  const file = scenarioFile(references);
  const schema = z.pipe(
    z.unknown(),
    z.transform((raw, context): Scenario => {
      if (!isMap(raw))
        return report(context, {
          path: [],
          code: 'scenario.wrong-type',
          message: `must be a map of keys like version, name, workload and options, found ${describe(raw)}`,
        });
      for (const issue of crossChecks(raw)) report(context, issue);
      const whatIf = readWhatIf(raw, file, context);
      return toScenario(readWith(file as z.ZodMiniType<FileScenario, unknown>, raw, context), whatIf, references, context);
    }),
  );
  return represented(schema, file) satisfies z.ZodMiniType<Scenario, unknown>;
}

function toScenario(value: FileScenario, whatIf: Scenario['what_if'], references: References, sink: IssueSink): Scenario {
  if (sink.issues.length > 0) return z.NEVER;
  const scenario: Scenario = { ...value, currency: toCurrency(value.currency, references, sink), what_if: whatIf };
  for (const path of Object.keys(whatIf)) {
    if (valueAt(scenario, path) === undefined)
      report(sink, { path: ['what_if', path], code: 'what-if.unknown-path', message: 'names nothing that this scenario sets' });
  }
  return scenario;
}

function toCurrency(value: FileScenario['currency'], references: References, sink: IssueSink): Scenario['currency'] {
  if (value === null) return null;
  const perUsd = value.per_usd ?? references.perUsd(value.code);
  if (perUsd !== null) return { code: value.code, per_usd: perUsd };
  return report(sink, {
    path: ['currency'],
    code: 'currency.no-rate',
    message: `has no rate for ${value.code}`,
    hint: 'Add per_usd: how many of it a US dollar buys.',
  });
}

type FileShape = ReturnType<typeof scenarioFile>;

function readWhatIf(raw: Readonly<Record<string, unknown>>, file: FileShape, sink: IssueSink): Scenario['what_if'] {
  if (!isMap(raw.what_if)) return {};
  return Object.fromEntries(Object.entries(raw.what_if).map(([path, values]) => [path, readValues(path, values, raw, file, sink)]));
}

function readValues(path: string, values: unknown, raw: unknown, file: FileShape, sink: IssueSink): readonly number[] {
  const walked = walk(file, raw, path.split('.'));
  const field = quantityAt(walked);
  const where = ['what_if', path];
  if (walked.kind === 'unknown') {
    const steps = path.split('.');
    const hint = suggestion(steps[walked.at] ?? '', walked.known);
    report(sink, {
      path: where,
      code: 'what-if.unknown-path',
      message: `has no ${quote(steps.slice(0, walked.at + 1).join('.'))}`,
      ...(hint === null ? {} : { hint }),
    });
  } else if (field === null) {
    report(sink, { path: where, code: 'what-if.not-a-number', message: 'does not lead to a number, and only numbers can be varied' });
  } else if (Array.isArray(values)) {
    return values.map((value, at) => readNumber(value, { ...field, judged: false }, [...where, at], sink));
  }
  return [];
}
