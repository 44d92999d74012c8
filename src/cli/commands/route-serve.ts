/** `route serve`: runs a policy as an OpenAI-compatible endpoint. */

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { PolicyTarget, RoutePolicy, TargetPrices } from '../../engine/hybrid/policy.ts';
import { InputError } from '../../files/problem.ts';
import type { Io } from '../io.ts';

const EXAMPLES = `
Clients speak to http://127.0.0.1:4000/v1 as they would to OpenAI, and ask for the model "auto" or the policy's name.
Keys are read from the environment variables the policy names. Each answer carries x-llm-crossover-target, -reason,
-escalated and -score. GET /health and /metrics (Prometheus) say how it goes. The log has a JSON line a request, without
message text unless --log-text is given; \`route calibrate\` and \`workload import\` read it, and a budget rule counts from it
after a restart. Ctrl-C stops taking requests and finishes those in flight.

This is for calibrating and for one machine. For a fleet, export the policy's plan to a gateway: llm-crossover export --help.

Examples:
  llm-crossover route serve policy.yaml --log requests.jsonl
  llm-crossover route serve policy.yaml --port 8080 --key-env ROUTER_KEY
  llm-crossover route serve policy.yaml --host 0.0.0.0 --key-env ROUTER_KEY`;

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly keyEnv?: string;
  readonly log?: string;
  readonly logText?: true;
  readonly open?: true;
  readonly grace: number;
}

export function define(command: Command, io: Io): void {
  command
    .description('Serve a route policy as an OpenAI-compatible endpoint on this machine.')
    .argument('<policy>', 'route policy (YAML)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes any free one', portNumber, 4000)
    .option('--key-env <NAME>', 'environment variable with the key clients must send')
    .option('--open', 'listen beyond this machine without a key')
    .option('--log <file>', 'append a JSON line for every request')
    .option('--log-text', 'put messages and answers into the log')
    .option('--grace <seconds>', 'how long requests in flight may take at the end', seconds, 30)
    .addHelpText('after', EXAMPLES)
    .action((policy: string, flags: Flags) => run(policy, flags, io));
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number of seconds.');
  return value;
}

async function run(path: string, flags: Flags, io: Io): Promise<void> {
  const [{ startRouter, isLoopback }, { loadYaml }, { routePolicySchema }] = await Promise.all([
    import('../../router/serve/server.ts'),
    import('../../files/load.ts'),
    import('../../schema/route-policy.ts'),
  ]);
  const policy: RoutePolicy = loadYaml(resolve(io.cwd, path), routePolicySchema, 'policy');
  if (!isLoopback(flags.host) && flags.keyEnv === undefined && flags.open === undefined)
    throw InputError.of('serve.open', `${flags.host} can be reached by others, and no key is asked for.`, 'Add --key-env NAME, or --open if that is meant.');
  const keys = await secretsOf(policy, flags, io);
  const prices = { small: await pricesOf(policy.small, io), large: await pricesOf(policy.large, io) };
  const router = await startRouter({
    policy,
    prices,
    secrets: keys.targets,
    key: keys.router,
    host: flags.host,
    port: flags.port,
    logPath: flags.log === undefined ? null : resolve(io.cwd, flags.log),
    logText: flags.logText ?? false,
    onWarning: (text) => io.err(`${text}\n`),
    onBug: (error) => io.err(`The router failed on a request: ${error instanceof Error ? error.message : String(error)}\n`),
  });
  io.err(`Serving ${policy.name} (${policy.mode}) at ${router.url}/v1; Ctrl-C ends.\n`);
  const signal = await stopped();
  io.err('Finishing the requests in flight.\n');
  await router.close(flags.grace * 1000);
  io.exit(signal === 'SIGINT' ? 130 : 0);
}

/** The first signal ends in good order; a second one, at once. */
function stopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}

async function secretsOf(policy: RoutePolicy, { keyEnv }: Flags, io: Io) {
  const { takeSecret } = await import('../../llm/secret.ts');
  const names = [...new Set([policy.small.api_key_env, policy.large.api_key_env, policy.confidence?.scorer?.api_key_env ?? null, keyEnv ?? null])];
  const taken = new Map(names.filter((name) => name !== null).map((name) => [name, takeSecret(io.env, name)] as const));
  const missing = [...taken].filter(([, secret]) => secret === null).map(([name]) => name);
  if (missing.length > 0)
    throw new InputError(
      missing.map((name) => ({
        code: 'serve.no-key',
        message: `The environment variable ${name} is not set.`,
        file: null,
        line: null,
        column: null,
        excerpt: null,
        hint: `Set it to the key: export ${name}=...`,
      })),
    );
  const secret = (name: string | null | undefined) => (name == null ? null : (taken.get(name) ?? null));
  return {
    targets: { small: secret(policy.small.api_key_env), large: secret(policy.large.api_key_env), scorer: secret(policy.confidence?.scorer?.api_key_env) },
    router: secret(keyEnv),
  };
}

/** The policy's own prices, or today's of the catalog; null: money can't be counted. */
async function pricesOf(target: PolicyTarget, io: Io): Promise<TargetPrices | null> {
  const { price_card, prices } = target;
  if (prices !== null || price_card === null) return prices;
  const { loadCatalogFor } = await import('../../prices/catalog.ts');
  const [provider, ...rest] = price_card.split('/');
  const found = loadCatalogFor([price_card]).api.find((each) => each.provider === provider && [each.model, ...each.aliases].includes(rest.join('/')));
  const today = io.today();
  const rates = found?.prices.findLast((each) => each.from === null || each.from <= today)?.rates;
  if (rates?.input_usd_per_mtok === undefined || rates.output_usd_per_mtok === undefined)
    throw InputError.of(
      'serve.no-price',
      `The catalog has no price per token for ${price_card}.`,
      'Give prices: instead; `llm-crossover prices list` shows what it has.',
    );
  return {
    input_usd_per_mtok: rates.input_usd_per_mtok,
    output_usd_per_mtok: rates.output_usd_per_mtok,
    cached_input_usd_per_mtok: rates.cached_input_usd_per_mtok ?? null,
    usd_per_request: rates.usd_per_request ?? 0,
  };
}
