/** From a Node process to a run of the program: the only place that touches `process`. */

import type { Io } from './io.ts';
import { run } from './program.ts';

export async function main(processLike: NodeJS.Process): Promise<void> {
  quietWhenTheReaderLeaves(processLike);
  await run(processLike.argv.slice(2), ioOf(processLike));
}

/** `llm-crossover ... | head`: the reader has seen enough, which is no error. */
function quietWhenTheReaderLeaves(processLike: NodeJS.Process): void {
  processLike.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') processLike.exit();
    throw error;
  });
}

function ioOf(processLike: NodeJS.Process): Io {
  return {
    out: (text) => void processLike.stdout.write(text),
    err: (text) => void processLike.stderr.write(text),
    stdin: processLike.stdin,
    stdout: processLike.stdout as NodeJS.WriteStream,
    stderr: processLike.stderr as NodeJS.WriteStream,
    env: processLike.env,
    cwd: processLike.cwd(),
    today: () => localDate(new Date()),
    exit: (code) => {
      processLike.exitCode = code;
    },
  };
}

/** The calendar day where the user is. */
function localDate(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
