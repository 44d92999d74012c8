/** The spending cap. Kept in one place on one thread, asked before every send. */
import { type PriceRequest, priceOf } from '../measure/money.ts';
import { requestOf } from '../measure/point-data.ts';
import type { RequestRecord } from '../measure/record.ts';
import type { Gate } from './level.ts';

/**
 * Money already spent plus what is in flight, at its expected price, must stay below the cap before another request goes out: so
 * the cap is passed by less than one request per connection.
 */
export class SpendGate implements Gate {
  readonly #capUsd: number | null;
  readonly #price: PriceRequest;
  readonly #expectedUsd: number;
  #spentUsd: number;
  #inFlight = 0;

  /** @param spentUsd what an earlier part of a resumed run cost */
  constructor(capUsd: number | null, price: PriceRequest, expectedUsd: number, spentUsd = 0) {
    this.#spentUsd = spentUsd;
    this.#capUsd = capUsd;
    this.#price = price;
    this.#expectedUsd = expectedUsd;
  }

  get spentUsd(): number {
    return this.#spentUsd;
  }

  admit(): 'go' | 'wait' | 'stop' {
    if (this.#capUsd !== null) {
      if (this.#spentUsd >= this.#capUsd) return 'stop';
      if (this.#spentUsd + this.#inFlight * this.#expectedUsd >= this.#capUsd) return 'wait';
    }
    this.#inFlight++;
    return 'go';
  }

  settle(record: RequestRecord): void {
    this.#inFlight--;
    this.#spentUsd += priceOf(requestOf(record), this.#price) ?? this.#expectedUsd;
  }
}
