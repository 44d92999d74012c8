/**
 * A fleet of replicas under a stream of requests: balancer, autoscaling with cold starts, scale to zero, spot interruptions, replicas
 * that are down. Discrete events, seeded, pure; the clock is that of the requests.
 */

import { SECONDS_PER_MONTH } from '../units.ts';
import { EventQueue, StepHeap } from './simulate-heap.ts';
import { seededRandom } from './simulate-random.ts';
import { newOutcomes, type Outcomes, SimReplica } from './simulate-replica.ts';
import { type Latencies, type SimulationResult, summarize } from './simulate-result.ts';
import { meanSample, NO_TOTALS, type Sample, type Totals } from './simulate-totals.ts';
import type { Simulation } from './simulate-types.ts';

export type { Simulation } from './simulate-types.ts';

const STATE = { off: 0, starting: 1, up: 2 } as const;
const CONTROL = { ready: 0, decide: 1, interrupt: 2, sample: 3 } as const;
/** Control events carry kind x this + replica. */
const KIND = 65_536;

export function simulate(simulation: Simulation): SimulationResult {
  return new Run(simulation).toEnd().result;
}

/** The same, with the latencies of every request told of. */
export function simulateRequests(simulation: Simulation): Simulated {
  return new Run(simulation).toEnd();
}

export interface Simulated {
  readonly result: SimulationResult;
  readonly latencies: Latencies;
}

class Run {
  readonly #s: Simulation;
  readonly #outcomes: Outcomes;
  readonly #replicas: readonly SimReplica[];
  readonly #events: EventQueue;
  readonly #control = new StepHeap();
  readonly #state: Int8Array;
  readonly #paidSince: Float64Array;
  readonly #idleSince: Float64Array;
  readonly #pending: number[] = [];
  readonly #random;
  readonly #samples: Sample[] = [];
  #last: Totals = NO_TOTALS;
  #from: Totals = NO_TOTALS;
  #to: Totals | null = null;
  #pendingS = 0;
  #paid = 0;
  #turn = 0;
  #rejected = 0;
  #interruptions = 0;
  #coldStarts = 0;
  #now = 0;

  constructor(simulation: Simulation) {
    this.#s = simulation;
    const { requests, replicas } = simulation;
    this.#outcomes = newOutcomes(requests.count);
    this.#replicas = replicas.map((service) => new SimReplica(service, requests, this.#outcomes));
    this.#events = new EventQueue(Math.max(1, replicas.length));
    this.#state = new Int8Array(replicas.length);
    this.#paidSince = new Float64Array(replicas.length).fill(-1);
    this.#idleSince = new Float64Array(replicas.length);
    this.#random = seededRandom(simulation.seed);
    this.#begin();
  }

