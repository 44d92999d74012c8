/**
 * Prefix blocks (Mooncake traces): each id stands for a block of tokens together with everything before it, so a block
 * seen before could have come from a cache. With a cache that never forgets, reused tokens are all but the first use of
 * each block, in whatever order the rows come.
 */

const MOST_BLOCKS = 16_000_000;

export class PrefixBlocks {
  private readonly seen = new Set<unknown>();
  private readonly blockTokens: number;
  reusedTokens = 0;
  tokens = 0;

  constructor(blockTokens: number) {
    this.blockTokens = blockTokens;
  }

  /** True once blocks are no longer remembered, and `reusedTokens` is too low. */
  get full(): boolean {
    return this.seen.size >= MOST_BLOCKS;
  }

  add(ids: readonly unknown[], input: number): void {
    this.tokens += input;
    ids.forEach((id, k) => {
      if (this.seen.has(id)) this.reusedTokens += Math.max(0, Math.min(this.blockTokens, input - k * this.blockTokens));
      else if (!this.full) this.seen.add(id);
    });
  }
}
