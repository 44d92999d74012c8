/** Places for requests: so many at a time, so many more in a queue, first come first served. */

export class Gate {
  readonly #places: number;
  readonly #longestQueue: number;
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  /** @param places null: no limit */
  constructor(places: number | null, longestQueue: number) {
    this.#places = places ?? Number.POSITIVE_INFINITY;
    this.#longestQueue = longestQueue;
  }

  get busy(): number {
    return this.#busy;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get places(): number {
    return this.#places;
  }

  /** Resolves when there is a place, which `leave` gives back; null at once where the queue is full. */
  enter(): Promise<void> | null {
    if (this.#busy < this.#places) {
      this.#busy++;
      return Promise.resolve();
    }
    if (this.#queue.length >= this.#longestQueue) return null;
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#busy--;
    else next();
  }
}
