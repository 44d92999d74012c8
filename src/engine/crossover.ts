/**
 * Who is cheapest at which volume, solved exactly: piece by piece where costs are affine, by finer and finer pieces where they
 * are smooth. Volumes are whole requests a month from 1 upwards.
 */
import { type CostModel, type CurveTerm, type Line, monthlyUsd, pieceLimit } from './cost/terms.ts';
import type { Crossover, WinnerInterval } from './result.ts';

export interface Contender {
  readonly id: string;
  readonly cost: CostModel;
  /** Ties go to the lower rank, then to the earlier in the list. */
  readonly simplicity: number;
}

export interface Winners {
  readonly winners: readonly WinnerInterval[];
  readonly crossovers: readonly Crossover[];
  /** True when the walk ended early: the last interval then only holds up to `solved_to`. */
  readonly truncated: boolean;
  readonly solved_to: number;
}

/** Volumes beyond this are not asked about; the winner there is taken to stay. */
const DOMAIN_END = 1e12;
/** Pieces walked one by one at most: two staircases of the same slope may take turns for ever. Beyond it, steps of 0.1 %. */
const MAX_PIECES = 200_000;
const COARSE = 1.001;
/** Costs this close, relative, are a tie: rounding, not money. */
const TIE = 1e-12;

export function findWinners(contenders: readonly Contender[]): Winners {
  const { walk, exactTo } = walkAll(contenders);
  return { ...walk.result(), truncated: exactTo < DOMAIN_END, solved_to: exactTo };
}

function walkAll(contenders: readonly Contender[]): { readonly walk: Walk; readonly exactTo: number } {
  const ranked = contenders.map((contender, at) => ({ contender, at })).sort((a, b) => a.contender.simplicity - b.contender.simplicity || a.at - b.at);
  const walk = new Walk(ranked.map(({ contender }) => contender));
  let from = 1;
  let pieces = 0;
  let exactTo = DOMAIN_END;
  while (from <= DOMAIN_END) {
    if (pieces === MAX_PIECES) exactTo = from - 1;
    from = walk.settle(from, pieces++ >= MAX_PIECES) + 1;
  }
  return { walk, exactTo };
}

/** The cheapest contender at a volume, by the tie rule; null when none can serve it. `contenders` in tie order. */
function cheapest(contenders: readonly Contender[], volume: number): Contender | null {
  let best: Contender | null = null;
  let bestUsd = Number.POSITIVE_INFINITY;
  for (const contender of contenders) {
    if (volume > contender.cost.max_volume) continue;
    const usd = monthlyUsd(contender.cost, volume);
    if (best === null || usd < bestUsd - TIE * Math.abs(bestUsd)) {
      best = contender;
      bestUsd = usd;
    }
  }
  return best;
}

class Walk {
  readonly contenders: readonly Contender[];
  readonly intervals: Interval[] = [];

  constructor(contenders: readonly Contender[]) {
    this.contenders = contenders;
  }

  /** How far the last sure jump went: the next one tries twice as far. */
  reach = 1;

  /** Decides the volumes from `from` to the end of a piece, or further where the winner is certain, and returns the last one decided. */
  settle(from: number, coarse: boolean): number {
    const winner = cheapest(this.contenders, from);
    const end = coarse ? Math.ceil(from * COARSE) : this.pieceEnd(from);
    const sure = Math.max(end, this.certainUntil(from, winner), this.gallop(from, end, winner));
    if (sure > end) this.add(from, sure, winner);
    else this.resolve(from, end, winner, cheapest(this.contenders, end));
    return sure;
  }

  /**
   * Costs never fall as the volume rises, so a winner whose cost at the far end is below every other's at the near end wins
   * all between. Tries ever longer jumps while they succeed.
   */
  gallop(from: number, end: number, winner: Contender | null): number {
    const cap = this.monotoneUntil(from);
    for (let tries = 0; tries < 3; tries++) {
      const to = Math.min(cap, from + Math.max(this.reach, 1));
      if (to <= end) break;
      if (this.surelyWins(winner, from, to)) {
        this.reach *= 2;
        return to;
      }
      this.reach = Math.max(1, Math.floor(this.reach / 4));
    }
    this.reach = Math.max(this.reach, 2 * (end - from + 1));
    return from;
  }

