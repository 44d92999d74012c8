/** `explore`: the page one can play with. */

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { IsoDate } from '../../engine/units.ts';
import { loadScenario } from '../../files/load.ts';
import { loadCatalogFor } from '../../prices/catalog.ts';
import type { Io } from '../io.ts';
import { collect, dateOption } from '../options.ts';
import { DEFAULT_SAMPLING, planScenario, printReport } from '../planning.ts';

const EXAMPLES = `
The page is one file that needs nothing else and opens no connection: the engine and the prices the scenario uses are
inside. Sliders plan anew while they move; the changed scenario can be copied as YAML.

On a terminal with a desktop the browser opens; elsewhere, or with --no-open, only the path is printed.

Examples:
  llm-crossover explore s.yaml
  llm-crossover explore s.yaml --out plan.html --no-open`;

interface ExploreFlags {
  readonly set: readonly string[];
  readonly out?: string;
  readonly open: boolean;
  readonly today?: IsoDate;
}

export function define(command: Command, io: Io): void {
  command
    .argument('<scenario...>', 'scenario files (YAML)')
    .option('--set <path=value>', 'change a value of the scenario (repeatable)', collect, [])
    .option('-o, --out <file>', 'write the page here (default: a temporary folder)')
    .option('--no-open', 'print the path and open nothing')
    .addOption(dateOption('--today <date>', 'what today is, for ages and for scenarios without a price date'))
    .addHelpText('after', EXAMPLES)
    .action((paths: string[]) => run(paths, command.optsWithGlobals<ExploreFlags>(), io));
}

async function run(paths: readonly string[], flags: ExploreFlags, io: Io): Promise<void> {
  const today = flags.today ?? io.today();
  const planned = paths.map((path) => {
    const loaded = loadScenario(path, { catalog: loadCatalogFor, set: flags.set });
    return planScenario(loaded, loaded.catalog, today, DEFAULT_SAMPLING);
  });
  const out = resolve(io.cwd, flags.out ?? join(mkdtempSync(join(tmpdir(), 'llm-crossover-')), 'plan.html'));
  await printReport(planned, { format: 'html', out }, { ...io, err: () => {} });
  io.out(`${out}\n`);
  if (flags.open && io.stdout.isTTY === true) await open(out, io);
}

/** Where there is no desktop nothing opens, which the path just printed makes up for. */
function open(path: string, io: Io): Promise<void> {
  const opener = OPENERS[process.platform] ?? OPENERS.linux;
  if (opener === undefined || (process.platform === 'linux' && !io.env.DISPLAY && !io.env.WAYLAND_DISPLAY)) return Promise.resolve();
  return new Promise((done) => {
    const child = spawn(opener[0], [...opener[1], pathToFileURL(path).href], { detached: true, stdio: 'ignore' });
    child.on('error', () => {
      io.err('No browser could be opened: open the file yourself.\n');
      done();
    });
    child.on('spawn', () => {
      child.unref();
      done();
    });
  });
}

const OPENERS: Readonly<Record<string, readonly [command: string, args: readonly string[]]>> = {
  linux: ['xdg-open', []],
  darwin: ['open', []],
  win32: ['rundll32', ['url.dll,FileProtocolHandler']],
};
