/** Rests a target that keeps failing: after so many failures in a row nothing is sent for a while, then one request tries again. */

export class Breaker {
  readonly #failures: number;
  readonly #openMs: number;
  readonly #now: () => number;
  #inARow = 0;
  #openUntil = 0;
  #probing = false;

  constructor(failures: number, openMs: number, now: () => number) {
    this.#failures = failures;
    this.#openMs = openMs;
    this.#now = now;
  }

  get open(): boolean {
    return this.#inARow >= this.#failures;
  }

  /** May a request go out? While the breaker is open only one at a time may, once the rest is over. */
  admits(): boolean {
    if (!this.open) return true;
    if (this.#now() < this.#openUntil || this.#probing) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#inARow = 0;
    this.#probing = false;
  }

  failed(): void {
    this.#inARow++;
    this.#probing = false;
    if (this.open) this.#openUntil = this.#now() + this.#openMs;
  }

  /** The request ended without saying anything about the target: the client left. */
  forgotten(): void {
    this.#probing = false;
  }
}
