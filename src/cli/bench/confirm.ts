import { createInterface } from 'node:readline/promises';
import { estimate } from '../../bench/estimate.ts';
import type { PriceRequest } from '../../bench/measure/money.ts';
import type { BenchSetup } from '../../bench/run/setup.ts';
import { isPaid } from '../../bench/target/config.ts';
import { InputError } from '../../files/problem.ts';
import type { Io } from '../io.ts';

/**
 * Before the first paid call: what it will cost, and may it. `--yes` says so; without a terminal so does a spending cap.
 *
 * @throws InputError when nobody said yes
 */
export async function confirmSpending(setup: BenchSetup, price: PriceRequest | null, yes: boolean, io: Io): Promise<void> {
  if (!isPaid(setup.target)) return;
  io.err(`${estimate(setup, price).sentence}\n`);
  if (yes) return;
  if (io.stdin.isTTY !== true) {
    if (setup.max_spend_usd !== null && price !== null) return;
    throw InputError.of(
      'bench.not-confirmed',
      'This run makes paid calls and nobody is there to confirm them.',
      'Add --yes, or --max-spend-usd with the most it may cost.',
    );
  }
  const asker = createInterface({ input: io.stdin, output: io.stderr });
  const answer = await asker.question('Go ahead? [y/N] ').finally(() => asker.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw InputError.of('bench.not-confirmed', 'Nothing was sent.', 'Answer y, or add --yes.');
}
