/** The page's program: moves of a slider plan anew with the engine the command line uses, and show the result. */

import type { Catalog } from '../../engine/catalog.ts';
import { type PlanInput, plan } from '../../engine/plan.ts';
import type { Plan } from '../../engine/result.ts';
import type { Scenario } from '../../engine/scenario.ts';
import { withValue } from '../../engine/set-value.ts';
import { type Band, chartOf, chartVolumes } from '../curves.ts';
import type { Chart } from '../model.ts';
import { type Control, controlsOf, stepOf, valueAtStep } from './controls.ts';
import { DATA_ID, type PageData, type PagePlan, POINTS } from './data.ts';
import { groupFigures, listenForClose, listenForOrigins } from './dialog.ts';
import { editCommand, editText } from './edits.ts';
import { bandsOf, linesOfCost, weekOf } from './extras.ts';
import { readingText, volumeScale } from './line-chart.ts';
import { originText } from './origins.ts';
import { unpackThroughput } from './slice.ts';
import { nearest, sectionsOf, type View } from './view.ts';

/** While a slider moves, few draws over the ranges must do; all of them follow when the hand has rested so long. */
const REST_MS = 250;
/** As many as fit into a move, between these limits. */
const MOVE_MS = 35;
const QUICK_DRAWS = 200;
const LEAST_DRAWS = 20;

/** Pixels from which on sliders stand beside the report. */
const NARROW = 1024;

async function start(): Promise<void> {
  const data = await unpack(document.getElementById(DATA_ID)?.textContent ?? '');
  const catalog: Catalog = data.throughput === null ? data.catalog : { ...data.catalog, throughput: unpackThroughput(data.throughput) };
  document.querySelectorAll<HTMLElement>('article[data-plan]').forEach((article, index) => {
    const carried = data.plans[index];
    if (carried !== undefined) new Explorer(article, carried, catalog, `p${index}-`).listen();
  });
  listenForClose();
  // On a narrow window the sliders would stand between the verdict and its evidence.
  if (window.innerWidth < NARROW) for (const fold of document.querySelectorAll('details.try')) fold.removeAttribute('open');
}

async function unpack(packed: string): Promise<PageData> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(text).text()) as PageData;
}

class Explorer {
  readonly #article: HTMLElement;
  readonly #carried: PagePlan;
  readonly #catalog: Catalog;
  readonly #prefix: string;
  readonly #controls: readonly Control[];
  readonly #changes = new Map<string, number>();
  #plan: Plan;
  #chart: Chart | null = null;
  #view: Omit<View, 'width'> | null = null;
  #frame = 0;
  #redrawing = 0;
  #quick = QUICK_DRAWS / 2;
  #rest = 0;

  constructor(article: HTMLElement, carried: PagePlan, catalog: Catalog, prefix: string) {
    this.#article = article;
    this.#carried = carried;
    this.#catalog = catalog;
    this.#prefix = prefix;
    this.#plan = { ...carried.plan, scenario: carried.input.scenario };
    this.#controls = controlsOf(this.#plan);
  }

