/** The router's paths: chat completions, the list of models, health, metrics. */

import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Secret } from '../../llm/secret.ts';
import { Delivery, deliverError } from './delivery.ts';
import { refuseCaller } from './guard.ts';
import type { Refusal } from './incoming.ts';
import type { MetricName } from './metrics.ts';
import type { World } from './world.ts';

export interface AppOptions {
  readonly world: World;
  readonly key: Secret | null;
  readonly loopback: boolean;
  readonly models: readonly string[];
  /** True while the router finishes what it has and takes nothing new. */
  readonly draining: () => boolean;
  /** Answers a chat request on the raw response: streams go out as they come in. */
  readonly chat: (env: HttpBindings) => Promise<void>;
}

type Env = { readonly Bindings: HttpBindings };

export function createApp(options: AppOptions): Hono<Env> {
  const { world, models, draining } = options;
  const app = new Hono<Env>();
  app.get('/health', (context) => health(context, world, draining()));
  app.use('*', async (context, next) => {
    const refused = refuseCaller(context.env.incoming, options.key, options.loopback);
    return refused === null ? next() : refuse(context, refused);
  });
  app.post('/v1/chat/completions', async (context) => {
    const refused = refuseMedium(context.env.incoming.headers['content-type'], draining());
    if (refused !== null) return refuse(context, refused);
    await options.chat(context.env);
    return RESPONSE_ALREADY_SENT;
  });
  app.get('/v1/models', (context) =>
    context.json({ object: 'list', data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'llm-crossover' })) }),
  );
  app.get('/metrics', (context) => context.text(world.metrics.text(gauges(world)), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }));
  app.notFound((context) =>
    refuse(context, { status: 404, error: { message: 'There is nothing at this path.', type: 'invalid_request_error', code: 'not_found' } }),
  );
  return app;
}

/** Anything but JSON could be sent by a web page without asking. */
function refuseMedium(contentType: string | undefined, draining: boolean): Refusal | null {
  if (draining) return { status: 503, error: { message: 'The router is shutting down.', type: 'server_error', code: 'shutting_down' } };
  if (/^application\/json\s*(;|$)/i.test(contentType ?? '')) return null;
  return { status: 415, error: { message: 'Send content-type: application/json.', type: 'invalid_request_error', code: 'unsupported_media_type' } };
}

/** A body that was refused isn't read: the connection ends with the answer. */
function refuse({ env }: Context<Env>, { status, error }: Refusal): Response {
  deliverError(new Delivery(env.outgoing as never), status, error, { connection: 'close' });
  return RESPONSE_ALREADY_SENT;
}

function health(context: Context<Env>, { targets }: World, draining: boolean): Response {
  const state = (open: boolean) => (open ? 'resting' : 'up');
  const body = { status: draining ? 'draining' : 'ok', small: state(targets.small.breaker.open), large: state(targets.large.breaker.open) };
  return context.json(body, draining ? 503 : 200);
}

function gauges({ gate, targets }: World): { readonly name: MetricName; readonly labels: Record<string, string>; readonly value: number }[] {
  return [
    { name: 'in_flight', labels: {}, value: gate.busy },
    { name: 'queued', labels: {}, value: gate.queued },
    ...[targets.small, targets.large].map(({ leg, breaker }) => ({ name: 'breaker_open' as const, labels: { target: leg }, value: breaker.open ? 1 : 0 })),
  ];
}
