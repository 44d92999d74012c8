import { InputError } from '../../files/problem.ts';

const LONGEST_LINE = 64 << 20;

export interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** False for a last line without a line end. */
  readonly closed: boolean;
}

/** Lines of UTF-8 text; a byte order mark and carriage returns are taken off, blank lines left out. */
export async function* readLines(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let restLength = 0;
  let number = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      number += 1;
      const text = lineText(Buffer.concat([...rest, chunk.subarray(from, at)]), number);
      rest = [];
      restLength = 0;
      from = at + 1;
      if (text !== '') yield { text, number, closed: true };
    }
    rest.push(chunk.subarray(from));
    restLength += chunk.length - from;
    if (restLength > LONGEST_LINE)
      throw InputError.of('workload.long-line', `Line ${number + 1} of ${name} is longer than 64 MiB.`, 'Give JSON Lines: one object a line.', name);
  }
  const text = lineText(Buffer.concat(rest), number + 1);
  if (text !== '') yield { text, number: number + 1, closed: false };
}

function lineText(bytes: Buffer, number: number): string {
  const text = bytes.toString('utf8').trim();
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
