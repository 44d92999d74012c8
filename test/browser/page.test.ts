/** The HTML report in Chromium, from a file and without a network. Prints nothing it hasn't seen: figures are compared with the command line's. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plan } from '../../src/engine/plan.ts';
import type { Plan } from '../../src/engine/result.ts';
import { loadScenario } from '../../src/files/load.ts';
import { loadCatalog } from '../../src/prices/catalog.ts';
import { resolve } from '../../src/report/trace/resolve.ts';
import { cli, files } from '../ci/run.ts';
import { axe, launch, missing } from './chromium.ts';

const scenarios = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const names = readdirSync(scenarios)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
const catalog = loadCatalog();
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
  const ran = await cli(['plan', path, '--format', 'html', '--today', '2026-11-24', '--draws', '2000', '--out', out], folder);
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

/** The plan of a file as the command line makes it, with --set; in this process, as there are many. */
function planned(path: string, set: readonly string[] = [], draws = 0): Plan {
  return plan({ scenario: loadScenario(path, { catalog, set }).scenario, catalog, today: '2026-11-24', draws });
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

async function expectSame(page: Page, answer: Plan): Promise<void> {
  const shown = await figures(page);
  for (const option of answer.options) {
    const found = shown[option.id] ?? {};
    const expected = { monthly_usd: option.monthly_usd, total_usd: option.horizon?.total_usd ?? null, usd_per_request: option.usd_per_request };
    for (const [name, usd] of Object.entries(expected)) {
      if (usd === null) expect(found[name], `${option.id} ${name}`).toBeUndefined();
      else expect(Math.abs((found[name] ?? Number.NaN) - usd), `${option.id} ${name}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(usd)));
    }
  }
  expect(await page.getAttribute('.verdict', 'data-option')).toBe(answer.decision.option_id ?? '');
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
    await expectSame(page, planned(source));
    expect(await page.$eval('.report', () => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await violations(page)).toEqual([]);
    const controls = await page.$$eval('input[data-control]', (inputs) => inputs.length);
    for (let index = 0; index < controls; index++) {
      await slide(page, index, 100 + ((index * 83) % 220));
      await expectSame(page, planned(source, await sets(page)));
      await page.click('button[type="reset"]');
    }
    for (let index = 0; index < controls; index++) await slide(page, index, 100 + ((index * 83) % 220));
    if (controls > 0) await expectChanged(page, source, name);
    expect(noise).toEqual([]);
    await page.context().close();
  });
});

/** What axe-core holds to be serious or critical. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations: found } = await (
      globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } }
    ).axe.run();
    return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** The changes as the page's command has them. */
async function sets(page: Page): Promise<string[]> {
  const command = (await page.textContent('code.command')) ?? '';
  return [...command.matchAll(/--set (\S+)/g)].map(([, set = '']) => set);
}

/** What the page offers to take away plans to what the page shows: as a file and as a command. */
async function expectChanged(page: Page, source: string, name: string): Promise<void> {
  await page.$eval('details.take', (fold) => fold.setAttribute('open', ''));
  const changes = await sets(page);
  expect(changes.length).toBeGreaterThan(0);
  await expectSame(page, planned(source, changes));
  const yaml = await page.inputValue('.take textarea');
  // Beside the original, so that the files it names are found.
  const copy = join(scenarios, `.${name}-changed-by-a-test.yaml`);
  writeFileSync(copy, yaml);
  try {
    await expectSame(page, planned(copy));
  } finally {
    (await import('node:fs')).rmSync(copy);
  }
}

describe.skipIf(missing)('using it', () => {
  it('a pause after a move brings the ranges of all draws; reset brings everything back', async () => {
    const { page, noise } = await open(await written('support-chatbot'));
    const before = await figures(page);
    for (let step = 100; step < 300; step += 50) await slide(page, 0, step);
    await page.click('button[type="reset"]');
    await expect.poll(() => figures(page), { timeout: 20_000 }).toEqual(before);
    const { options } = planned(`${scenarios}support-chatbot.yaml`, [], 2000);
    const shown = await figures(page);
    for (const { id, monthly_usd_range: range } of options) expect(Math.abs((shown[id]?.p90 ?? 0) / (range?.p90 ?? 0) - 1)).toBeLessThan(1e-9);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('every figure tells where it comes from: its value, formula, lines and sources', async () => {
    const { page, noise } = await open(await written('support-chatbot'));
    const answer = planned(`${scenarios}support-chatbot.yaml`, [], 2000);
    const paths = [...new Set(await page.$$eval('[data-path]', (all) => all.map((each) => (each as HTMLElement).dataset.path ?? '')))];
    expect(paths.length).toBeGreaterThan(100);
    const texts = await page.evaluate((all) => {
      const dialog = document.querySelector('dialog') as HTMLDialogElement;
      return all.map((path) => {
        (document.querySelector(`[data-path="${path}"]`) as HTMLElement).click();
        dialog.close();
        return dialog.querySelector('.origin')?.textContent ?? '';
      });
    }, paths);
    paths.forEach((path, at) => {
      expect(texts[at], path).toContain(`${path} = ${String(resolve(answer, path)?.value)}`);
    });
    await page.$eval('[data-path="options.own.capacity.gpus"]', (each) => (each as HTMLElement).click());
    const text = (await page.textContent('.origin')) ?? '';
    expect(text).toMatch(/output_tokens_per_s = 1,200 to 1,900 \(likely 1,750\) \([^()]+support-chatbot\.yaml:46\)/);
    expect(text).toContain('scaling = fixed (default)');
    expect(await violations(page)).toEqual([]);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it('shows a band around a line that is uncertain, the split of a hybrid, and how busy GPUs are', async () => {
    const { page } = await open(await written('support-chatbot'));
    // The APIs' months are certain at a volume; own and mix are not.
    expect(await page.$$eval('path.band', (bands) => bands.map((band) => band.getAttribute('class')))).toEqual(['band f2', 'band f3']);
    expect(await page.textContent('[data-section="hybrid"] svg')).toContain('today 20 %, $18,644');
    expect(await page.textContent('[data-section="week"]')).toContain('in the busiest hour');
    await page.context().close();
  });

  it('shows a week hour by hour where the scenario has one', async () => {
    const hours = Array.from({ length: 168 }, (_, hour) => (hour % 24 < 8 ? 0.2 : 1.4));
    const text = `version: 1
name: week
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 40M, tokens: { input: 1000, output: 300 }, shape: { hour_of_week: [${hours.join(', ')}] } }
options:
  - id: own
    self_host: { model: llama-3.3-70b, quantization: fp8, gpu: h100-80gb, gpus_per_replica: 2, rental: lambda/on_demand, redundancy: none, scaling: hour_of_week }
`;
    const { page } = await open(await written('week', text));
    const titles = await page.$$eval('rect.hour', (all) => all.map((each) => each.textContent ?? ''));
    expect(titles).toHaveLength(168);
    expect(titles[0]).toMatch(/^Mon 00:00 UTC: \d+ % in use, [\d.]+ requests a second, \d+ replicas$/);
    expect(titles[0]).toBe(titles[24]?.replace('Tue', 'Mon'));
    expect(titles[0]).not.toBe(titles[12]?.replace('12:00', '00:00'));
    await page.context().close();
  });

  it('prints without sliders and buttons, and within a few pages', async () => {
    const { page } = await open(await written('support-chatbot'));
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('form')).toBe(false);
    expect(await page.isVisible('li > button.n')).toBe(false);
    expect(await page.isVisible('table.options button.n')).toBe(true);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length ?? 0).toBeLessThanOrEqual(7);
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
    // The ranges of all draws, which follow a rest, replace the charts: the reading and the focus stay.
    const last = await page.textContent('output.reading');
    await page.waitForTimeout(1500);
    expect(await page.textContent('output.reading')).toBe(last);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('read');
    // Of a table one figure is in the order of the tab key, arrows lead to the others; a figure opens its origin, Escape leads back.
    await page.focus('table.options [data-path][tabindex="0"]');
    await page.keyboard.press('ArrowRight');
    const path = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.path);
    expect(path).toBe('options.gpt.monthly_usd_range.p10');
    await page.keyboard.press('Enter');
    expect(await page.$eval('dialog', (dialog) => (dialog as HTMLDialogElement).open)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.path)).toBe(path);
    // Also when the figure was drawn anew behind the open dialog.
    await page.keyboard.press('Enter');
    await page.evaluate(() => window.dispatchEvent(new Event('resize')));
    await page.waitForTimeout(200);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.path)).toBe(path);
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
    const inOrigins = await page.$$eval('[data-path]', (all) =>
      all.flatMap((each) => {
        const dialog = document.querySelector('dialog') as HTMLDialogElement;
        (each as HTMLElement).click();
        dialog.close();
        return [...dialog.querySelectorAll('.origin *')].map((element) => element.localName);
      }),
    );
    expect([...new Set(inOrigins)].filter((name) => !['p', 'ul', 'li', 'h3', 'code', 'a'].includes(name))).toEqual([]);
    expect(inOrigins.length).toBeGreaterThan(50);
    expect(noise).toEqual([]);
    expect(await page.$$eval('script', (all) => all.length)).toBe(4);
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
