/** The running router: a server with limits on everything a client can hold, and an orderly end. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Leg, RoutePolicy, TargetPrices } from '../../engine/hybrid/policy.ts';
import { InputError } from '../../files/problem.ts';
import type { Secret } from '../../llm/secret.ts';
import { createApp } from './app.ts';
import { chat } from './chat.ts';
import { RequestLog } from './request-log.ts';
import { restoreBudget } from './restore-budget.ts';
import { createWorld, type Secrets, type World } from './world.ts';

export interface RouterOptions {
  readonly policy: RoutePolicy;
  readonly prices: Readonly<Record<Leg, TargetPrices | null>>;
  readonly secrets: Secrets;
  /** Clients must send it; null: nobody is asked. */
  readonly key: Secret | null;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logPath: string | null;
  readonly logText: boolean;
  readonly onBug: (error: unknown) => void;
  /** Something the operator should know; requests go on. */
  readonly onWarning?: (text: string) => void;
  /** Ms a client may take for its headers, and for a whole request; default 10 s and 30 s. */
  readonly clientTimeouts?: { readonly headersMs: number; readonly requestMs: number };
}

export interface RunningRouter {
  readonly url: string;
  readonly world: World;
  /** Takes nothing new, finishes what it has for at most `graceMs`, then ends. */
  close(graceMs: number): Promise<void>;
}

/** A model name every client can use, beside the policy's own. */
const ANY_NAME = 'auto';
const MAX_HEADER_BYTES = 16_384;
/** Connections beyond the requests that may be in flight or queued. */
const SPARE_CONNECTIONS = 256;

export async function startRouter(options: RouterOptions): Promise<RunningRouter> {
  const { policy, host } = options;
  const world = createWorld(options);
  if (options.logPath !== null) await restoreBudget(options.logPath, world.budget);
  const log =
    options.logPath === null ? null : await RequestLog.open(options.logPath, (error) => options.onWarning?.(`No more log lines are written: ${error.message}`));
  const models = [...new Set([policy.name, ANY_NAME])];
  let draining = false;
  const chatOptions = { world, models, log, onBug: options.onBug };
  const app = createApp({
    world,
    key: options.key,
    loopback: isLoopback(host),
    models,
    draining: () => draining,
    chat: (env: HttpBindings) => chat(env.incoming, env.outgoing as never, chatOptions),
  });
  const server = limited(getRequestListener(app.fetch as never, { overrideGlobalObjects: false }), options);
  await listen(server, host, options.port);
  const close = async (graceMs: number) => {
    draining = true;
    await drain(server, graceMs);
    await Promise.all([world.targets.small.upstream.close(), world.targets.large.upstream.close()]);
    await log?.close();
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`, world, close };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Node's parser refuses what a smuggled request needs: two lengths, a length beside chunks, bare line feeds, spaces in names. */
function limited(listener: ReturnType<typeof getRequestListener>, { policy, clientTimeouts }: RouterOptions): Server {
  const { headersMs, requestMs } = clientTimeouts ?? { headersMs: 10_000, requestMs: 30_000 };
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  server.maxConnections = policy.limits.max_in_flight + policy.limits.max_queued + SPARE_CONNECTIONS;
  server.maxHeadersCount = 100;
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): InputError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'something else listens there',
    EACCES: 'permission denied',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  return InputError.of(
    'serve.cannot-listen',
    `Cannot listen on ${host}:${port}: ${reasons[error.code ?? ''] ?? error.code ?? 'an error'}.`,
    'Choose another with --port or --host.',
  );
}

function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
