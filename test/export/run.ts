/** Runs the export command with a scenario of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { define } from '../../src/cli/commands/export.ts';
import type { Io } from '../../src/cli/io.ts';
import { InputError } from '../../src/files/problem.ts';

export interface Exported {
  readonly out: string;
  readonly code: number;
  /** Codes of the problems, where it could not answer. */
  readonly codes: readonly string[];
  readonly messages: string;
}

export function scenario(hybrid = '', own = '', more = ''): string {
  return `version: 1
name: export test
pricing: { as_of: 2026-11-24 }
workload: { requests_per_month: 1M, tokens: { input: 1000, output: 300 }, shape: { peak_to_average: 2 } }
team: { engineers: 4 }
options:
  - { id: gpt, cloud_api: openai/gpt-4o }
  - id: own
    self_host: { model: llama-3.1-8b, quantization: bf16, gpu: h100-80gb, gpus_per_replica: 1, rental: lambda/on_demand, redundancy: n+1${own} }
    throughput: { given: { output_tokens_per_s: 2000, input: 1000, output: 300 } }
  - { id: mix, hybrid: { small: own, large: gpt, escalate: 12.5%${hybrid} } }
${more}`;
}

export async function exported(args: readonly string[], text = scenario()): Promise<Exported> {
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  writeFileSync(join(folder, 's.yaml'), text);
  let [out, code] = ['', 0];
  const io = {
    out: (some: string) => {
      out += some;
    },
    err: () => undefined,
    cwd: folder,
    env: {},
    today: () => '2026-11-24',
    exit: (value: number) => {
      code = value;
    },
  } as unknown as Io;
  const command = new Command('export').exitOverride();
  define(command, io);
  const [target = '', ...rest] = args;
  try {
    await command.parseAsync([target, 's.yaml', ...rest], { from: 'user' });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { out, code: 2, codes: error.problems.map((problem) => problem.code), messages: error.message };
  }
  return { out, code, codes: [], messages: '' };
}
