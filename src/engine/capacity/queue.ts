/** Closed forms of queueing theory: what the simulator is checked against, and quick answers where they hold. Times in any one unit. */

/**
 * Probability that an arrival has to wait in M/M/c (Erlang C), `load` being arrival rate x mean service, below `servers`.
 *
 * @example erlangC(1, 0.8) === 0.8; erlangC(2, 1) === 1 / 3
 */
export function erlangC(servers: number, load: number): number {
  if (load >= servers) return 1;
  // Erlang B by its recursion, which never overflows.
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Mean wait in M/M/c; infinite at or above full load is null. @example meanWaitMmc(1, 0.5, 1) === 1 */
export function meanWaitMmc(servers: number, arrivalsPerUnit: number, meanService: number): number | null {
  const load = arrivalsPerUnit * meanService;
  return load >= servers ? null : (erlangC(servers, load) * meanService) / (servers - load);
}

/** Wait in M/M/c that a share `p` of arrivals stays under; null at or above full load. */
export function waitQuantileMmc(servers: number, arrivalsPerUnit: number, meanService: number, p: number): number | null {
  const load = arrivalsPerUnit * meanService;
  if (load >= servers) return null;
  const waits = erlangC(servers, load);
  return waits <= 1 - p ? 0 : (Math.log(waits / (1 - p)) * meanService) / (servers - load);
}

/** Mean wait in M/G/1 (Pollaczek-Khinchine); `cv` of the service is 0 for M/D/1, 1 for M/M/1. @example meanWaitMg1(0.5, 1, 0) === 0.5 */
export function meanWaitMg1(arrivalsPerUnit: number, meanService: number, cv: number): number | null {
  const load = arrivalsPerUnit * meanService;
  return load >= 1 ? null : (load * meanService * (1 + cv * cv)) / (2 * (1 - load));
}

/** Mean wait in G/G/c by Allen and Cunneen: M/M/c scaled by the mean of both squared coefficients of variation. */
export function meanWaitGgc(servers: number, arrivalsPerUnit: number, meanService: number, cvArrivals: number, cvService: number): number | null {
  const wait = meanWaitMmc(servers, arrivalsPerUnit, meanService);
  return wait === null ? null : (wait * (cvArrivals ** 2 + cvService ** 2)) / 2;
}

/**
 * Replicas for a load so that the mean of what runs stays under `most` of what they hold: a replica takes `batch` requests at once,
 * each for `holdS` seconds, and a share `p` of arrivals may wait at most `waitS`. Bisection over M/M/c with c = replicas x batch.
 */
export function replicasFor(requestsPerS: number, holdS: number, batch: number, waitS: number, p: number, most: number): number {
  const enough = (replicas: number) => {
    const slots = replicas * batch;
    if (requestsPerS * holdS > most * slots) return false;
    const wait = waitQuantileMmc(slots, requestsPerS, holdS, p);
    return wait !== null && wait <= waitS;
  };
  let high = 1;
  while (!enough(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