  #begin(): void {
    const { scaling, buckets, requests } = this.#s;
    const usable = this.#usable();
    const first = scaling.kind === 'fixed' ? usable : Math.min(usable, scaling.least);
    for (let i = 0; i < first; i++) this.#bringUp(i, 0);
    const horizon = requests.arrival[requests.count - 1] ?? 0;
    for (let i = 1; i <= buckets; i++) this.#control.push((horizon * i) / buckets, CONTROL.sample * KIND);
    if (scaling.kind === 'target') this.#control.push(scaling.everyS, CONTROL.decide * KIND);
  }

  #usable(): number {
    return Math.max(0, this.#replicas.length - this.#s.down);
  }

  toEnd(): Simulated {
    const { requests, skip = 0 } = this.#s;
    let next = 0;
    for (;;) {
      const arrival = next < requests.count ? (requests.arrival[next] as number) : Number.POSITIVE_INFINITY;
      const step = this.#replicas.length > 0 ? this.#events.nextTime() : Number.POSITIVE_INFINITY;
      const control = this.#control.size > 0 ? this.#control.topKey() : Number.POSITIVE_INFINITY;
      const time = Math.min(arrival, step, control);
      if (time === Number.POSITIVE_INFINITY) break;
      if (next >= requests.count && step === Number.POSITIVE_INFINITY && this.#pending.length === 0 && control > this.#lastArrival()) break;
      this.#pendingS += this.#pending.length * (time - this.#now);
      this.#now = time;
      if (skip > 0 && arrival === time) this.#mark(next, skip);
      if (control <= time) this.#runControl();
      else if (arrival <= step) this.#dispatch(next++, time);
      else this.#step(this.#events.next());
    }
    return this.#finish();
  }

  /** The window told of: from the first arrival that counts to the last. */
  #mark(next: number, skip: number): void {
    if (next === skip) this.#from = this.#totals(this.#now);
    if (next === this.#s.requests.count - 1) this.#to = this.#totals(this.#now);
  }

  #lastArrival(): number {
    return this.#s.requests.arrival[this.#s.requests.count - 1] ?? 0;
  }

  #step(replica: number): void {
    const each = this.#replicas[replica] as SimReplica;
    each.advance();
    this.#events.set(replica, each.nextEvent);
    if (each.nextEvent === Number.POSITIVE_INFINITY) this.#idleSince[replica] = this.#now;
  }

  // ---- balancing

  #dispatch(request: number, time: number): void {
    const replica = this.#choose(request);
    if (replica >= 0) {
      (this.#replicas[replica] as SimReplica).arrive(request, time);
      this.#events.set(replica, (this.#replicas[replica] as SimReplica).nextEvent);
    } else if (!this.#replicas.some((each, i) => i < this.#usable() && each.holds(request))) this.#rejected++;
    else {
      this.#pending.push(request);
      this.#wake(time);
    }
  }

  /** -1: no replica that is up can hold the request. */
  #choose(request: number): number {
    const count = this.#replicas.length;
    if (this.#s.balancer === 'round_robin') {
      for (let i = 0; i < count; i++) {
        const replica = (this.#turn + i) % count;
        if (!this.#takes(replica, request)) continue;
        this.#turn = (replica + 1) % count;
        return replica;
      }
      return -1;
    }
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      if (!this.#takes(i, request)) continue;
      const each = this.#replicas[i] as SimReplica;
      const load = each.outstanding * this.#slowness(i);
      if (load < least) {
        least = load;
        best = i;
      }
    }
    return best;
  }

  #takes(replica: number, request: number): boolean {
    return this.#state[replica] === STATE.up && (this.#replicas[replica] as SimReplica).holds(request);
  }

  /** Step time of a half-full batch (a request's time, where nothing is decoded): in a mixed fleet, a slow replica counts as fuller. */
  #slowness(replica: number): number {
    const { base, prefillPerRequest } = (this.#replicas[replica] as SimReplica).service;
    return base[Math.max(1, base.length >> 1)] || prefillPerRequest || 1;
  }

  // ---- starting and stopping

  #bringUp(replica: number, time: number): void {
    this.#state[replica] = STATE.up;
    if ((this.#paidSince[replica] as number) < 0) this.#paidSince[replica] = time;
    this.#idleSince[replica] = time;
    if (this.#s.interruptionsPerMonth > 0) {
      const wait = (this.#random.exponential() * SECONDS_PER_MONTH) / this.#s.interruptionsPerMonth;
      this.#control.push(time + wait, CONTROL.interrupt * KIND + replica);
    }
    while (this.#pending.length > 0) {
      const request = this.#pending[0] as number;
      const to = this.#choose(request);
      if (to < 0) return;
      this.#pending.shift();
      (this.#replicas[to] as SimReplica).arrive(request, time);
      this.#events.set(to, (this.#replicas[to] as SimReplica).nextEvent);
    }
  }

  #start(replica: number, time: number): void {
    this.#state[replica] = STATE.starting;
    this.#paidSince[replica] = time;
    this.#coldStarts++;
    this.#control.push(time + this.#s.coldStartS, CONTROL.ready * KIND + replica);
  }

  #stop(replica: number, time: number): void {
    this.#state[replica] = STATE.off;
    this.#paid += time - (this.#paidSince[replica] as number);
    this.#paidSince[replica] = -1;
  }

  /** Requests wait and nothing is up or coming: start one. */
  #wake(time: number): void {
    if (this.#state.some((each) => each !== STATE.off)) return;
    if (this.#usable() > 0) this.#start(0, time);
  }

  #runControl(): void {
    const time = this.#control.topKey();
    const code = this.#control.topValue();
    this.#control.pop();
    const replica = code % KIND;
    const kind = Math.floor(code / KIND);
    if (kind === CONTROL.ready) {
      if (this.#state[replica] === STATE.starting) this.#bringUp(replica, time);
    } else if (kind === CONTROL.decide) this.#decide(time);
    else if (kind === CONTROL.interrupt) this.#interrupt(replica, time);
    else this.#sample(time);
  }

  #decide(time: number): void {
    const { scaling } = this.#s;
    if (scaling.kind !== 'target') return;
    const unfinished = this.#replicas.reduce((sum, each) => sum + each.outstanding, this.#pending.length);
    const wanted = Math.min(this.#usable(), Math.max(scaling.least, Math.ceil(unfinished / scaling.target)));
    let have = this.#state.reduce((sum, each) => sum + (each === STATE.off ? 0 : 1), 0);
    for (let i = 0; i < this.#usable() && have < wanted; i++) {
      if (this.#state[i] !== STATE.off) continue;
      this.#start(i, time);
      have++;
    }
    for (let i = this.#usable() - 1; i >= 0 && have > wanted; i--) {
      const idle = this.#state[i] === STATE.up && (this.#replicas[i] as SimReplica).outstanding === 0;
      if (!idle || time - (this.#idleSince[i] as number) < scaling.keepAliveS) continue;
      this.#stop(i, time);
      have--;
    }
    if (unfinished > 0 || time < this.#lastArrival()) this.#control.push(time + scaling.everyS, CONTROL.decide * KIND);
  }

  #interrupt(replica: number, time: number): void {
    if (this.#state[replica] !== STATE.up) return;
    this.#interruptions++;
    const evicted = (this.#replicas[replica] as SimReplica).evict(time);
    this.#events.set(replica, Number.POSITIVE_INFINITY);
    this.#stop(replica, time);
    this.#start(replica, time);
    for (const request of evicted) this.#dispatch(request, time);
  }

  // ---- telling

  #sample(time: number): void {
    const totals = this.#totals(time);
    if (time > this.#last.time) this.#samples.push(meanSample(this.#last, totals));
    this.#last = totals;
  }

  #totals(time: number): Totals {
    const totals = { time, paid: this.#paidUntil(time), running: 0, waiting: this.#pendingS, busy: 0, cacheTokens: 0, cacheRoom: 0, outputTokens: 0 };
    for (const replica of this.#replicas) {
      replica.settle(time);
      totals.running += replica.load.running;
      totals.waiting += replica.load.waiting;
      totals.busy += replica.load.busy;
      totals.cacheTokens += replica.load.cacheTokens;
      totals.cacheRoom += (totals.paid * replica.service.cacheTokens) / this.#replicas.length;
      totals.outputTokens += replica.outputTokens;
    }
    return totals;
  }

  #paidUntil(time: number): number {
    return this.#paidSince.reduce((sum, since) => sum + (since < 0 ? 0 : time - since), this.#paid);
  }

  #finish(): Simulated {
    return summarize({
      requests: this.#s.requests,
      skip: this.#s.skip ?? 0,
      outcomes: this.#outcomes,
      slo: this.#s.slo,
      from: this.#from,
      to: this.#to ?? this.#totals(this.#now),
      services: this.#s.replicas,
      rejected: this.#rejected,
      interruptions: this.#interruptions,
      coldStarts: this.#coldStarts,
      samples: this.#samples,
    });
  }
}