  /** Up to here endpoints bound all costs: no limit of a contender and no piece of a quoted table ends before. */
  monotoneUntil(from: number): number {
    let until = DOMAIN_END;
    for (const { cost } of this.contenders) {
      if (cost.max_volume >= from) until = Math.min(until, Math.floor(cost.max_volume));
      for (const { curve } of cost.curves) if (curve.falls) until = Math.min(until, Math.floor(curve.limit(from)));
    }
    return until;
  }

  surelyWins(winner: Contender | null, from: number, to: number): boolean {
    if (winner === null) return false;
    const high = Math.max(monthlyUsd(winner.cost, from), monthlyUsd(winner.cost, to));
    return this.contenders.every(
      (other) => other === winner || from > other.cost.max_volume || Math.min(monthlyUsd(other.cost, from), monthlyUsd(other.cost, to)) > high * (1 + TIE),
    );
  }

  pieceEnd(from: number): number {
    let limit = DOMAIN_END;
    for (const { cost } of this.contenders) limit = Math.min(limit, pieceLimit(cost, from));
    return Math.max(from, Math.floor(limit * (1 - 1e-13)));
  }

  /** Within a piece costs are affine: equal winners at both ends win all of it, else the piece is cut where the two lines meet. */
  resolve(from: number, to: number, first: Contender | null, last: Contender | null): void {
    if (first === last || to <= from) {
      this.add(from, to, first);
      return;
    }
    if (to === from + 1) {
      this.add(from, from, first);
      this.add(to, to, last);
      return;
    }
    const mid = Math.min(to - 1, Math.max(from, Math.floor(meeting(first, last, from, to))));
    const atMid = cheapest(this.contenders, mid);
    const next = cheapest(this.contenders, mid + 1);
    this.resolve(from, mid, first, atMid);
    this.resolve(mid + 1, to, next, last);
  }

  /**
   * A volume up to which the winner's upper line stays below every other's lower line: lines meet once, so the first meeting
   * bounds it. Models that have no lines beyond their present piece bound it by that piece.
   */
  certainUntil(from: number, winner: Contender | null): number {
    if (winner === null) return from;
    const high = envelope(winner.cost, from, 'high');
    let until = Math.min(DOMAIN_END, winner.cost.max_volume, high.valid_to);
    for (const other of this.contenders) {
      if (other === winner || from > other.cost.max_volume) continue;
      const low = envelope(other.cost, from, 'low');
      if (high.at0 + high.slope * from >= low.at0 + low.slope * from) return from;
      until = Math.min(until, low.valid_to, high.slope <= low.slope ? DOMAIN_END : (low.at0 - high.at0) / (high.slope - low.slope));
    }
    return Math.max(from, Math.floor(until * (1 - 1e-9)) - 1);
  }

  add(from: number, to: number, who: Contender | null): void {
    const last = this.intervals.at(-1);
    if (last && last.who === who) last.to = to;
    else this.intervals.push({ from, to, who });
  }

  result(): { winners: WinnerInterval[]; crossovers: Crossover[] } {
    const last = this.intervals.length - 1;
    const winners = this.intervals.map(({ from, to, who }, i) => ({ from_requests: from, to_requests: i === last ? null : to, option_id: who?.id ?? null }));
    const crossovers = this.intervals.slice(1).map(({ who }, i) => ({
      requests_per_month: this.change(i + 1),
      from_option: this.intervals[i]?.who?.id ?? null,
      to_option: who?.id ?? null,
    }));
    return { winners, crossovers };
  }

  /** The real volume at which interval `i` begins. */
  change(i: number): number {
    const [before, after] = [this.intervals[i - 1] as Interval, this.intervals[i] as Interval];
    return changeBetween(after.from - 1, before.who, after.who);
  }
}

interface Interval {
  readonly from: number;
  to: number;
  readonly who: Contender | null;
}

