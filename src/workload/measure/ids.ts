/**
 * The ids seen so far, as 64-bit hashes in an open table: 8 bytes each where a Set of strings takes a hundred. Two
 * different ids among ten million collide with a probability of 3 in a million.
 */

const FIRST_SLOTS = 1 << 16;

/** An id known only by its hash, two 32-bit halves. One object serves all rows of a reader. */
export class IdHash {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }
}

export class SeenIds {
  private slots = FIRST_SLOTS;
  private high = new Uint32Array(FIRST_SLOTS);
  private low = new Uint32Array(FIRST_SLOTS);
  private count = 0;
  private readonly limit: number;

  /** @param limit ids that are remembered; later ones count as new: 40 million take 512 MB */
  constructor(limit = 40_000_000) {
    this.limit = limit;
  }

  /** True once ids are no longer checked. */
  get full(): boolean {
    return this.count >= this.limit;
  }

  /** Remembers `id`; true when it was there already. */
  seen(id: string | IdHash): boolean {
    if (typeof id !== 'string') return this.seenHash(id.high, id.low);
    let a = 0x811c9dc5;
    let b = 0x9e3779b1;
    for (let k = 0; k < id.length; k += 1) {
      const code = id.charCodeAt(k);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 15);
    }
    return this.seenHash(mix(a), mix(b ^ Math.imul(a, 0xc2b2ae35)));
  }

  private seenHash(high: number, low: number): boolean {
    const h = high >>> 0;
    const l = low >>> 0 || 1; // zero marks an empty slot
    let slot = h & (this.slots - 1);
    while (this.low[slot] !== 0) {
      if (this.low[slot] === l && this.high[slot] === h) return true;
      slot = (slot + 1) & (this.slots - 1);
    }
    if (!this.full) this.insert(slot, h, l);
    return false;
  }

  private insert(slot: number, high: number, low: number): void {
    this.high[slot] = high;
    this.low[slot] = low;
    this.count += 1;
    if (this.count * 10 > this.slots * 7) this.grow();
  }

  private grow(): void {
    const { high, low } = this;
    this.slots *= 2;
    this.high = new Uint32Array(this.slots);
    this.low = new Uint32Array(this.slots);
    for (let k = 0; k < low.length; k += 1) {
      if (low[k] === 0) continue;
      let slot = (high[k] as number) & (this.slots - 1);
      while (this.low[slot] !== 0) slot = (slot + 1) & (this.slots - 1);
      this.high[slot] = high[k] as number;
      this.low[slot] = low[k] as number;
    }
  }
}

function mix(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}
