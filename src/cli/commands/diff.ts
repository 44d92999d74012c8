/** `diff`: two saved plans side by side. */

import { type Command, Option } from 'commander';
import type { Plan } from '../../engine/result.ts';
import { loadYaml } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { diffPlans, diffText } from '../../report/diff.ts';
import { ascii, json, terminal } from '../../report/escape.ts';
import { moneyOf } from '../../report/figures.ts';
import { planDocument } from '../../schema/plan.ts';
import type { Io } from '../io.ts';
import { lookOf } from '../terminal-look.ts';
import { VERSION } from '../version.ts';

const EXAMPLES = `
Both files are what plan --format json wrote. Plans of the same scenario name are compared; what
only one file has is an error. For gates in CI see check --baseline.

Examples:
  llm-crossover plan s.yaml --as-of 2026-06-01 --format json > then.json
  llm-crossover plan s.yaml --format json > now.json
  llm-crossover diff then.json now.json`;

interface DiffFlags {
  readonly format: 'terminal' | 'json';
  readonly ascii?: boolean;
  readonly color?: boolean;
}

export function define(command: Command, io: Io): void {
  command
    .argument('<before>', 'plan JSON')
    .argument('<after>', 'plan JSON')
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['terminal', 'json']).default('terminal'))
    .option('--ascii', 'draw without Unicode')
    .addHelpText('after', EXAMPLES)
    .action((before: string, after: string) => io.out(diff(before, after, command.optsWithGlobals<DiffFlags>(), io)));
}

function diff(before: string, after: string, flags: DiffFlags, io: Io): string {
  const diffs = pairs(plansOf(before), plansOf(after), before, after).map(([from, to]) => ({ to, found: diffPlans(from, to) }));
  if (flags.format === 'json') return json({ schema_version: 1, tool_version: VERSION, diffs: diffs.map(({ found }) => found) });
  const look = lookOf(io, flags);
  const clean = (line: string) => (look.unicode ? terminal(line) : ascii(terminal(line)));
  return diffs.map(({ to, found }) => `${diffText(found, moneyOf(to.scenario.currency, look.unicode)).map(clean).join('\n')}\n`).join('\n');
}

function plansOf(path: string): readonly Plan[] {
  return loadYaml(path, planDocument, 'plan').plans;
}

/** One plan each: those two, whatever their names. Several: by name. */
function pairs(before: readonly Plan[], after: readonly Plan[], from: string, to: string): (readonly [Plan, Plan])[] {
  const [a, b] = [before[0], after[0]];
  if (before.length === 1 && after.length === 1 && a && b) return [[a, b]];
  const lost = before.find((plan) => !named(after, plan));
  const fresh = after.find((plan) => !named(before, plan));
  if (lost) throw InputError.of('diff.unmatched', `${to} has no plan for ${lost.scenario.name}, which ${from} has.`, 'Plan the same scenarios in both.');
  if (fresh) throw InputError.of('diff.unmatched', `${from} has no plan for ${fresh.scenario.name}, which ${to} has.`, 'Plan the same scenarios in both.');
  return before.map((plan) => [plan, named(after, plan) as Plan]);
}

function named(plans: readonly Plan[], { scenario }: Plan): Plan | undefined {
  return plans.find((plan) => plan.scenario.name === scenario.name);
}
