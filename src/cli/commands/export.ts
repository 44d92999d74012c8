/** `export`: a plan becomes the configuration of a gateway or a serving engine. */

import { resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { TARGETS } from '../../export/index.ts';
import type { Settings, Target } from '../../export/target.ts';
import type { Io } from '../io.ts';
import { collect } from '../options.ts';

const EXAMPLES = `
INPUT is a scenario, the JSON of a plan (llm-crossover plan --format json), or a route policy. Each output carries the id of the plan and
its prices in a comment, and names environment variables or secrets instead of holding keys. What a target has no way to
say is refused, never left out: most gateways split by weight and know nothing of confidence.

Targets:
${TARGETS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`).join('\n')}

Examples:
  llm-crossover export semantic-router scenarios/support-chatbot.yaml --option mix > router.yaml
  llm-crossover export litellm plan.json --option mix --random-split --key-env own=VLLM_API_KEY
  llm-crossover export kubernetes scenarios/scale-up.yaml --option own --autoscaler keda
  llm-crossover export command plan.json --option own --engine sglang
  llm-crossover export litellm plan.json --option mix --random-split --check deployed.yaml     exit code 1 when they differ`;

interface Flags {
  readonly option?: string;
  readonly endpoint: readonly string[];
  readonly model: readonly string[];
  readonly keyEnv: readonly string[];
  readonly servedName: string;
  readonly threshold?: number;
  readonly randomSplit?: true;
  readonly image?: string;
  readonly engine: Settings['engine'];
  readonly autoscaler?: 'keda' | 'hpa' | 'none';
  readonly namespace: string;
  readonly check?: string;
  readonly out?: string;
  readonly today?: string;
}

export function define(command: Command, io: Io): void {
  command
    .addArgument(new Argument('<target>', 'what to write for').choices(TARGETS.map(({ name }) => name)))
    .argument('<input>', 'scenario (YAML), plan (JSON) or route policy (YAML)')
    .option('--option <id>', 'option of the scenario (default: the one the plan decides for)')
    .option('--endpoint <id=url>', 'address of an option (repeatable)', collect, [])
    .option('--model <id=name>', 'name or repository its endpoint knows the model by (repeatable)', collect, [])
    .option('--key-env <id=NAME>', 'environment variable that holds its key (repeatable)', collect, [])
    .option('--served-name <name>', 'model name clients ask for', servedName, 'chat')
    .option('--threshold <number>', 'escalate below this confidence, instead of the calibrated threshold', share)
    .option('--random-split', 'accept a split by chance, at the planned share, where the plan splits by confidence')
    .addOption(new Option('--engine <name>', 'serving engine').choices(['vllm', 'sglang']).default('vllm'))
    .option('--image <name>', 'container image of the engine')
    .addOption(new Option('--autoscaler <kind>', 'Kubernetes: scale on queue depth (default: by the plan)').choices(['keda', 'hpa', 'none']))
    .option('--namespace <name>', 'Kubernetes namespace', namespace, 'default')
    .option('--check <file>', 'compare a deployed config with the plan instead of writing one')
    .option('-o, --out <file>', 'write to a file instead of standard output')
    .option('--today <date>', 'what today is, for scenarios without a price date')
    .addHelpText('after', EXAMPLES)
    .action((target: string, input: string, flags: Flags) => run(target, input, flags, io));
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('It must be a number above 0, at most 1.');
  return value;
}

function namespace(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('It must be lower-case letters, digits and hyphens.');
  return text;
}

function servedName(text: string): string {
  if (!/^[\w./:-]{1,100}$/.test(text)) throw new InvalidArgumentError('It must be letters, digits, and . _ / : -.');
  return text;
}

async function run(name: string, path: string, flags: Flags, io: Io): Promise<void> {
  const target = await (TARGETS.find((each) => each.name === name) as (typeof TARGETS)[number]).load();
  const text = target.render(await deploymentFrom(path, flags, io), settingsOf(flags));
  if (flags.check !== undefined) return check(text, name, target, flags.check, io);
  if (flags.out === undefined) return io.out(text);
  const { writeWhole } = await import('../write-file.ts');
  writeWhole(flags.out, text, io.cwd);
  io.err(`Wrote ${resolve(io.cwd, flags.out)}\n`);
}

async function deploymentFrom(path: string, flags: Flags, io: Io) {
  const [{ deploymentOf }, { policyDeployment }, { assignments }, { planFrom, policyFrom }, { loadCatalog }, { readText }] = await Promise.all([
    import('../../export/from-plan.ts'),
    import('../../export/from-policy.ts'),
    import('../../export/wishes.ts'),
    import('../../export/input.ts'),
    import('../../prices/catalog.ts'),
    import('../../files/read.ts'),
  ]);
  const catalog = loadCatalog();
  const wishes = {
    endpoints: assignments('--endpoint', flags.endpoint),
    models: assignments('--model', flags.model),
    keys: assignments('--key-env', flags.keyEnv),
    served_name: flags.servedName,
    threshold: flags.threshold ?? null,
    random_split: flags.randomSplit ?? false,
  };
  const full = resolve(io.cwd, path);
  const text = readText(full);
  const today = flags.today ?? io.today();
  const policy = policyFrom(full, text);
  if (policy !== null) return policyDeployment(policy, catalog, wishes, today);
  return deploymentOf(planFrom(full, path, text, catalog, today), catalog, wishes, flags.option ?? null);
}

function settingsOf({ image, engine, autoscaler, namespace }: Flags): Settings {
  return { image: image ?? null, engine, autoscaler: autoscaler ?? null, namespace };
}

async function check(text: string, name: string, target: Target, file: string, io: Io): Promise<void> {
  const [{ check: compared, showChecked }, { readText }] = await Promise.all([import('../../export/check.ts'), import('../../files/read.ts')]);
  const found = await compared(text, readText(resolve(io.cwd, file)), target.format, file, name);
  io.out(showChecked(found, file, name));
  if (found.status !== 'matches') io.exit(1);
}
