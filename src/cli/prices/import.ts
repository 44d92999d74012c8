/** `prices import`: proposes changes to the price files from another list. */

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ListName } from '../../prices/import/index.ts';
import type { Io } from '../io.ts';
import { type Flags, printJson, today, withCommon } from './shared.ts';

interface ImportFlags extends Flags {
  readonly from: ListName;
  readonly pricing: string;
  readonly addModels?: true;
  readonly write?: true;
}

export function defineImport(parent: Command, io: Io): void {
  withCommon(parent.command('import').argument('<file>', 'the list, as JSON'), 'terminal', 'json')
    .description('Propose changes to the price files from another list. History is appended to, never written over; comments and order stay.')
    .addOption(new Option('--from <list>', 'whose list it is').choices(['genai-prices', 'litellm', 'models.dev', 'llm-prices']).makeOptionMandatory())
    .option('--pricing <folder>', 'folder of the price files', 'pricing')
    .option('--add-models', 'also propose models that are not in our files')
    .option('--write', 'write the changes; without it they are only shown')
    .addHelpText('after', '\nExample:\n  llm-crossover prices import --from litellm model_prices_and_context_window.json')
    .action((file: string, flags: ImportFlags) => runImport(file, flags, io));
}

async function runImport(file: string, flags: ImportFlags, io: Io): Promise<void> {
  const [{ readList }, { propose }, { editFiles, foreignProviders }, { compileCatalog }, { modelNames }, { importText }] = await Promise.all([
    import('../../prices/import/index.ts'),
    import('../../prices/import/propose.ts'),
    import('../../prices/import/apply.ts'),
    import('../../prices/compile.ts'),
    import('../../prices/names.ts'),
    import('../../prices/report-text.ts'),
  ]);
  const now = today(flags, io);
  const folder = resolve(io.cwd, flags.pricing);
  const { api } = compileCatalog(folder);
  const listed = await readList(flags.from, resolve(io.cwd, file));
  const found = propose(api, modelNames(api), listed, { today: now, addModels: flags.addModels === true, foreign: foreignProviders(folder) });
  const files = editFiles(folder, found.proposals, { list: flags.from, today: now });
  if (flags.write) {
    const { writeWhole } = await import('../write-file.ts');
    for (const each of files) writeWhole(each.path, each.text, io.cwd);
  }
  if (flags.format === 'json') return printJson(io, { ...found, files: files.map(({ path, added }) => ({ path, added })), written: flags.write === true });
  io.out(importText(found, files, flags.write === true));
}
