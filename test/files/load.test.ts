/** Scenario files into the engine's values: units, defaults, kinds, --set, places, names and their aliases. */

import { describe, expect, it } from 'vitest';
import type { ApiOption, ScenarioOption } from '../../src/engine/scenario.ts';
import { formatProblems, formatProblemsJson } from '../../src/files/format.ts';
import { type LoadOptions, scenarioFromText } from '../../src/files/load.ts';
import { InputError } from '../../src/files/problem.ts';
import { catalog, FULL, SMALL, SPEECH } from './sample.ts';

function load(text: string, set: LoadOptions['set'] = []) {
  return scenarioFromText(text, 's.yaml', { catalog, set });
}

function problems(text: string, set: LoadOptions['set'] = []) {
  try {
    load(text, set);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

const summary = (text: string, set: LoadOptions['set'] = []) => problems(text, set).map(({ code, line, column, hint }) => [code, line, column, hint]);

type OptionOf<K> = K extends ApiOption['kind'] ? ApiOption : Extract<ScenarioOption, { kind: K }>;

function option<K extends ScenarioOption['kind']>(id: string, kind: K): OptionOf<K> {
  const found = load(FULL).scenario.options.find((each) => each.id === id);
  expect(found?.kind).toBe(kind);
  return found as OptionOf<K>;
}

describe('a full scenario', () => {
  const { scenario } = load(FULL);

  it('reads quantities in the unit of their field', () => {
    expect(scenario.horizon_months).toBe(24);
    expect(scenario.workload).toMatchObject({
      requests_per_month: 500_000,
      growth_per_month: 0.05,
      batchable: 0.2,
      slo: { ttft_p95_ms: 500, tpot_p95_ms: 50, availability: 0.999 },
    });
    expect(scenario.workload.tokens).toEqual({ input: 1000, output: 300, reasoning: 0, cached_input: 0.3, cache_write: 0 });
    expect(scenario.team).toEqual({ engineers: 2, loaded_cost_usd_per_year: 200_000, self_host_fte: { low: 0.1, likely: 0.3, high: 1 }, api_fte: 0.05 });
    expect(scenario.requirements.licensee).toEqual({ domicile: 'eu', monthly_active_users: 2_000_000, monthly_revenue_usd: 5_000_000, commercial: true });
    expect(scenario.price_trend_per_year).toEqual({ low: -0.4, likely: 0, high: 0 });
  });

  it('derives the kind of each option', () => {
    const kinds = scenario.options.map(({ kind }) => kind);
    expect(kinds).toEqual(['cloud_api', 'hosted_open', 'cloud_api', 'hosted_open', 'self_host', 'self_host', 'self_host', 'hybrid', 'quoted', 'quoted']);
  });

  it('reads the three forms of billing', () => {
    expect(option('gpt', 'cloud_api').billing).toEqual({ kind: 'tokens' });
    expect(option('units', 'cloud_api').billing).toEqual({
      kind: 'provisioned',
      provisioned: { units: 2, usd_per_unit_hour: 3, work_per_s: 500, term_months: 12 },
    });
    expect(option('gpus', 'hosted_open').billing).toEqual({
      kind: 'dedicated',
      dedicated: { gpu: 'h100', count: 2, usd_per_gpu_hour: 3.99, work_per_s: null },
    });
  });

  it('reads rented, typed-in and owned GPUs', () => {
    const rental = { kind: 'offer', cloud: 'lambda', billing: 'on_demand', region: null, node_gpus: null, usd_per_gpu_hour: null };
    expect(option('own', 'self_host').self_host.hosting).toEqual({ kind: 'rented', rental });
    const custom = { kind: 'custom', usd_per_gpu_hour: 2.49, provider: 'acme', node_gpus: 8, term_months: 0, interruptions_per_month: 0 };
    expect(option('typed', 'self_host').self_host.hosting).toEqual({ kind: 'rented', rental: custom });
    expect(option('bought', 'self_host').self_host.hosting).toMatchObject({
      kind: 'owned',
      owned: { usd_per_gpu: 30_000, life_months: { low: 24, likely: 36, high: 60 }, pue: 1.3, gpus: null },
    });
  });

  it('sorts the points of a quote by volume', () => {
    expect(option('offer', 'quoted').quoted.monthly_usd).toEqual([
      { requests: 10_000, usd: 200 },
      { requests: 100_000, usd: 400 },
      { requests: 1_000_000, usd: 1200 },
    ]);
    expect(option('flat', 'quoted').quoted).toMatchObject({ usd_per_request: 0.015, monthly_usd: null, provider: 'somebody' });
  });

  it('reads what_if values in the unit of the place', () => {
    expect(scenario.what_if).toEqual({ 'workload.requests_per_month': [10_000, 100_000, 1_000_000], 'options.own.self_host.rental.usd_per_gpu_hour': [2, 3] });
  });

  it('gives every policy a level', () => {
    expect(scenario.policies).toEqual({
      max_monthly_usd: { value: 5000, level: 'fail' },
      verdict_must_be: { value: ['own', 'mix'], level: 'fail' },
      max_price_age_days: { value: 60, level: 'warn' },
      min_margin: { value: 0.1, level: 'fail' },
    });
  });

  it('takes the newest known rate of a currency', () => expect(scenario.currency).toEqual({ code: 'EUR', per_usd: 0.92 }));

  it('is plain data: JSON and back is the same', () => expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario));
});

describe('defaults', () => {
  it('say unknown rather than zero', () => {
    const { scenario } = load(SMALL);
    expect(scenario).toMatchObject({
      pricing: { as_of: null },
      horizon_months: 12,
      baseline: null,
      decision_rule: { margin: 0.1 },
      price_trend_per_year: 0,
      currency: null,
      what_if: {},
      policies: {},
    });
    expect(scenario.team).toEqual({ engineers: null, loaded_cost_usd_per_year: null, self_host_fte: null, api_fte: null });
    expect(scenario.requirements.licensee).toEqual({ domicile: null, monthly_active_users: null, monthly_revenue_usd: null, commercial: true });
    expect(scenario.workload).toMatchObject({ modality: 'text', shape: null, slo: { ttft_p95_ms: null, tpot_p95_ms: null, availability: null } });
  });

  it('speech has audio and no tokens', () => {
    expect(load(SPEECH).scenario.workload).toMatchObject({ tokens: null, audio: { seconds_per_request: 120 }, images: null });
  });
});

describe('texts', () => {
  it('any printable letters; white space becomes one space', () => {
    const { scenario } = load(SMALL.replace('name: small', 'name: "<script>alert(1)</script> ]]> | ::set-output\\n  \\u00e9\\u4e2d"'));
    expect(scenario.name).toBe('<script>alert(1)</script> ]]> | ::set-output \u00e9\u4e2d');
  });
});

describe('names', () => {
  it('are found by alias', () => {
    const text = SMALL.replace('openai/gpt-4o', 'openai/gpt-4o-2024-11-20');
    expect(problems(`${text}requirements: { have: { open_ai: [dpa], Open-AI: [dpa] } }\n`)).toEqual([]);
  });

  it('of the wanted offers are told to whoever gives the catalog', () => {
    let asked: readonly string[] = [];
    const loaded = scenarioFromText(SMALL, 's.yaml', {
      catalog: (offers) => {
        asked = offers;
        return catalog;
      },
    });
    expect(asked).toEqual(['openai/gpt-4o', 'together/llama-3.3-70b']);
    expect(loaded.catalog).toBe(catalog);
  });

  it('of a provider that only the scenario knows may sign contracts', () => {
    expect(problems(`${FULL.replace('lambda: [dpa] }', 'lambda: [dpa], acme: [dpa], somebody: [dpa] }')}`)).toEqual([]);
  });
});

describe('--set', () => {
  it('changes values by path, options by id, and makes what is not there', () => {
    const { scenario } = load(FULL, [
      'workload.requests_per_month=1M',
      'options.own.self_host.gpus_per_replica=4',
      'team.engineers=5',
      'options.gpt.availability=99%',
    ]);
    expect(scenario.workload.requests_per_month).toBe(1_000_000);
    expect(scenario.team.engineers).toBe(5);
    expect(scenario.options.find(({ id }) => id === 'own')).toMatchObject({ self_host: { gpus_per_replica: 4 } });
    expect(scenario.options.find(({ id }) => id === 'gpt')).toMatchObject({ availability: 0.99 });
    expect(load(SMALL, ['workload.slo.ttft_p95_ms=400', 'pricing.as_of=2025-06-01']).scenario).toMatchObject({
      workload: { slo: { ttft_p95_ms: 400 } },
      pricing: { as_of: '2025-06-01' },
    });
  });

  it('takes ranges and lists, and keeps the offer a price is set on', () => {
    const { scenario } = load(FULL, [
      'workload.growth_per_month={low: 0%, likely: 5%, high: 9%}',
      'requirements.data=[]',
      'options.own.self_host.rental.usd_per_gpu_hour=$1.99/h',
    ]);
    expect(scenario.workload.growth_per_month).toEqual({ low: 0, likely: 0.05, high: 0.09 });
    expect(scenario.requirements.data).toEqual([]);
    expect(scenario.options.find(({ id }) => id === 'own')).toMatchObject({
      self_host: { hosting: { rental: { kind: 'offer', cloud: 'lambda', usd_per_gpu_hour: 1.99 } } },
    });
  });

  it('leaves the given text alone', () => expect(load(FULL, ['name=other']).scenario.name).toBe('other'));

  it.each([
    ['workload.request_per_month=1', 'set.unknown-path', 10, 'Did you mean "workload.requests_per_month"?'],
    ['options.own2.one_off_usd=1', 'set.unknown-path', 9, 'Did you mean "options.own"?'],
    ['workload.requests_per_month', 'set.no-value', 1, 'Write for example --set workload.requests_per_month=1M.'],
    ['workload.requests_per_month=', 'set.no-value', 1, 'Write for example --set workload.requests_per_month=1M.'],
    ['=5', 'set.no-value', 1, 'Write for example --set workload.requests_per_month=1M.'],
    ['workload.requests_per_month=lots', 'value.not-a-quantity', 29, null],
    ['horizon_months=.inf', 'yaml.not-finite', 16, 'Write a number, or leave the key out when it is unknown.'],
    ['baseline=gtp', 'option.unknown', 10, 'Did you mean "gpt"?'],
  ])('%s', (assignment, code, column, hint) => {
    expect(summary(FULL, [assignment])).toEqual([[code, 1, column, hint]]);
    expect(problems(FULL, [assignment])[0]?.file).toBe('--set');
  });

  it('a broken value is an error, not a crash', () => {
    for (const value of ['[1, 2', '{', '"x', '*a', '!t 1', '\u001b', '&a [*a]', '- 1']) {
      const found = problems(FULL, [`horizon_months=${value}`]);
      expect(found.map(({ file }) => file)).toContain('--set');
    }
  });
});

describe('places', () => {
  const { positions } = load(FULL);
  it('are found by dotted path', () => {
    expect(positions('workload.requests_per_month')).toEqual({ file: 's.yaml', line: 9, column: 3 });
    expect(positions('options.own.self_host.gpu')).toEqual({ file: 's.yaml', line: 37, column: 59 });
  });
  it('fall back to the nearest place above', () => {
    expect(positions('options.own.self_host.region')).toEqual({ file: 's.yaml', line: 37, column: 5 });
    expect(positions('nowhere.at.all')).toEqual({ file: 's.yaml', line: 2, column: 1 });
  });
});

describe('output', () => {
  const found = problems(SMALL.replace('500k', '"\\u202elots"'));

  it('escapes control and direction characters', () => {
    expect(formatProblems(found)).toContain('found the text "\\u202elots"');
    expect(
      formatProblems([
        {
          code: 'a.b',
          message: 'x\u001b[31my\u0007\u2028',
          file: 'f\n.yaml',
          line: 1,
          column: 1,
          excerpt: { text: '\u001b]0;t\u0007', length: 3 },
          hint: null,
        },
      ]),
    ).toBe('f\\u000a.yaml:1:1  a.b\n  x\\u001b[31my\\u0007\\u2028.\n    1 | \\u001b]0;t\\u0007\n      | ^^^^^^^^\n');
  });

  it('has colour only when asked', () => {
    expect(formatProblems(found)).not.toContain('\u001b');
    expect(formatProblems(found, { color: true })).toContain('\u001b[31mvalue.not-a-quantity\u001b[0m');
  });

  it('puts the caret below wide letters', () => {
    const wide = problems(SMALL.replace('name: small', 'name: \u4e2d\u6587\nnope: 1').replace('nope: 1', '"\u4e2d": 1'));
    expect(wide[0]?.code).toBe('scenario.unknown-key');
    expect(formatProblems(wide)).toContain('    3 | "\u4e2d": 1\n      | ^^^^\n');
  });

  it('as JSON is one line of the same problems', () => {
    expect(JSON.parse(formatProblemsJson(found))).toEqual({ problems: found });
    expect(formatProblemsJson(found).trim()).not.toContain('\n');
  });
});
