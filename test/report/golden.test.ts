/**
 * Every scenario in every format, compared with the reports in test/golden. To accept a change, read it and write them anew:
 *
 *     UPDATE_GOLDEN=1 npx vitest run --config test/vitest.config.ts test/report/golden.test.ts
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { costCurve } from '../../src/engine/curve.ts';
import { knownChanges } from '../../src/engine/known-changes.ts';
import { type PlanInput, plan } from '../../src/engine/plan.ts';
import type { Plan } from '../../src/engine/result.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { type Curves, chartVolumes } from '../../src/report/curves.ts';
import { type FormatName, loadRenderer } from '../../src/report/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const golden = `${root}test/golden/`;
const shipped = readdirSync(`${root}scenarios`).filter((file) => file.endsWith('.yaml'));
/** Name of a report -> its scenario. */
const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(shipped.map((file) => [file.replace('.yaml', ''), `${root}scenarios/${file}`])),
  'hybrid-frontier': `${root}test/fixtures/hybrid/frontier.yaml`,
};
const names = Object.keys(files);
const catalog = loadCatalog();
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const EXTENSIONS = { terminal: 'txt', markdown: 'md', json: 'json', csv: 'csv', adr: 'adr.md', html: 'html' } as const satisfies Record<FormatName, string>;
const formats = Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[];

if (UPDATE) {
  rmSync(golden, { recursive: true, force: true });
  mkdirSync(golden, { recursive: true });
}

/** A tenth of the draws of the command line: the shape of a report, not its last digit. */
const DRAWS = 200;

async function report(name: string, format: keyof typeof EXTENSIONS): Promise<string> {
  const { scenario } = loadScenario(files[name] ?? name, { catalog });
  const input: PlanInput = { scenario, catalog, today: '2026-11-24', draws: DRAWS };
  const found = plan(input);
  const { render } = await loadRenderer(format);
  const shown = format === 'json' ? withoutProfile(found) : found;
  const text = render(
    { schema_version: 1, tool_version: '0.0.0', plans: [shown] },
    {
      width: 80,
      colour: false,
      unicode: true,
      explain: format === 'terminal' ? 'all' : null,
      curves: [curves(input, found)],
      nextChanges: [knownChanges(scenario, catalog, input.today)],
      page: { script: '/* the program */', style: '/* the style sheet */', plans: [{ input, file: `scenarios/${name}.yaml`, text: null }] },
    },
  );
  return format === 'html' ? readable(text) : text;
}

/** The page without the data of its program and the shapes of its charts, whose words stay: an element a line, to be read in review. */
function readable(page: string): string {
  const words = (svg: string) => [...svg.matchAll(/<(?:text|title)[^>]*>([^<]*)</g)].map(([, word]) => word).join(' | ');
  return page
    .replace(/(<script type="text\/plain"[^>]*>)[^<]*/g, '$1data')
    .replace(
      /<svg ([^>]*)>([\s\S]*?)<\/svg>/g,
      (_, attributes: string, inner: string) => `<svg ${/aria-[^=]+="[^"]*"/.exec(attributes)?.[0] ?? ''}>${words(inner)}</svg>`,
    )
    .replace(
      /(?<!^)(?=<(?:article|body|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|li|main|p|section|svg|table|td|th|tr|ul)\b)/gm,
      '\n',
    );
}

function curves(input: PlanInput, found: Plan): Curves {
  const volumes = chartVolumes(found, 71);
  return { volumes, series: costCurve(input, volumes).map((line) => ({ id: line.option_id, monthly_usd: line.monthly_usd })) };
}

/** The histogram is the profile's own, thousands of numbers that say nothing about the report. */
function withoutProfile(found: Plan): Plan {
  const { profile } = found.scenario.workload;
  return profile === null
    ? found
    : { ...found, scenario: { ...found.scenario, workload: { ...found.scenario.workload, profile: { ...profile, joint_histogram: null } } } };
}

describe.each(names)('%s', (name) => {
  it.each(formats)('%s', async (format) => {
    const path = `${golden}${name}.${EXTENSIONS[format]}`;
    const text = await report(name, format);
    if (UPDATE) writeFileSync(path, text);
    expect(existsSync(path), `${path} is missing: write it with UPDATE_GOLDEN=1`).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});

it('no golden file is left over from a scenario that is gone', () => {
  const expected = names.flatMap((name) => formats.map((format) => `${name}.${EXTENSIONS[format]}`));
  expect(readdirSync(golden).filter((file) => !expected.includes(file))).toEqual([]);
});
