/** Two binary heaps over typed arrays: sequences by the step they end at, and replicas by the time of their next event. */

/** A growing heap of (key, value), smallest key first. */
export class StepHeap {
  #keys = new Float64Array(64);
  #values = new Int32Array(64);
  size = 0;

  push(key: number, value: number): void {
    if (this.size === this.#keys.length) this.#grow();
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((this.#keys[parent] as number) <= key) break;
      this.#keys[i] = this.#keys[parent] as number;
      this.#values[i] = this.#values[parent] as number;
      i = parent;
    }
    this.#keys[i] = key;
    this.#values[i] = value;
  }

  /** Key on top; only while `size > 0`. */
  topKey(): number {
    return this.#keys[0] as number;
  }

  topValue(): number {
    return this.#values[0] as number;
  }

  pop(): void {
    const key = this.#keys[--this.size] as number;
    const value = this.#values[this.size] as number;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && (this.#keys[child + 1] as number) < (this.#keys[child] as number)) child++;
      if ((this.#keys[child] as number) >= key) break;
      this.#keys[i] = this.#keys[child] as number;
      this.#values[i] = this.#values[child] as number;
      i = child;
    }
    this.#keys[i] = key;
    this.#values[i] = value;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    const values = new Int32Array(keys.length);
    values.set(this.#values);
    this.#keys = keys;
    this.#values = values;
  }
}

/** Replicas by the time of their next event; setting a time moves the replica. Ties go to the lower number: order never depends on history. */
export class EventQueue {
  readonly #times: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array;

  constructor(count: number) {
    this.#times = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#heap = Int32Array.from({ length: count }, (_, i) => i);
    this.#place = Int32Array.from({ length: count }, (_, i) => i);
  }

  /** Replica whose event is next, and its time (infinite: nothing to come). */
  next(): number {
    return this.#heap[0] as number;
  }

  nextTime(): number {
    return this.#times[this.#heap[0] as number] as number;
  }

  set(replica: number, time: number): void {
    const before = this.#times[replica] as number;
    this.#times[replica] = time;
    if (time < before) this.#up(this.#place[replica] as number);
    else this.#down(this.#place[replica] as number);
  }

  #less(a: number, b: number): boolean {
    const ta = this.#times[a] as number;
    const tb = this.#times[b] as number;
    return ta < tb || (ta === tb && a < b);
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i] as number;
    const b = this.#heap[j] as number;
    this.#heap[i] = b;
    this.#heap[j] = a;
    this.#place[b] = i;
    this.#place[a] = j;
  }

  #up(start: number): void {
    let i = start;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#less(this.#heap[i] as number, this.#heap[parent] as number)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #down(start: number): void {
    let i = start;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#heap.length) return;
      if (child + 1 < this.#heap.length && this.#less(this.#heap[child + 1] as number, this.#heap[child] as number)) child++;
      if (!this.#less(this.#heap[child] as number, this.#heap[i] as number)) return;
      this.#swap(i, child);
      i = child;
    }
  }
}
