/** Token counts for answers without usage, from the server's own tokenizer, after the level: counting must not disturb measuring. */
import { appendFileSync } from 'node:fs';
import type { Request, TokenCounts } from '../measure/point-data.ts';
import { tokenize } from '../target/tokenize.ts';
import { clientFor } from './level.ts';
import type { Prepared } from './prepare.ts';
import { correctionLine } from './records-file.ts';
import type { BenchSetup } from './setup.ts';

const AT_ONCE = 8;

/** Counts by request id; those the server would not count are missing. Also appended to the records file. */
export async function countMissing(
  texts: ReadonlyMap<number, string>,
  requests: readonly Request[],
  prepared: Prepared,
  setup: BenchSetup,
  recordsPath: string | null,
): Promise<ReadonlyMap<number, TokenCounts>> {
  const { server } = prepared;
  const counts = new Map<number, TokenCounts>();
  if (server === null) return counts;
  const client = clientFor(prepared.wire, setup.timeouts);
  const inputs = new Map(requests.map((request) => [request.id, request.input_tokens]));
  const waiting = [...texts];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [id, text] = next;
      const output = await tokenize(client, server, prepared.wire.model, text);
      if (output !== null) counts.set(id, { input_tokens: inputs.get(id) ?? null, output_tokens: output, token_source: 'tokenize' });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await client.close();
  if (recordsPath !== null) appendFileSync(recordsPath, [...counts].map(([id, count]) => `${correctionLine(id, count)}\n`).join(''));
  return counts;
}
