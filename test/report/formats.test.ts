import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/engine/result.ts';
import { FORMAT_NAMES, type FormatName, loadRenderer } from '../../src/report/index.ts';
import type { ReportOptions } from '../../src/report/options.ts';
import { documentOf, samplePlan, withEveryText } from './sample.ts';

const volumes = [10_000, 100_000, 1_000_000, 10_000_000];
const curves = [
  {
    volumes,
    series: [
      { id: 'gpt', monthly_usd: volumes.map((volume) => volume * 0.00495) },
      { id: 'own', monthly_usd: volumes.map(() => 14_607) },
    ],
  },
];
const options: ReportOptions = { width: 80, colour: false, unicode: true, explain: null, curves };

async function report(format: FormatName, change: Partial<ReportOptions> = {}, plan: Plan = samplePlan): Promise<string> {
  const { render } = await loadRenderer(format);
  return render(documentOf(plan), { ...options, ...change });
}

describe('the terminal report', () => {
  it('answers the five questions on the first screen', async () => {
    const screen = (await report('terminal')).split('\n').slice(0, 28).join('\n');
    expect(screen).toContain('Use gpt (GPT-4o), a cloud API: $2,475 a month.');
    expect(screen).toContain('own, self-hosted: $14,607 a month, 5.9 times as much');
    expect(screen).toContain('gpt costs least over 12 months');
    expect(screen).toContain('at 2,950,869 requests a month (now');
    expect(screen).toContain('throughput is given in the scenario, not measured by us');
  });

  it.each([80, 100, 140])('fits %d columns', async (width) => {
    const text = await report('terminal', { width, explain: 'all' });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('is ASCII without Unicode, and has no escape without colour', async () => {
    expect(await report('terminal', { unicode: false, explain: 'all' })).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('says the same with colour', async () => {
    const coloured = await report('terminal', { colour: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking the colour out again
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(await report('terminal'));
    expect(coloured).not.toBe(await report('terminal'));
  });

  it('traces every dollar: quantity, unit price, source and the scenario values behind it', async () => {
    const text = (await report('terminal', { explain: ['gpt'], width: 140 })).replace(/\s+/g, ' ');
    expect(text).toContain('input tokens usage, variable 500 MTok $2.25 $1,125');
    expect(text).toContain('https://openai.com/api/pricing, checked 2026-10-30');
    expect(text).toContain('workload.requests_per_month = 500,000');
    expect(text).not.toContain('Every dollar of own');
  });

  it('says so when nothing can be recommended', async () => {
    const none = {
      ...samplePlan,
      options: samplePlan.options.map((option) => ({ ...option, feasible: false, blocked_by: ['itar'] })),
      decision: { ...samplePlan.decision, option_id: null, kind: null, deciding: 'none' as const, agrees_with_checklist: null },
    };
    const text = await report('terminal', {}, none);
    expect(text).toContain('No option passes every gate');
    expect(text).toContain('No option is feasible, so there is no decision to compare it with.');
  });

  it('shows odds and ranges when there are any', async () => {
    const drawn: Plan = {
      ...samplePlan,
      options: samplePlan.options.map((option) => ({ ...option, monthly_usd_range: { p10: 2000, p50: 2500, p90: 3000 } })),
      uncertainty: {
        seed: 7,
        draws: 2000,
        probability_cheapest: { gpt: 0.87, own: 0.13 },
        probability_by_volume: [],
        settled_requests: { p10: 2_000_000, p50: 3_000_000, p90: 4_000_000 },
        share_never: 0.4,
        sensitivity: [
          { variable: 'team.self_host_fte', low_usd: 30_000, high_usd: 50_000, share: 0.7, p10: 0.1, p90: 0.8, low_lead_usd: null, high_lead_usd: null },
        ],
        decided_horizon_usd: null,
        expected_regret_usd: null,
        value_of_information: [],
        error: { probability_cheapest: { gpt: 0.01, own: 0.01 }, monthly_usd: {}, settled_requests: null, share_never: 0.01 },
      },
    };
    const text = (await report('terminal', {}, drawn)).replace(/\s+/g, ' ');
    expect(text).toContain('$2,475 a month ($2,000 to $3,000 in 8 of 10 draws)');
    expect(text).toContain('gpt is the cheapest in 87 % of 2,000 draws');
    expect(text).toContain('p10 to');
    expect(text).toContain('staff for self-hosting $30,000 $50,000 70 %');
    expect(text).toContain('above 2M to 4M requests a month');
    expect(text).toContain('in 40 % of 2,000 draws self-hosting does not stay cheaper');
  });
});

describe('the other formats', () => {
  it('JSON is the document itself', async () => {
    expect(JSON.parse(await report('json'))).toEqual(JSON.parse(JSON.stringify(documentOf(samplePlan))));
  });

  it('CSV has a row an option, with plain numbers', async () => {
    const rows = parse(await report('csv'), { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => [row.option, row.chosen, row.monthly_usd])).toEqual([
      ['gpt', 'true', '2475'],
      ['own', 'false', '14606.8'],
      ['offer', 'false', '500'],
    ]);
  });

  it('CSV has a row a component when asked to explain; quantity x unit price is the cost', async () => {
    const rows = parse(await report('csv', { explain: 'all' }), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(Number(row.quantity) * Number(row.unit_usd)).toBeCloseTo(Number(row.monthly_usd), 6);
  });

  it('Markdown has as many cells in each row as in its head', async () => {
    for (const rows of tablesOf(await report('markdown', { explain: 'all' }))) expect(new Set(rows.map(cells)).size).toBe(1);
  });
});

/** One string that attacks every format at once. */
const HOSTILE =
  " <script>alert(1)</script> ![i](http://e.example/x) [l](javascript:1) | a\u001b[2J\n::set-output name=x::y\r\n##[error] ]]> =cmd|x \" onerror='1' `x` \u202e";
const PROSE = new Set([
  'name',
  'label',
  'message',
  'source',
  'basis',
  'reference',
  'unit',
  'path',
  'id',
  'option_id',
  'rule',
  'leg',
  'variable',
  'becomes',
  'becomes',
  'winner',
  'limited_by',
  'offer',
  'from_option',
  'to_option',
  'blocked_by',
  'api_option',
  'self_host_option',
]);
const QUESTION = /^(data_sovereignty|above_100k_requests|sub_100ms_latency|fewer_than_3_engineers|frontier_reasoning)$/;
const attack = (text: string, key: string) => (PROSE.has(key) && !QUESTION.test(text) ? `=${text}${HOSTILE}` : text);
const hostile = withEveryText(samplePlan, attack);
const hostileCurves = withEveryText(curves, attack);

describe('a plan in which every text is an attack', () => {
  it('sends nothing but text to the terminal, and no command to a CI runner', async () => {
    const text = await report('terminal', { explain: 'all', curves: hostileCurves }, hostile);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text.split('\n').filter((line) => /^\s*::/.test(line))).toEqual([]);
    expect(text).not.toContain('##[');
  });

  it('is inert in Markdown', async () => {
    const text = await report('markdown', { explain: 'all', curves: hostileCurves }, hostile);
    const outsideCode = text.replace(/```text[\s\S]*?```/g, '').replace(/<\/?sub>/g, '');
    expect(outsideCode).not.toMatch(/<|^>|##\[/m);
    const outsideSpans = outsideCode.replace(/(?<!\\)`[^`\n]+`/g, '');
    expect(outsideSpans).not.toMatch(/(?<!\\)\][([:]|(?<!\\)`|:\/\//);
    expect(text.match(/```/g)).toHaveLength(2);
    for (const rows of tablesOf(text)) expect(new Set(rows.map(cells)).size).toBe(1);
  });

  it('is no formula in CSV', async () => {
    for (const explain of ['all', null] as const) {
      const rows = parse(await report('csv', { explain }, hostile)) as string[][];
      const texts = rows.flat().filter((value) => value !== '' && !Number.isFinite(Number(value)));
      expect(texts.filter((value) => /^[\s]*[=+@|%-]/.test(value))).toEqual([]);
    }
  });

  it('stays what it was in JSON', async () => {
    const [plan] = (JSON.parse(await report('json', {}, hostile)) as { plans: { scenario: { name: string } }[] }).plans;
    expect(plan?.scenario.name).toBe(`=sample${HOSTILE}`);
  });
});

it('every format ends with a newline and is the same twice', async () => {
  // The page needs a catalog beside the plan; test/browser looks at it.
  for (const format of FORMAT_NAMES.filter((name) => name !== 'html')) {
    const once = await report(format);
    expect(once.endsWith('\n')).toBe(true);
    expect(await report(format)).toBe(once);
  }
});

function tablesOf(text: string): string[][] {
  return text.split('\n\n').flatMap((part) => (part.startsWith('|') ? [part.split('\n')] : []));
}

function cells(row: string): number {
  return (row.match(/(?<!\\)\|/g) ?? []).length;
}
