/** Small answers read whole: model lists, versions, metrics. Never used on the measured path. */
import type { LlmClient, Outgoing, ResponseHead } from './client.ts';
import type { Failure } from './failure.ts';

const MAX_BYTES = 8 * 1024 * 1024;

export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: ResponseHead['headers']; readonly text: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One request and its whole body as text; a body over 8 MiB or a wait over `timeoutMs` is a failure, nothing is thrown. */
export function fetchText(client: LlmClient, outgoing: Outgoing, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let head: ResponseHead | null = null;
    const timer = setTimeout(() => flight.abort({ kind: 'timeout', message: `no answer within ${timeoutMs} ms` }), timeoutMs);
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const flight = client.send(outgoing, {
      onSend: () => undefined,
      onHead: (got) => {
        head = got;
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) flight.abort({ kind: 'stream_error', message: 'the answer is larger than 8 MiB' });
        else chunks.push(Buffer.from(chunk));
      },
      onEnd: () => finish({ kind: 'answer', status: head?.status ?? 0, headers: head?.headers ?? {}, text: Buffer.concat(chunks).toString('utf8') }),
      onFailure: (failure) => finish({ kind: 'failed', failure }),
    });
  });
}

/** The parsed body of a 2xx answer; null for anything else. */
export async function fetchJson(client: LlmClient, path: string, timeoutMs: number): Promise<{ body: unknown; headers: ResponseHead['headers'] } | null> {
  const answer = await fetchText(client, { method: 'GET', path, body: null }, timeoutMs);
  if (answer.kind === 'failed' || answer.status < 200 || answer.status > 299) return null;
  try {
    return { body: JSON.parse(answer.text), headers: answer.headers };
  } catch {
    return null;
  }
}
