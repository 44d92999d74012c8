/** `doctor`: what this machine offers for the other commands. */

import type { Command } from 'commander';
import { Option } from 'commander';
import { daysBetween, type IsoDate } from '../../engine/units.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import { oneLine } from '../../report/escape.ts';
import { type ApiKeys, findApiKeys } from '../../system/api-keys.ts';
import { findGpus, type GpuReport } from '../../system/gpus.ts';
import type { Io } from '../io.ts';
import { dateOption } from '../options.ts';
import { VERSION } from '../version.ts';

const EXAMPLES = `
Says nothing about whether a plan is right: it shows what is here to plan and measure with.
API keys are looked for by name; their values are neither read nor shown.

Examples:
  llm-crossover doctor
  llm-crossover doctor --format json | jq .prices.age_days`;

interface Diagnosis {
  readonly schema_version: 1;
  readonly tool_version: string;
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly gpus: GpuReport['gpus'];
  readonly gpu_source: GpuReport['source'];
  readonly prices: { readonly newest_checked: IsoDate; readonly age_days: number; readonly models: number; readonly hash: string };
  readonly api_keys: ApiKeys;
}

export function define(command: Command, io: Io): void {
  command
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['terminal', 'json']).default('terminal'))
    .addOption(dateOption('--today <date>', 'count the age of prices from this day'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: { format: string; today?: IsoDate }) => {
      const found = await diagnose(options.today ?? io.today(), io);
      io.out(options.format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : asText(found));
    });
}

async function diagnose(today: IsoDate, io: Io): Promise<Diagnosis> {
  const { gpus, source } = await findGpus();
  const catalog = loadCatalog();
  return {
    schema_version: 1,
    tool_version: VERSION,
    node: { version: process.versions.node, supported: isSupported(process.versions.node) },
    platform: `${process.platform} ${process.arch}`,
    gpus,
    gpu_source: source,
    prices: { newest_checked: catalog.newest_checked, age_days: daysBetween(catalog.newest_checked, today), models: catalog.api.length, hash: catalog.hash },
    api_keys: findApiKeys(io.env),
  };
}

/** The range of `engines` in package.json: ^20.19.0 || ^22.13.0 || >=24. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19);
}

/** Prices older than this may well have moved. */
const OLD_DAYS = 60;

function asText({ node, platform, gpus, prices, api_keys, tool_version }: Diagnosis): string {
  const age = prices.age_days < 0 ? 'newer than today' : `${prices.age_days} days old`;
  const rows: [string, string][] = [
    ['llm-crossover', tool_version],
    ['Node', node.supported ? `${node.version}, supported` : `${node.version}, not supported: install 20.19, 22.13 or 24 and later`],
    ['Platform', platform],
    ['GPUs', gpuText(gpus)],
    ['Prices', `newest checked ${prices.newest_checked}, ${age}${prices.age_days > OLD_DAYS ? ': update llm-crossover, or check those you plan with' : ''}`],
    ['', `${prices.models} API models, data ${prices.hash.slice(0, 12)}`],
    ['API keys', api_keys.set.length === 0 ? 'none set' : `${api_keys.set.join(', ')} set (values not shown)`],
    ['', `not set: ${api_keys.unset.join(', ')}`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(15)}${oneLine(text)}\n`).join('');
}

function gpuText(gpus: Diagnosis['gpus']): string {
  if (gpus === null) return 'unknown: neither systeminformation nor nvidia-smi could tell';
  if (gpus.length === 0) return 'none';
  return gpus
    .map(
      (gpu) =>
        `${gpu.model}${gpu.memory_mb === null ? '' : `, ${(gpu.memory_mb / 1024).toFixed(0)} GiB`}${gpu.driver === null ? '' : `, driver ${gpu.driver}`}`,
    )
    .join('; ');
}
