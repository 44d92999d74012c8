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
  /** Pairs (low, high), side by side so that a look-up touches one place in memory; low is never 0 in a taken slot. */
  private table = new Uint32Array(2 * FIRST_SLOTS);
  private count = 0;
  private readonly limit: number;

  /** @param limit ids that are remembered; later ones count as new: 40 million take 512 MB */
  constructor(limit = 40_000_000) {
    this.limit = limit;
  }

  /** Makes room for that many more ids at once. */
  reserve(ids: number): void {
    const wanted = Math.min(this.count + ids, this.limit);
    let slots = this.slots;
    while (wanted * 10 > slots * 7) slots *= 2;
    if (slots > this.slots) this.resize(slots);
  }

  /** True once ids are no longer checked. */
  get full(): boolean {
    return this.count >= this.limit;
  }

  /** Keeps the look-ups of `touch` from being optimized away. */
  touched = 0;

  /**
   * Looks at the places of the next ids, in one go: independent look-ups overlap their waits for memory, so that `seen`
   * finds these places in the processor's cache. It changes nothing but the speed (a third of a large import).
   */
  touch(pairs: Uint32Array, ids: number): void {
    const { table, slots } = this;
    let sum = 0;
    for (let k = 0; k < ids; k += 1) sum += table[2 * ((pairs[2 * k + 1] as number) & (slots - 1))] as number;
    this.touched = sum;
  }

  /** `seen` for a row of pairs (low, high); false for the pair of zeros, which is no id. */
  seenPair(pairs: Uint32Array, row: number): boolean {
    const low = pairs[2 * row] as number;
    const high = pairs[2 * row + 1] as number;
    return (low !== 0 || high !== 0) && this.seenHash(high, low);
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
    const l = low >>> 0 || 1;
    const { table, slots } = this;
    let slot = h & (slots - 1);
    for (let taken = table[2 * slot]; taken !== 0; taken = table[2 * slot]) {
      if (taken === l && table[2 * slot + 1] === h) return true;
      slot = (slot + 1) & (slots - 1);
    }
    if (!this.full) this.insert(slot, h, l);
    return false;
  }

  private insert(slot: number, high: number, low: number): void {
    this.table[2 * slot] = low;
    this.table[2 * slot + 1] = high;
    this.count += 1;
    if (this.count * 10 > this.slots * 7) this.resize(this.slots * 2);
  }

  private resize(slots: number): void {
    const old = this.table;
    const table = new Uint32Array(2 * slots);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue;
      let slot = (old[at + 1] as number) & (slots - 1);
      while (table[2 * slot] !== 0) slot = (slot + 1) & (slots - 1);
      table[2 * slot] = old[at] as number;
      table[2 * slot + 1] = old[at + 1] as number;
    }
    this.slots = slots;
    this.table = table;
  }
}

function mix(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}