/** Where the lines of two contenders through `from` and `to` meet; halfway when they don't, or when one cannot serve. */
function meeting(a: Contender | null, b: Contender | null, from: number, to: number): number {
  if (a === null || b === null) return (from + to) / 2;
  const gapFrom = monthlyUsd(b.cost, from) - monthlyUsd(a.cost, from);
  const gapTo = monthlyUsd(b.cost, to) - monthlyUsd(a.cost, to);
  const at = gapFrom === gapTo ? Number.NaN : from + ((to - from) * gapFrom) / (gapFrom - gapTo);
  return at > from && at < to ? at : (from + to) / 2;
}

/**
 * The real volume between two neighbouring whole ones at which the winner changes: where an option's limit ends, else where the
 * costs meet: the lines through both ends where those are straight, at a step where one of them jumps there, and by halving across a kink.
 */
function changeBetween(volume: number, before: Contender | null, after: Contender | null): number {
  if (before === null || after === null) return volume;
  if (before.cost.max_volume < volume + 1) return Math.max(volume, before.cost.max_volume);
  const gap = (at: number) => monthlyUsd(after.cost, at) - monthlyUsd(before.cost, at);
  const met = meeting(before, after, volume, volume + 1);
  if (Math.abs(gap(met)) <= TIE * Math.abs(monthlyUsd(before.cost, met))) return met;
  for (const { cost } of [before, after]) {
    const step = pieceLimit(cost, volume);
    if (step >= volume && step < volume + 1 && gap(step) >= 0 && gap(step + Math.max(1e-6, step * 1e-12)) < 0) return step;
  }
  let [low, high] = [volume, volume + 1];
  for (let i = 0; i < 34; i++) {
    const middle = (low + high) / 2;
    if (gap(middle) < 0) high = middle;
    else low = middle;
  }
  return high;
}

interface Envelope extends Line {
  /** The line holds for volumes up to this. */
  readonly valid_to: number;
}

/** A line above (or below) the whole cost from `from` on. */
function envelope(cost: CostModel, from: number, side: 'low' | 'high'): Envelope {
  let at0 = cost.fixed_usd;
  let slope = cost.usd_per_request;
  let validTo = Number.POSITIVE_INFINITY;
  for (const term of cost.curves) {
    const line = term.curve.bounds?.[term.unit_usd < 0 ? flip(side) : side] ?? null;
    const { line: used, valid_to } = line ? { line, valid_to: Number.POSITIVE_INFINITY } : pieceLine(term, from);
    at0 += used.at0 * term.unit_usd;
    slope += used.slope * term.unit_usd;
    validTo = Math.min(validTo, valid_to);
  }
  return { at0, slope, valid_to: validTo };
}

function flip(side: 'low' | 'high'): 'low' | 'high' {
  return side === 'low' ? 'high' : 'low';
}

/** The line of the piece that holds `from`; exact up to its end. A smooth curve has no line: it holds only here. */
function pieceLine(term: CurveTerm, from: number): { readonly line: Line; readonly valid_to: number } {
  const limit = term.curve.limit(from);
  const here = term.curve.quantity(from, from);
  if (term.curve.smooth || limit <= from) return { line: { at0: here, slope: 0 }, valid_to: from };
  const to = Number.isFinite(limit) ? limit : from * 2 + 1;
  const slope = (term.curve.quantity(to, to) - here) / (to - from);
  return { line: { at0: here - slope * from, slope }, valid_to: limit };
}

export interface Pair {
  /** First volume at which self-host is the cheaper, and the one from which it stays so; null: never. */
  readonly first: number | null;
  readonly settled: number | null;
}

/** Crossovers of two options alone. 0 means from the first request on. */
export function comparePair(api: Contender, selfHost: Contender): Pair {
  const { walk } = walkAll([api, selfHost]);
  const { intervals } = walk;
  const start = (i: number) => (i === 0 ? 0 : walk.change(i));
  const first = intervals.findIndex(({ who }) => who === selfHost);
  const last = intervals.length - 1;
  return { first: first === -1 ? null : start(first), settled: intervals[last]?.who === selfHost ? start(last) : null };
}
