/** `route simulate`: a log or a workload profile through a policy. */

import { seededRandom } from '../../engine/capacity/simulate-random.ts';
import type { RoutePolicy } from '../../engine/hybrid/policy.ts';
import { type Replay, type ReplayRequest, replay } from '../../engine/hybrid/replay.ts';
import { figures, type ReplayFigures, type ReplayReport, replayReport } from '../../engine/hybrid/replay-report.ts';
import { loadProfile, loadYaml } from '../../files/load.ts';
import { InputError } from '../../files/problem.ts';
import { scoreModelSchema } from '../../schema/calibration-scores.ts';
import { routePolicySchema } from '../../schema/route-policy.ts';
import { Cells } from '../log/cells.ts';
import { type Field, findColumns } from '../log/columns.ts';
import { type RowOptions, rowsOf, tokenReader } from '../log/rows.ts';
import { readTable } from '../log/table.ts';
import { type DrawOptions, drawRequests } from './from-profile.ts';
import { checkNeeds, classesOf, type PriceOf, timesOf } from './requests.ts';

export type { PriceOf } from './requests.ts';

export interface SimulateRequest {
  readonly policy: string;
  readonly columns: Partial<Record<Field, string>>;
  /** Evenly spaced requests a second, for logs without times; null: the log's own times. */
  readonly perSecond: number | null;
  readonly startMs: number;
  readonly seed: number;
  readonly priceOf: PriceOf;
  /** Profiles only. */
  readonly calibration: string | null;
  readonly draw: Pick<DrawOptions, 'days' | 'speed'> & { readonly requestsPerMonth: number | null };
}

export interface Simulated {
  readonly report: ReplayReport;
  /** The same requests with one model alone. */
  readonly alone: { readonly small: ReplayFigures; readonly large: ReplayFigures };
  readonly replay: Replay;
}

export function loadPolicy(path: string): RoutePolicy {
  return loadYaml(path, routePolicySchema, 'policy');
}

/** @throws InputError when the policy, the log or the profile can't be read, or lacks what the policy's rules look at */
export function simulate(path: string, request: SimulateRequest): Simulated {
  const policy = loadPolicy(request.policy);
  const requests = /\.ya?ml$/i.test(path) ? profileRequests(path, policy, request) : logRequests(path, policy, request);
  checkNeeds(policy, requests, path);
  const run = (rules: RoutePolicy) => replay(requests, rules, seededRandom(request.seed).next);
  const replayed = run(policy);
  const small = figures(run({ ...policy, rules: [] }).steps);
  const large = figures(run({ ...policy, rules: [EVERYTHING_LARGE] }).steps);
  return { report: replayReport(policy.name, replayed), alone: { small, large }, replay: replayed };
}

/** A wait is never below zero, so this sends every request to the large model. */
const EVERYTHING_LARGE = { kind: 'latency', ttft_ms: -1 } as const;

const ROWS: RowOptions = { smallPrice: null, largePrice: null, smallUsd: null, largeUsd: null, small: null, large: null };

function logRequests(path: string, policy: RoutePolicy, { columns: named, perSecond, startMs, priceOf }: SimulateRequest): ReplayRequest[] {
  const table = readTable(path);
  const columns = findColumns(table, named);
  const { rows, repeated } = rowsOf(table, columns, ROWS, 'optional');
  if (repeated > 0)
    throw InputError.of('simulate.repeated-ids', `${repeated} requests repeat an earlier id.`, 'Remove them, or name another column with --id.', path);
  const times = timesOf(table, columns, { perSecond, startMs });
  const cells = new Cells(path);
  const requests = table.records.map((record, i): ReplayRequest => {
    const row = rows[i] as (typeof rows)[number];
    const tokens = tokenReader(record, columns, cells);
    const price = (leg: 'small' | 'large') => {
      const { input, output } = tokens(leg);
      return input === null || output === null ? null : priceOf(policy[leg], { input, output });
    };
    return {
      ...row,
      at_ms: times[i] ?? null,
      small_usd: row.small_usd ?? price('small'),
      large_usd: row.large_usd ?? price('large'),
      small_ttft_ms: cells.number(record, columns.smallTtft, 0),
      data_classes: classesOf(record, columns.dataClass),
    };
  });
  cells.done();
  return requests;
}

function profileRequests(path: string, policy: RoutePolicy, request: SimulateRequest): ReplayRequest[] {
  const { calibration, draw, startMs, seed, priceOf } = request;
  if (calibration === null)
    throw InputError.of('simulate.no-calibration', 'A profile has no scores.', 'Name a calibration with --calibration; its scores are drawn from.', path);
  if (draw.requestsPerMonth === null)
    throw InputError.of('simulate.no-volume', 'A profile does not say how many requests come in a month.', 'Give --requests-per-month.', path);
  const scores = loadYaml(calibration, scoreModelSchema, 'calibration');
  return drawRequests(loadProfile(path), scores, policy, { ...draw, requestsPerMonth: draw.requestsPerMonth, startMs, seed, priceOf });
}

export function simulationJson({ report, alone }: Simulated): string {
  return `${JSON.stringify({ ...report, alone }, null, 2)}\n`;
}

/** A line a request: who answered, why, and what it cost. */
export function stepLines({ replay: { steps } }: Simulated): string {
  return steps.map((step) => `${JSON.stringify(step)}\n`).join('');
}
