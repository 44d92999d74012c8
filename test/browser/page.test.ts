/** The HTML report in Chromium, from a file and without a network. Prints nothing it hasn't seen: figures are compared with the command line's. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/engine/result.ts';
import { cli, files } from '../ci/run.ts';
import { axe, launch, missing } from './chromium.ts';

const scenarios = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const names = readdirSync(scenarios)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
const folder = files({});
let browser: Browser;

beforeAll(async () => {
  if (!missing) browser = await launch();
});
afterAll(async () => {
  if (!missing) await browser.close();
});

async function written(name: string, text?: string): Promise<string> {
  const path = text === undefined ? `${scenarios}${name}.yaml` : join(folder, `${name}.yaml`);
  if (text !== undefined) writeFileSync(path, text);
  const out = join(folder, `${name}.html`);
  const ran = await cli(['plan', path, '--format', 'html', '--today', '2026-11-24', '--out', out], folder);
  if (ran.code !== 0) throw new Error(ran.err);
  return out;
}

interface Opened {
  readonly page: Page;
  /** Everything the page complained of, and every request besides itself. */
  readonly noise: string[];
}

async function open(path: string, width = 1280): Promise<Opened> {
  const context = await browser.newContext({ offline: true, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const noise: string[] = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(path).href) noise.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('article[data-ms]');
  return { page, noise };
}

async function planned(path: string, ...args: string[]): Promise<Plan> {
  const ran = await cli(['plan', path, '--format', 'json', '--today', '2026-11-24', ...args], folder);
  if (ran.out === '') throw new Error(ran.err);
  return JSON.parse(ran.out).plans[0];
}

/** Exact figures of the options table: option -> name -> US dollars. */
function figures(page: Page): Promise<Record<string, Record<string, number>>> {
  return page.$$eval('table.options tr[data-option]', (rows) =>
    Object.fromEntries(
      rows.map((row) => [
        row.getAttribute('data-option') ?? '',
        Object.fromEntries(
          [...row.querySelectorAll('[data-usd]')].map((cell) => [cell.getAttribute('data-name') ?? '', Number(cell.getAttribute('data-usd'))]),
        ),
      ]),
    ),
  );
}

async function expectSame(page: Page, plan: Plan): Promise<void> {
  const shown = await figures(page);
  for (const option of plan.options) {
    const found = shown[option.id] ?? {};
    const expected = { monthly_usd: option.monthly_usd, total_usd: option.horizon?.total_usd ?? null, usd_per_request: option.usd_per_request };
    for (const [name, usd] of Object.entries(expected)) {
      if (usd === null) expect(found[name], `${option.id} ${name}`).toBeUndefined();
      else expect(Math.abs((found[name] ?? Number.NaN) - usd), `${option.id} ${name}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(usd)));
    }
  }
  expect(await page.getAttribute('.verdict', 'data-option')).toBe(plan.decision.option_id ?? '');
}

/** Moves a slider the way its events do. */
async function slide(page: Page, index: number, step: number): Promise<void> {
  await page.$eval(
    `input[data-control="${index}"]`,
    (input, to) => {
      (input as HTMLInputElement).value = String(to);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    step,
  );
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

describe.skipIf(missing)('the page of every scenario', () => {
  it.each(names)('%s: small, silent, accessible; its figures are the command line’s before and after every slider', async (name) => {
    const path = await written(name);
    expect(statSync(path).size).toBeLessThan(400_000);
    const { page, noise } = await open(path);
    const source = `${scenarios}${name}.yaml`;
    await expectSame(page, await planned(source));
    expect(await page.$eval('.report', () => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { violations: found } = await (
        globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } }
      ).axe.run();
      return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations).toEqual([]);
    const controls = await page.$$eval('input[data-control]', (inputs) => inputs.length);
    for (let index = 0; index < controls; index++) await slide(page, index, 100 + ((index * 83) % 220));
    if (controls > 0) await expectChanged(page, source, name);
    expect(noise).toEqual([]);
    await page.context().close();
  });
});

/** What the page offers to take away plans to what the page shows: as a file and as a command. */
async function expectChanged(page: Page, source: string, name: string): Promise<void> {
  await page.$eval('details.take', (fold) => fold.setAttribute('open', ''));
  const command = (await page.textContent('code.command')) ?? '';
  const sets = [...command.matchAll(/--set (\S+)/g)].flatMap(([, set = '']) => ['--set', set]);
  expect(sets.length).toBeGreaterThan(0);
  await expectSame(page, await planned(source, ...sets));
  const yaml = await page.inputValue('.take textarea');
  // Beside the original, so that the files it names are found.
  const copy = join(scenarios, `.${name}-changed-by-a-test.yaml`);
  writeFileSync(copy, yaml);
  try {
    await expectSame(page, await planned(copy));
  } finally {
    (await import('node:fs')).rmSync(copy);
  }
}

describe.skipIf(missing)('using it', () => {
  it('a move takes under 50 ms; a pause brings the ranges of all draws; reset brings everything back', async () => {
    const { page, noise } = await open(await written('support-chatbot'));
    const before = await figures(page);
    const times: number[] = [];
    for (let step = 100; step < 300; step += 10) {
      await slide(page, 0, step);
      times.push(Number(await page.getAttribute('article', 'data-ms')));
    }
    const median = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    expect(median).toBeLessThan(50);
    await page.click('button[type="reset"]');
    await page.waitForTimeout(800);
    expect(await figures(page)).toEqual(before);
    const plan = await planned(`${scenarios}support-chatbot.yaml`);
    for (const option of plan.options) {
      const shown = (await figures(page))[option.id]?.p90;
      if (option.monthly_usd_range !== null && shown !== undefined) expect(Math.abs(shown / option.monthly_usd_range.p90 - 1)).toBeLessThan(1e-9);
    }
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('works by keyboard alone: a slider, a reading of the chart, the origin of a figure', async () => {
    const { page } = await open(await written('scale-up'));
    await page.focus('input[data-control="0"]');
    const before = await page.getAttribute('.verdict', 'data-option');
    for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(100);
    expect(await page.textContent('.status')).toContain('1 changed');
    expect(await page.getAttribute('input[data-control="0"]', 'aria-valuetext')).toMatch(/ requests$/);
    expect(before).not.toBeNull();
    await page.focus('input.read');
    const read = await page.textContent('output.reading');
    await page.keyboard.press('End');
    expect(await page.textContent('output.reading')).not.toBe(read);
    await page.focus('[data-section="components"] summary');
    await page.keyboard.press('Enter');
    expect(await page.$eval('[data-section="components"] details', (fold) => (fold as HTMLDetailsElement).open)).toBe(true);
    // It stays open, and keeps the focus, when a slider plans anew.
    await slide(page, 1, 120);
    expect(await page.$eval('[data-section="components"] details', (fold) => (fold as HTMLDetailsElement).open)).toBe(true);
    await page.context().close();
  });

  it('the values under the pointer are those of the engine', async () => {
    const { page } = await open(await written('article-2026'));
    const box = await (await page.$('svg.lines'))?.boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    expect(await page.textContent('output.reading')).toMatch(/^[\d.]+[kMB]? requests a month: \S+ \$/);
    await page.context().close();
  });

  it.each([320, 768, 3840])('nothing overflows at %i pixels', async (width) => {
    const { page, noise } = await open(await written('support-chatbot'), width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('several plans share a page', async () => {
    const out = join(folder, 'two.html');
    await cli(['plan', `${scenarios}article-2026.yaml`, `${scenarios}image-studio.yaml`, '--format', 'html', '--today', '2026-11-24', '--out', out], folder);
    const { page, noise } = await open(out);
    expect(await page.$$eval('article h1', (titles) => titles.map((title) => title.textContent))).toEqual(['Plan for article-2026', 'Plan for image-studio']);
    expect(await page.$$eval('[id]', (all) => all.length === new Set(all.map((each) => each.id)).size)).toBe(true);
    expect(noise).toEqual([]);
    await page.context().close();
  });
});

const EVIL =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on templates
  '</script></style><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)><svg onload=alert(3)> ]]> <!-- \\" \' onmouseover=alert(4) javascript:alert(5) https://evil.example/<b> ${alert(6)} [x](javascript:alert(7))';

describe.skipIf(missing)('a hostile scenario', () => {
  it('is inert: no script, no request, no element of its own', async () => {
    const text = `version: 1
name: "${EVIL}"
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 10k, tokens: { input: 1000, output: 300 } }
requirements: { data: [personal], regimes: [gdpr] }
options:
  - { id: api, label: "${EVIL}", quoted: { as: cloud_api, usd_per_request: 0.01, source: "${EVIL}" } }
  - { id: gpt, label: "${EVIL}", cloud_api: openai/gpt-4o, latency: { ttft_p95_ms: 100, source: "${EVIL}" } }
`;
    const { page, noise } = await open(await written('hostile', text));
    await slide(page, 0, 300);
    await page.waitForTimeout(500);
    expect(noise).toEqual([]);
    expect(await page.$$eval('script', (all) => all.length)).toBe(2);
    expect(await page.$$eval('img, iframe, object, b, svg[onload], [onerror], [onmouseover]', (all) => all.length)).toBe(0);
    expect(await page.$$eval('a[href]', (all) => all.map((each) => each.getAttribute('href') ?? '').filter((href) => !/^(#|https:)/.test(href)))).toEqual([]);
    expect(await page.textContent('h1')).toContain('<script>alert(1)</script>');
    await page.context().close();
  });

  it('the policy of the page lets nothing else run', async () => {
    const path = await written('policy', readFileSync(`${scenarios}article-2026.yaml`, 'utf8'));
    writeFileSync(path, readFileSync(path, 'utf8').replace('<footer>', '<img src="x" onerror="window.ran=1"><script>window.ran=2</script><footer>'));
    const { page, noise } = await open(path);
    expect(await page.evaluate(() => (window as unknown as { ran?: number }).ran)).toBeUndefined();
    expect(noise.some((line) => line.includes('Content Security Policy'))).toBe(true);
    await page.context().close();
  });
});
