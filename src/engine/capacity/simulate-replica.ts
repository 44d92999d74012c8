/**
 * One simulated replica: continuous batching with chunked prefill, admission while the cache has room, and preemption (the last
 * admitted is recomputed later) when it has not. Steps whose batch doesn't change are taken in one jump: work grows with events.
 */

import type { Requests } from './simulate-arrivals.ts';
import { StepHeap } from './simulate-heap.ts';
import type { Service } from './simulate-service.ts';

/** What happened to every request; times in seconds, -1 until it happens. Shared by all replicas. */
export interface Outcomes {
  readonly firstToken: Float64Array;
  readonly done: Float64Array;
  /** Tokens generated before a preemption or an interruption: they are read again, not written again. */
  readonly generated: Int32Array;
  /** Odd while a request decodes; rises by one when it starts and when it stops. */
  readonly epoch: Int32Array;
  /** Step of its replica at which it will have all its tokens. */
  readonly endStep: Float64Array;
  preemptions: number;
  /** Output tokens counted as they are generated. */
  outputTokens: number;
  /** Input tokens prefilled, recomputation included. */
  prefilledTokens: number;
}

export function newOutcomes(count: number): Outcomes {
  return {
    firstToken: new Float64Array(count).fill(-1),
    done: new Float64Array(count).fill(-1),
    generated: new Int32Array(count),
    epoch: new Int32Array(count),
    endStep: new Float64Array(count),
    preemptions: 0,
    outputTokens: 0,
    prefilledTokens: 0,
  };
}

