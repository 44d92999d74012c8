/** All of standard input as text. */

import { InputError } from '../files/problem.ts';
import { MAX_BYTES } from '../files/read.ts';

/** @throws InputError when it is a terminal, larger than 10 MiB, or not UTF-8 text */
export async function readStdin(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY) throw InputError.of('cli.no-stdin', 'Nothing is piped into standard input.', 'Name a file, or pipe one: cat s.yaml | llm-crossover plan -');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw InputError.of('file.too-big', 'Standard input is larger than 10 MiB.', 'Pipe in one scenario.');
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw InputError.of('file.not-utf8', 'Standard input is not UTF-8 text.', 'Pipe in a YAML file saved as UTF-8.');
  }
}
