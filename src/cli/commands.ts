/** The commands, in the order help lists them. A new one is a file in `commands/` and a line here; its file is loaded only when it is asked for. */

import type { CommandModule } from './io.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'plan', summary: 'turn scenario files into a plan: what to do, what it costs, why', load: () => import('./commands/plan.ts') },
  { name: 'ask', summary: 'answer the five questions, by hand or from a file, and get a plan', load: () => import('./commands/ask.ts') },
  { name: 'check', summary: 'hold scenarios to their policies and to a baseline, in CI', load: () => import('./commands/check.ts') },
  { name: 'sweep', summary: 'one scenario at many values: tables, CSV, a map of who wins', load: () => import('./commands/sweep.ts') },
  { name: 'explain', summary: 'one number of a plan back to its formula, lines and sources', load: () => import('./commands/explain.ts') },
  { name: 'diff', summary: 'what changed between two saved plans, and why', load: () => import('./commands/diff.ts') },
  { name: 'explore', summary: 'a page with sliders that plans anew as they move', load: () => import('./commands/explore.ts') },
  { name: 'prices', summary: 'look up, compare and check dated prices', load: () => import('./commands/prices.ts') },
  { name: 'workload', summary: 'turn a usage log or trace into a workload profile', load: () => import('./commands/workload.ts') },
  { name: 'bench', summary: 'measure a live endpoint', load: () => import('./commands/bench.ts') },
  { name: 'capacity', summary: 'how fast a model is on a GPU, and how many a load needs', load: () => import('./commands/capacity.ts') },
  { name: 'route', summary: 'split requests between two models: thresholds from a log, and replay', load: () => import('./commands/route.ts') },
  { name: 'export', summary: 'write gateway, serving and Kubernetes configs from a plan', load: () => import('./commands/export.ts') },
  { name: 'doctor', summary: 'what this machine offers: Node, GPUs, API keys present, age of prices', load: () => import('./commands/doctor.ts') },
  { name: 'completion', summary: 'print a completion script for bash, zsh or fish', load: () => import('./commands/completion.ts') },
];
