/** Scores that come from elsewhere: a model asked about an answer, or a service of the user's. */

import { request } from 'undici';
import type { Confidence } from '../../engine/hybrid/policy.ts';
import { asObject, type Usage } from '../../llm/api/signal.ts';
import { costUsd } from './cost.ts';
import { type Job, noteUse } from './job.ts';
import { chatUsageOf } from './usage.ts';
import type { Target, World } from './world.ts';

/** The number a verifier writes. */
const VERIFIER_TOKENS = 16;
const LONGEST_ANSWER = 1_048_576;

/** @param answer null before there is one (mode router) @returns null: no score */
export async function judge(confidence: Confidence, answer: string | null, job: Job, world: World): Promise<number | null> {
  if (confidence.method === 'verifier' && answer !== null) return askVerifier(confidence, answer, job, world);
  return confidence.method === 'scorer' ? askScorer(confidence, answer, job, world) : null;
}

async function askVerifier({ verifier }: Confidence, answer: string, job: Job, world: World): Promise<number | null> {
  if (verifier === null) return null;
  const target = world.targets[verifier.target];
  const content = verifier.prompt.replaceAll(/\{question\}|\{answer\}/g, (place) => (place === '{answer}' ? answer : questionOf(job.body)));
  const body = { model: target.spec.model, messages: [{ role: 'user', content }], temperature: 0, max_tokens: VERIFIER_TOKENS };
  const startedMs = performance.now();
  const reply = await askWhole(target, JSON.stringify(body), job);
  if (reply === null) return null;
  const usd = costUsd(reply.usage, target.prices);
  noteUse(job.record, target.leg, reply.usage, usd, null, performance.now() - startedMs);
  if (target.leg === 'large' && usd !== null) world.budget.add(usd);
  return numberIn(reply.text);
}

/** @example numberIn('0.85') === 0.85, numberIn('85 %') === null */
export function numberIn(text: string): number | null {
  const found = /-?\d+(?:\.\d+)?|-?\.\d+/.exec(text)?.[0];
  const value = found === undefined ? Number.NaN : Number(found);
  return value >= 0 && value <= 1 ? value : null;
}

/** The text of the last thing the user said. */
function questionOf(body: Readonly<Record<string, unknown>>): string {
  const messages = Array.isArray(body.messages) ? (body.messages as unknown[]) : [];
  const content = messages.map(asObject).findLast((each) => each?.role === 'user')?.content;
  if (typeof content === 'string') return content;
  return Array.isArray(content)
    ? content
        .map((part) => asObject(part)?.text)
        .filter((text) => typeof text === 'string')
        .join('\n')
    : '';
}

/** A whole answer's text and usage; null for any failure. */
function askWhole(target: Target, body: string, job: Job): Promise<{ readonly text: string; readonly usage: Usage | null } | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const flight = target.upstream.send(body, false, job.id, {
      onHead: (got) => {
        status = got;
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (bytes > LONGEST_ANSWER) flight.abort({ kind: 'stream_error', message: 'too long' });
        else chunks.push(chunk);
      },
      onEnd: () => resolve(status === 200 ? wholeOf(Buffer.concat(chunks)) : null),
      onFailure: () => resolve(null),
    });
    job.delivery.attach(null, () => flight.abort({ kind: 'aborted', message: 'the client left' }));
  });
}

function wholeOf(bytes: Buffer): { readonly text: string; readonly usage: Usage | null } | null {
  try {
    const body = asObject(JSON.parse(bytes.toString('utf8')));
    const message = asObject(asObject((body?.choices as unknown[] | undefined)?.[0])?.message);
    return typeof message?.content === 'string' ? { text: message.content, usage: chatUsageOf(body?.usage) } : null;
  } catch {
    return null;
  }
}

async function askScorer({ scorer }: Confidence, answer: string | null, job: Job, { scorerSecret }: World): Promise<number | null> {
  if (scorer === null) return null;
  const authorization = scorerSecret === null ? {} : { authorization: `Bearer ${scorerSecret.reveal()}` };
  try {
    const { statusCode, body } = await request(scorer.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ messages: job.body.messages, answer }),
      signal: AbortSignal.timeout(scorer.timeout_ms),
    });
    const score = asObject(await body.json())?.score;
    return statusCode === 200 && typeof score === 'number' && score >= 0 && score <= 1 ? score : null;
  } catch {
    return null;
  }
}
