/** From scenarios to a printed report: what `plan` and `ask` share. */

import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Catalog } from '../engine/catalog.ts';
import { costCurve } from '../engine/curve.ts';
import { knownChanges } from '../engine/known-changes.ts';
import { type PlanInput, plan } from '../engine/plan.ts';
import type { Plan, PlanDocument } from '../engine/result.ts';
import type { IsoDate } from '../engine/units.ts';
import type { LoadedScenario } from '../files/load.ts';
import { InputError } from '../files/problem.ts';
import { type Curves, chartVolumes } from '../report/curves.ts';
import { FORMAT_NAMES, type FormatName, loadRenderer } from '../report/index.ts';
import type { Places } from '../report/options.ts';
import type { Io } from './io.ts';
import { lookOf } from './terminal-look.ts';
import { VERSION } from './version.ts';

/** Options of every command that ends in a report. */
export interface ReportFlags {
  readonly format: FormatName;
  /** True: every option of the plan. */
  readonly explain?: string | true;
  readonly out?: string;
  readonly ascii?: boolean;
  readonly width?: number;
  readonly color?: boolean;
}

export function reportOptions(): Option[] {
  return [
    new Option('-f, --format <format>', 'how to print it').choices(FORMAT_NAMES).default('terminal'),
    new Option('--explain [option]', 'trace every dollar of an option, or of all of them'),
    new Option('-o, --out <file>', 'write the result to a file instead'),
    new Option('--ascii', 'draw without Unicode'),
    new Option('--width <columns>', 'columns of the terminal report (60 to 140)').argParser(columns),
  ];
}

function columns(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 60 || value > 140) throw new InvalidArgumentError('It must be a whole number from 60 to 140.');
  return value;
}

export interface Planned {
  /** Where the values of the scenario stand. */
  readonly places?: Places;
  readonly input: PlanInput;
  readonly plan: Plan;
  /** The scenario's file. */
  readonly file?: string;
}

/** How the ranges of a scenario are drawn from. */
export interface Sampling {
  readonly draws: number;
  readonly seed: number;
}

/** Enough for percentiles that hold to about a percent. */
export const DEFAULT_SAMPLING: Sampling = { draws: 2000, seed: 1 };

export function planScenario({ scenario, positions }: LoadedScenario, catalog: Catalog, today: IsoDate, sampling: Sampling): Planned {
  const input = { scenario, catalog, today, ...sampling };
  return {
    input,
    plan: plan(input),
    places: placesOf(positions),
    // Asked for by few: finding it reads the file anew for its places.
    get file() {
      return positions('').file;
    },
  };
}

/** A value the file does not have stands where the thing it belongs to does: it is a default. */
export function placesOf(positions: LoadedScenario['positions']): Places {
  return (path) => {
    const { file, line, column } = positions(path);
    const around = positions(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
    return line === around.line && column === around.column && file === around.file ? 'default' : `${file}:${line}`;
  };
}

/** The report as text, or written where --out says. Everything is computed before the first byte goes out. */
export async function printReport(planned: readonly Planned[], flags: ReportFlags, io: Io): Promise<void> {
  const text = await renderReport(planned, flags, io);
  if (flags.out === undefined) return io.out(text);
  const { writeWhole } = await import('./write-file.ts');
  writeWhole(flags.out, text, io.cwd);
  io.err(`Wrote ${resolve(io.cwd, flags.out)}\n`);
}

async function renderReport(planned: readonly Planned[], flags: ReportFlags, io: Io): Promise<string> {
  const renderer = await loadRenderer(flags.format);
  const document: PlanDocument = { schema_version: 1, tool_version: VERSION, plans: planned.map((each) => each.plan) };
  const look = lookOf(io, flags);
  return renderer.render(document, {
    ...look,
    colour: look.colour && flags.out === undefined,
    explain: explained(planned, flags.explain),
    places: planned.map((each) => each.places ?? (() => null)),
    curves: renderer.charts ? planned.map((each) => curvesOf(each, look.width)) : null,
    ...(flags.format === 'adr' ? { nextChanges: planned.map(({ input }) => knownChanges(input.scenario, input.catalog, input.today)) } : {}),
    ...(flags.format === 'html' ? { page: await pageOf(planned) } : {}),
  });
}

async function pageOf(planned: readonly Planned[]) {
  const { pageParts } = await import('./page.ts');
  return pageParts(planned);
}

function explained(planned: readonly Planned[], wish: ReportFlags['explain']): readonly string[] | 'all' | null {
  if (wish === undefined) return null;
  if (wish === true) return 'all';
  const known = [...new Set(planned.flatMap((each) => each.plan.options.map((option) => option.id)))];
  if (!known.includes(wish))
    throw InputError.of('cli.unknown-option-id', `--explain ${wish}: no scenario has an option of that id.`, `The options are ${known.join(', ')}.`);
  return [wish];
}

function curvesOf({ input, plan: found }: Planned, width: number): Curves {
  const volumes = chartVolumes(found, Math.max(40, Math.min(width, 140) - 9));
  const lines = costCurve(input, volumes);
  return { volumes, series: lines.map((line) => ({ id: line.option_id, monthly_usd: line.monthly_usd })) };
}