/** A list with a cheap front. */
class Queue {
  #items: number[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(value: number): void {
    this.#items.push(value);
  }

  pushFront(value: number): void {
    if (this.#head > 0) this.#items[--this.#head] = value;
    else this.#items.unshift(value);
  }

  peek(): number {
    return this.#items[this.#head] as number;
  }

  shift(): number {
    const value = this.#items[this.#head++] as number;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }
}

/** Integrals over time, for means; seconds times what their name says. */
export interface Load {
  busy: number;
  running: number;
  waiting: number;
  cacheTokens: number;
}

export class SimReplica {
  readonly service: Service;
  /** Time of the next event; infinite while idle. */
  nextEvent = Number.POSITIVE_INFINITY;
  readonly load: Load = { busy: 0, running: 0, waiting: 0, cacheTokens: 0 };
  outputTokens = 0;

  readonly #requests: Requests;
  readonly #outcomes: Outcomes;
  readonly #waiting = new Queue();
  readonly #ends = new StepHeap();
  /** Requests in order of admission, some of them finished. */
  readonly #order: number[] = [];
  /** Requests whose prefill ends with the step under way. */
  #prefilling: number[] = [];
  /** A long prompt whose prefill takes more steps: request and tokens left; -1: none. */
  #partial = -1;
  #partialLeft = 0;
  #decoding = 0;
  #held = 0;
  #steps = 0;
  /** The jump under way. */
  #since = 0;
  #jump = 0;
  #counted = 0;

  constructor(service: Service, requests: Requests, outcomes: Outcomes) {
    this.service = service;
    this.#requests = requests;
    this.#outcomes = outcomes;
  }

  /** Requests it has taken on and not finished. */
  get outstanding(): number {
    return this.#waiting.length + this.#decoding + this.#prefilling.length + (this.#partial < 0 ? 0 : 1);
  }

  /** Brings the integrals of `load` up to `time`. */
  settle(time: number): void {
    this.#count(time);
  }

  /** Whether a request could ever run here: its whole length fits the cache. */
  holds(request: number): boolean {
    return (this.#requests.input[request] as number) + (this.#requests.output[request] as number) <= this.service.cacheTokens;
  }

  /** Takes a request on at `time`; a jump under way ends at the next step if it can be admitted there. */
  arrive(request: number, time: number): void {
    this.#count(time);
    this.#waiting.push(request);
    if (this.nextEvent === Number.POSITIVE_INFINITY) this.#plan(time);
    else if (this.#jump > 1 && this.#waiting.length === 1 && this.#admissible(request)) this.#cutJump(time);
  }

  /** The end of the jump under way. */
  advance(): void {
    const time = this.nextEvent;
    this.#count(time);
    this.#takeSteps(time);
    this.#endPrefills(time);
    this.#plan(time);
  }

  /** Stops at `time` and gives back everything unfinished, oldest first; what was generated is not lost to the caller, only its cache. */
  evict(time: number): number[] {
    this.#count(time);
    if (this.#jump > 0 && this.#since < time) this.#takeWhole(time);
    const running = [...this.#order.filter((request) => this.#isRunning(request)), ...this.#prefilling, ...(this.#partial < 0 ? [] : [this.#partial])];
    for (const request of this.#order) if (this.#isRunning(request)) this.#setBack(request);
    const waiting: number[] = [];
    while (this.#waiting.length > 0) waiting.push(this.#waiting.shift());
    this.#reset();
    return [...running, ...waiting];
  }

  #reset(): void {
    while (this.#ends.size > 0) this.#ends.pop();
    this.#order.length = 0;
    this.#prefilling = [];
    this.#partial = -1;
    this.#decoding = 0;
    this.#held = 0;
    this.#jump = 0;
    this.nextEvent = Number.POSITIVE_INFINITY;
  }

  /** Whole steps done before `time` count; the one cut short does not. */
  #takeWhole(time: number): void {
    if (this.#prefilling.length > 0 || this.#partial >= 0 || this.#decoding === 0) return;
    let steps = this.#stepsUntil(time);
    if (this.#since + this.#duration(steps) > time) steps--;
    this.#jump = Math.max(0, Math.min(this.#jump - 1, steps));
    if (this.#jump > 0) this.#takeSteps(time);
  }

  // ---- time

  #stepSeconds(held: number): number {
    const { base } = this.service;
    return (base[Math.min(this.#decoding, base.length - 1)] as number) + this.service.perContextToken * held;
  }

  /** Seconds `steps` decode steps take from now: the cache grows by one token a sequence and step. */
  #duration(steps: number): number {
    return steps * this.#stepSeconds(this.#held) + (this.service.perContextToken * this.#decoding * steps * (steps - 1)) / 2;
  }

  /** Steps until the first boundary at or after `time`. */
  #stepsUntil(time: number): number {
    const span = time - this.#since;
    const growth = (this.service.perContextToken * this.#decoding) / 2;
    const linear = this.#stepSeconds(this.#held) - growth;
    const steps = growth === 0 ? span / linear : (2 * span) / (linear + Math.sqrt(linear * linear + 4 * growth * span));
    return Math.max(1, Math.ceil(steps - 1e-9));
  }

  #cutJump(time: number): void {
    const steps = this.#stepsUntil(time);
    if (steps >= this.#jump) return;
    this.#jump = steps;
    this.nextEvent = this.#since + this.#duration(steps);
  }

  #count(time: number): void {
    const span = time - this.#counted;
    if (span > 0) {
      if (this.nextEvent !== Number.POSITIVE_INFINITY) this.load.busy += span;
      this.load.running += span * (this.outstanding - this.#waiting.length);
      this.load.waiting += span * this.#waiting.length;
      this.load.cacheTokens += span * this.#held;
    }
    this.#counted = time;
  }

  // ---- decoding

  #takeSteps(time: number): void {
    const steps = this.#jump;
    this.#jump = 0;
    this.#steps += steps;
    this.#held += this.#decoding * steps;
    this.#produced(this.#decoding * steps);
    this.#dropStale();
    while (this.#ends.size > 0 && this.#ends.topKey() <= this.#steps) {
      const request = this.#ends.topValue();
      this.#ends.pop();
      this.#decoding--;
      this.#held -= (this.#requests.input[request] as number) + (this.#requests.output[request] as number);
      this.#outcomes.done[request] = time;
      this.#outcomes.epoch[request] = (this.#outcomes.epoch[request] as number) + 1;
      this.#dropStale();
    }
  }

  #produced(tokens: number): void {
    this.outputTokens += tokens;
    this.#outcomes.outputTokens += tokens;
  }

  /** Entries of preempted requests stay in the heap until they come up. */
  #dropStale(): void {
    while (this.#ends.size > 0 && !this.#isCurrent(this.#ends.topValue(), this.#ends.topKey())) this.#ends.pop();
  }

  #isCurrent(request: number, endStep: number): boolean {
    return this.#isRunning(request) && this.#outcomes.endStep[request] === endStep;
  }

  /** Odd epochs run: admission makes them odd, the end or a preemption even. */
  #isRunning(request: number): boolean {
    return ((this.#outcomes.epoch[request] as number) & 1) === 1;
  }

  // ---- prefill

  #endPrefills(time: number): void {
    const finished = this.#prefilling;
    this.#prefilling = [];
    for (const request of finished) this.#firstToken(request, time);
  }

  #firstToken(request: number, time: number): void {
    const output = this.#requests.output[request] as number;
    const generated = (this.#outcomes.generated[request] as number) + 1;
    if ((this.#outcomes.firstToken[request] as number) < 0) this.#outcomes.firstToken[request] = time;
    this.#produced(1);
    this.#held++;
    if (generated >= output) {
      this.#held -= (this.#requests.input[request] as number) + output;
      this.#outcomes.done[request] = time;
      return;
    }
    this.#outcomes.epoch[request] = (this.#outcomes.epoch[request] as number) + 1;
    this.#outcomes.generated[request] = generated;
    const endStep = this.#steps + output - generated;
    this.#outcomes.endStep[request] = endStep;
    this.#ends.push(endStep, request);
    this.#remember(request);
    this.#decoding++;
  }

  /** Admission order, for preemption; entries of finished requests are swept now and then. */
  #remember(request: number): void {
    this.#order.push(request);
    if (this.#order.length < 256 || this.#order.length < 4 * this.#decoding) return;
    let kept = 0;
    for (const each of this.#order) if (this.#isRunning(each)) this.#order[kept++] = each;
    this.#order.length = kept;
  }

  /** Tokens a request has to have in the cache before its next token: input, and what it generated before a preemption. */
  #prompt(request: number): number {
    return (this.#requests.input[request] as number) + (this.#outcomes.generated[request] as number);
  }

  #admissible(request: number): boolean {
    const running = this.#decoding + this.#prefilling.length + (this.#partial < 0 ? 0 : 1);
    return running < this.service.maxBatch && this.#held + this.#prompt(request) + this.#decoding + 1 <= this.service.cacheTokens;
  }

  /** Takes waiting requests into the next step while tokens, batch and cache allow; returns the seconds their prefill adds. */
  #admit(): number {
    let budget = this.service.chunkTokens;
    let seconds = 0;
    if (this.#partial >= 0) {
      const tokens = Math.min(budget, this.#partialLeft);
      seconds += this.#chunk(this.#partial, tokens);
      budget -= tokens;
    }
    while (budget > 0 && this.#partial < 0 && this.#waiting.length > 0 && this.#admissible(this.#waiting.peek())) {
      const request = this.#waiting.shift();
      const cached = (this.#outcomes.epoch[request] as number) === 0 ? (this.#requests.cached[request] as number) : 0;
      this.#held += this.#prompt(request);
      this.#partial = request;
      this.#partialLeft = Math.max(1, this.#prompt(request) - cached);
      const tokens = Math.min(budget, this.#partialLeft);
      seconds += this.service.prefillPerRequest + this.#chunk(request, tokens);
      budget -= tokens;
    }
    return seconds;
  }

  /** Seconds of one chunk of a prompt; a chunk late in a long prompt attends to all before it. */
  #chunk(request: number, tokens: number): number {
    const before = this.#prompt(request) - this.#partialLeft;
    this.#partialLeft -= tokens;
    this.#outcomes.prefilledTokens += tokens;
    if (this.#partialLeft === 0) {
      this.#prefilling.push(request);
      this.#partial = -1;
    }
    const { prefillPerToken, prefillPerTokenSquared } = this.service;
    return tokens * prefillPerToken + prefillPerTokenSquared * tokens * (tokens + 2 * before);
  }

  // ---- what comes next

  #plan(time: number): void {
    this.#since = time;
    const prefill = this.#admit();
    const mixed = prefill > 0 || this.#prefilling.length > 0 || this.#partial >= 0;
    while (this.#decoding > 0 && this.#room() < 1) this.#preemptLast();
    if (mixed) {
      this.#jump = this.#decoding > 0 ? 1 : 0;
      this.nextEvent = time + prefill + (this.#decoding > 0 ? this.#stepSeconds(this.#held) + this.service.mixedStep : 0);
    } else if (this.#decoding > 0) {
      this.#dropStale();
      this.#jump = Math.min(this.#ends.topKey() - this.#steps, this.#room());
      this.nextEvent = time + this.#duration(this.#jump);
    } else if (this.#waiting.length > 0 && this.#admissible(this.#waiting.peek())) {
      this.#plan(time);
    } else {
      this.#jump = 0;
      this.nextEvent = Number.POSITIVE_INFINITY;
    }
  }

  /** Steps until the cache is full. */
  #room(): number {
    return Math.floor((this.service.cacheTokens - this.#held) / this.#decoding);
  }

  /** Sends the last admitted back to the front of the line. */
  #preemptLast(): void {
    for (;;) {
      const request = this.#order.pop() as number;
      if (!this.#isRunning(request)) continue;
      this.#setBack(request);
      this.#outcomes.preemptions++;
      this.#waiting.pushFront(request);
      return;
    }
  }

  /** Out of the batch: its cache is gone, its tokens are kept. */
  #setBack(request: number): void {
    const left = (this.#outcomes.endStep[request] as number) - this.#steps;
    const generated = (this.#requests.output[request] as number) - left;
    this.#held -= (this.#requests.input[request] as number) + generated;
    this.#outcomes.generated[request] = generated;
    this.#outcomes.epoch[request] = (this.#outcomes.epoch[request] as number) + 1;
    this.#decoding--;
  }
}
