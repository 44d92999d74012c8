import type { Names } from '../batch.ts';

/** Requests and tokens by model or by team. */

export interface Split {
  readonly name: string;
  readonly requests: number | null;
  readonly input_tokens: { readonly mean: number | null; readonly total: number };
  readonly output_tokens: { readonly mean: number | null; readonly total: number };
}

interface Sums {
  requests: number;
  input: number;
  output: number;
}

/** Names beyond this are counted together: a column of user ids would otherwise be a list of people. */
const MOST_NAMES = 50;
const MOST_REMEMBERED = 20_000;
const OTHERS = '(others)';
const UNNAMED = '(none)';

export class Splits {
  private readonly byName = new Map<string, Sums>();
  /** The sums of each place in the list of names of the last batch, after those of no name. */
  private places: { readonly names: readonly string[]; readonly sums: (Sums | undefined)[] } = { names: [], sums: [] };

  add(name: string | null, requests: number, input: number, output: number): void {
    const sums = this.sumsOf(name ?? UNNAMED);
    sums.requests += requests;
    sums.input += input;
    sums.output += output;
  }

  /** Adds rows of one request each. */
  addAll({ codes, names }: Names, input: Float64Array, output: Float64Array, from: number, to: number): void {
    if (this.places.names !== names) this.places = { names, sums: [] };
    const known = this.places.sums;
    for (let row = from; row < to; row += 1) {
      const place = (codes[row] as number) + 1;
      let sums = known[place];
      if (sums === undefined) {
        sums = this.sumsOf(names[place - 1] || UNNAMED);
        known[place] = sums;
      }
      sums.requests += 1;
      sums.input += input[row] as number;
      sums.output += output[row] as number;
    }
  }

  private sumsOf(name: string): Sums {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.byName.size >= MOST_REMEMBERED && name !== OTHERS) return this.sumsOf(OTHERS);
    const fresh = { requests: 0, input: 0, output: 0 };
    this.byName.set(name, fresh);
    return fresh;
  }

  /** Most requests first, then most tokens, then by name. @param counted false when the source has no request counts */
  list(counted: boolean): Split[] {
    const ranked = [...this.byName].sort(([a, x], [b, y]) => y.requests - x.requests || y.input + y.output - x.input - x.output || (a < b ? -1 : 1));
    const shown = ranked.slice(0, MOST_NAMES);
    const rest = ranked.slice(MOST_NAMES).map(([, sums]) => sums);
    const all = rest.length === 0 ? shown : [...shown, [OTHERS, rest.reduce(plus)] as const];
    return all.map(([name, sums]) => toSplit(name, sums, counted));
  }
}

function plus(a: Sums, b: Sums): Sums {
  return { requests: a.requests + b.requests, input: a.input + b.input, output: a.output + b.output };
}

function toSplit(name: string, { requests, input, output }: Sums, counted: boolean): Split {
  const mean = (total: number): number | null => (counted && requests > 0 ? total / requests : null);
  return {
    name,
    requests: counted ? requests : null,
    input_tokens: { mean: mean(input), total: input },
    output_tokens: { mean: mean(output), total: output },
  };
}