  listen(): void {
    const form = this.#article.querySelector('form');
    form?.addEventListener('submit', (event) => event.preventDefault());
    form?.addEventListener('input', (event) => this.#moved(event.target as HTMLInputElement));
    form?.addEventListener('reset', (event) => {
      event.preventDefault();
      this.#reset();
    });
    this.#article.addEventListener('input', (event) => this.#read(event.target as HTMLElement));
    this.#article.addEventListener('pointermove', (event) => this.#hover(event));
    this.#article.querySelector('button.copy')?.addEventListener('click', () => void this.#copy());
    window.addEventListener('resize', () => this.#redraw());
    listenForOrigins(this.#article, (path) => originText(this.#plan, path, (at) => this.#place(at), this.#carried.file));
    const begun = performance.now();
    this.#render({ ...this.#carried.input, catalog: this.#catalog }, this.#carried.bands);
    this.#article.dataset.ms = String(performance.now() - begun);
  }

  #moved(input: HTMLInputElement): void {
    const index = Number(input.dataset.control ?? input.dataset.exact);
    const control = this.#controls[index];
    if (control === undefined) return;
    const value = input.type === 'range' ? valueAtStep(control, Number(input.value)) : Number(input.value);
    if (input.value === '' || !Number.isFinite(value) || value < 0 || (control.unit === 'share' && value > 1) || (control.log && value === 0)) return;
    if (value === control.now) this.#changes.delete(control.path);
    else this.#changes.set(control.path, value);
    this.#mirror(input, index, control, value);
    this.#soon();
  }

  /** The slider and the exact number beside it say the same. */
  #mirror(moved: HTMLInputElement, index: number, control: Control, value: number): void {
    const slider = this.#article.querySelector<HTMLInputElement>(`input[data-control="${index}"]`);
    const exact = this.#article.querySelector<HTMLInputElement>(`input[data-exact="${index}"]`);
    if (slider !== null) {
      if (slider !== moved) slider.value = String(stepOf(control, value));
      slider.setAttribute('aria-valuetext', `${value} ${control.unit}`);
    }
    if (exact !== null && exact !== moved) exact.value = String(value);
  }

  #reset(): void {
    this.#changes.clear();
    this.#controls.forEach((control, index) => {
      for (const input of this.#article.querySelectorAll<HTMLInputElement>(`input[data-control="${index}"], input[data-exact="${index}"]`)) {
        input.value = String(input.type === 'range' ? stepOf(control, control.now) : control.now);
        if (input.type === 'range') input.setAttribute('aria-valuetext', `${control.now} ${control.unit}`);
      }
    });
    this.#soon();
  }

  /** At most once a frame. */
  #soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#show(false));
    window.clearTimeout(this.#rest);
    if (this.#carried.input.draws) this.#rest = window.setTimeout(() => this.#show(true), REST_MS);
  }

  /** Another width is no reason to plan anew. */
  #redraw(): void {
    cancelAnimationFrame(this.#redrawing);
    this.#redrawing = requestAnimationFrame(() => {
      if (this.#view !== null) this.#replace({ ...this.#view, width: this.#width() });
    });
  }

  #place(path: string): string {
    if (this.#changes.has(path)) return 'moved here';
    const line = this.#carried.lines[path];
    return line === undefined ? 'default' : `${this.#carried.file ?? 'scenario'}:${line}`;
  }

  #scenario(): Scenario {
    let scenario = this.#carried.input.scenario;
    for (const [path, value] of this.#changes) scenario = withValue(scenario, path, value) ?? scenario;
    return scenario;
  }

  #show(drawn: boolean): void {
    const begun = performance.now();
    const { draws = 0, ...rest } = this.#carried.input;
    const input: PlanInput = { ...rest, scenario: this.#scenario(), catalog: this.#catalog, draws: drawn ? draws : Math.min(draws, this.#quick) };
    this.#plan = plan(input);
    this.#render(input, bandsOf(input, chartVolumes(this.#plan, POINTS)));
    const took = performance.now() - begun;
    this.#article.dataset.ms = String(took);
    if (!drawn) this.#quick = Math.round(Math.min(QUICK_DRAWS, Math.max(LEAST_DRAWS, (this.#quick * MOVE_MS) / took)));
  }

  #render(input: PlanInput, bands: readonly Band[]): void {
    const curves = linesOfCost(input, chartVolumes(this.#plan, POINTS), bands);
    this.#chart = chartOf(this.#plan, curves);
    this.#view = { plan: this.#plan, curves, week: weekOf(this.#plan, input), prefix: this.#prefix };
    this.#replace({ ...this.#view, width: this.#width() });
    this.#writeDown();
  }

  #width(): number {
    const room = this.#article.querySelector('.report')?.clientWidth ?? 720;
    return Math.max(240, Math.min(1600, room));
  }

  /** Folds that are open stay open; the focus, and the place the chart is read at, stay where they are. */
  #replace(view: View): void {
    for (const [name, content] of Object.entries(sectionsOf(view))) {
      const place = this.#article.querySelector<HTMLElement>(`[data-section="${name}"]`);
      if (place === null) continue;
      const open = [...place.querySelectorAll('details')].map((each) => each.open);
      const focus = focusIn(place);
      const reading = readingIn(place);
      place.innerHTML = content;
      groupFigures(place);
      place.querySelectorAll('details').forEach((each, index) => {
        each.open = open[index] ?? false;
      });
      if (reading !== null) this.#restoreReading(place, reading);
      if (focus >= 0) focusable(place)[focus]?.focus({ preventScroll: true });
    }
  }

  #restoreReading(place: HTMLElement, reading: string): void {
    const input = place.querySelector<HTMLInputElement>('input.read');
    if (input === null) return;
    input.value = reading;
    this.#read(input);
  }

  /** The slider under the chart, for hands without a mouse. */
  #read(target: HTMLElement): void {
    if (!(target instanceof HTMLInputElement) || !target.classList.contains('read')) return;
    this.#say(Number(target.value));
  }

  #hover(event: PointerEvent): void {
    const svg = (event.target as Element).closest?.('svg.lines');
    if (!svg || this.#chart === null) return;
    const box = svg.getBoundingClientRect();
    const width = Number(svg.getAttribute('width'));
    const at = volumeScale(this.#chart, width)
      .clamp(true)
      .invert((event.clientX - box.left) * (width / box.width));
    const index = nearest(this.#chart.volumes, at);
    const input = this.#article.querySelector<HTMLInputElement>('input.read');
    if (input !== null) input.value = String(index);
    this.#say(index);
  }

  #say(index: number): void {
    if (this.#chart === null) return;
    const said = readingText(this.#chart, index);
    const output = this.#article.querySelector('output.reading');
    if (output !== null) output.textContent = said;
    this.#article.querySelector('input.read')?.setAttribute('aria-valuetext', said);
    const svg = this.#article.querySelector('svg.lines');
    const cursor = svg?.querySelector('line.cursor');
    const x = volumeScale(this.#chart, Number(svg?.getAttribute('width')))(this.#chart.volumes[index] ?? 1);
    cursor?.setAttribute('x1', String(x));
    cursor?.setAttribute('x2', String(x));
  }

  #writeDown(): void {
    const { text, anchors, file } = this.#carried;
    const take = this.#article.querySelector('.take');
    const changed = this.#changes.size > 0;
    this.#article.querySelector('button[type="reset"]')?.toggleAttribute('disabled', !changed);
    const status = this.#article.querySelector('.status');
    const { option_id } = this.#plan.decision;
    if (status !== null) status.textContent = changed ? `${this.#changes.size} changed; recommended: ${option_id ?? 'nothing'}` : '';
    const complete = text !== null && [...this.#changes.keys()].every((path) => anchors.some((anchor) => anchor.path === path));
    const area = take?.querySelector('textarea');
    if (!take || !area) return;
    area.hidden = !changed || !complete;
    take.querySelector('button.copy')?.toggleAttribute('hidden', area.hidden);
    area.value = complete && text !== null ? editText(text, anchors, this.#changes) : '';
    const how = take.querySelector('.how');
    if (how !== null)
      how.textContent = !changed
        ? 'Move a value first.'
        : complete
          ? 'Your file with the values changed; comments and order are kept.'
          : 'The same change as a command:';
    const command = take.querySelector('.command');
    if (command !== null) command.textContent = changed ? editCommand(file, this.#changes) : '';
  }

  async #copy(): Promise<void> {
    const area = this.#article.querySelector<HTMLTextAreaElement>('.take textarea');
    const told = this.#article.querySelector('.copied');
    if (area === null || told === null) return;
    try {
      await navigator.clipboard.writeText(area.value);
      told.textContent = 'Copied.';
    } catch {
      area.select();
      told.textContent = 'Selected: copy it with Ctrl+C or Cmd+C.';
    }
  }
}

function focusable(place: HTMLElement): HTMLElement[] {
  return [...place.querySelectorAll<HTMLElement>('a, button, input, summary, [tabindex]')];
}

/** Which of the places that can have the focus has it, -1: none. */
function focusIn(place: HTMLElement): number {
  return focusable(place).indexOf(document.activeElement as HTMLElement);
}

/** Where the chart is read at, null: where it was read at first. */
function readingIn(place: HTMLElement): string | null {
  const input = place.querySelector<HTMLInputElement>('input.read');
  return input === null || input.value === input.defaultValue ? null : input.value;
}

void start();
