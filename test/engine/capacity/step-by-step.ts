import type { Requests } from '../../../src/engine/capacity/simulate-arrivals.ts';
import type { Service } from '../../../src/engine/capacity/simulate-service.ts';

interface Sequence {
  readonly index: number;
  readonly arrival: number;
  readonly input: number;
  readonly output: number;
  cached: number;
  generated: number;
  left: number;
  first: number;
  done: number;
}

/** The plainest simulator of one replica there is: every step on its own, lists of objects, no heap, no jumps. What the fast one must equal. */
export function stepByStep(requests: Requests, service: Service) {
  const all = Array.from({ length: requests.count }, (_, index): Sequence => {
    const [arrival, input, output, cached] = [requests.arrival, requests.input, requests.output, requests.cached].map((each) => each[index] as number);
    return { index, arrival, input, output, cached, generated: 0, left: 0, first: -1, done: -1 } as Sequence;
  });
  const waiting: Sequence[] = [];
  let running: Sequence[] = [];
  let partial: Sequence | null = null;
  let [time, next, preemptions, prefilled] = [0, 0, 0, 0];
  const prompt = (each: Sequence) => each.input + each.generated;
  const held = (finished: readonly Sequence[]) =>
    [...running, ...finished, ...(partial === null ? [] : [partial])].reduce((sum, each) => sum + prompt(each), 0);

  while (all.some((each) => each.done < 0)) {
    while (next < all.length && (all[next] as Sequence).arrival <= time) waiting.push(all[next++] as Sequence);
    if (waiting.length === 0 && running.length === 0 && partial === null) {
      time = (all[next] as Sequence).arrival;
      continue;
    }
    // What is read in this step.
    const finished: Sequence[] = [];
    const readBefore = prefilled;
    let [budget, seconds] = [service.chunkTokens, 0];
    while (budget > 0) {
      if (partial === null) {
        const front = waiting[0];
        if (front === undefined || running.length + finished.length >= service.maxBatch) break;
        if (held(finished) + prompt(front) + running.length + 1 > service.cacheTokens) break;
        partial = waiting.shift() as Sequence;
        partial.left = Math.max(1, prompt(partial) - partial.cached);
        seconds += service.prefillPerRequest;
      }
      const tokens = Math.min(budget, partial.left);
      const before = prompt(partial) - partial.left;
      seconds += tokens * service.prefillPerToken + service.prefillPerTokenSquared * tokens * (tokens + 2 * before);
      budget -= tokens;
      prefilled += tokens;
      partial.left -= tokens;
      if (partial.left > 0) break;
      finished.push(partial);
      partial = null;
    }
    // The last to come in make room for one more token each.
    while (running.length > 0 && service.cacheTokens - held(finished) < running.length) {
      const last = running.pop() as Sequence;
      last.cached = 0;
      waiting.unshift(last);
      preemptions++;
    }
    const mixed = prefilled > readBefore ? service.mixedStep : 0;
    if (running.length > 0) seconds += mixed + (service.base[running.length] as number) + service.perContextToken * held(finished);
    time += seconds;
    for (const each of running) each.generated++;
    for (const each of finished) {
      each.generated++;
      if (each.first < 0) each.first = time;
    }
    running = [...running, ...finished];
    for (const each of running) if (each.generated >= each.output) each.done = time;
    running = running.filter((each) => each.done < 0);
  }
  const mean = (pick: (each: Sequence) => number) => all.reduce((sum, each) => sum + pick(each), 0) / all.length;
  return { preemptions, prefilled, meanTtft: mean((each) => each.first - each.arrival), meanE2e: mean((each) => each.done - each.arrival) };
}
