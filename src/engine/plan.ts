/** The engine's one question: for this scenario, these data and this day, what is the plan? Pure: the same input gives the same plan. */

import { agreesWith, becauseOf } from './because.ts';
import type { Catalog } from './catalog.ts';
import { answerChecklist } from './checklist.ts';
import { capacityOf } from './cost/capacity-figures.ts';
import { note, type PriceContext } from './cost/context.ts';
import { limitGates } from './cost/limits.ts';
import { compileOption, type OptionModel } from './cost/option.ts';
import { generatedTokens, peakToAverage } from './cost/requests.ts';
import { components, monthlyUsd } from './cost/terms.ts';
import { type Contender, comparePair, findWinners } from './crossover.ts';
import { cheapestOf, decide } from './decision.ts';
import type { Finding } from './findings.ts';
import { type FlipOption, findFlips } from './flips.ts';
import { gateFindings, judgeGates } from './gates/index.ts';
import { compileHorizon, horizonCost } from './horizon.ts';
import { hybridLatency, hybridTimes } from './hybrid/latency.ts';
import { hybridFigures } from './hybrid/plan-figures.ts';
import type { CrossoverSummary, Decision, Gate, Plan, PlanOption } from './result.ts';
import type { HybridOption, Scenario } from './scenario.ts';
import { answerUncertainty } from './uncertainty/uncertainty.ts';
import { daysBetween, type IsoDate, likely } from './units.ts';
import { combinations, MAX_COMBINATIONS, whatIfRow } from './what-if.ts';

export interface PlanInput {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  /** Today, YYYY-MM-DD: prices without `as_of` are today's, and ages are counted from it. */
  readonly today: IsoDate;
  /** Draws over all ranges, rounded up to a multiple of 10; absent or 0: none, and `uncertainty` is null. */
  readonly draws?: number | undefined;
  /** Seed of the draws, default 1. */
  readonly seed?: number | undefined;
}

/** A price checked longer ago than this is stale. */
const STALE_DAYS = 90;

interface Judged extends FlipOption {
  readonly gates: readonly Gate[];
}

export function plan(input: PlanInput): Plan {
  const { scenario, catalog, today } = input;
  const asOf = scenario.pricing.as_of ?? today;
  const findings: Finding[] = [];
  const context: PriceContext = { scenario, catalog, at: asOf, trend: 1, findings };
  const gates = judgeGates(scenario, catalog, asOf);
  const options = scenario.options.map((option) => judge(compileOption(option, context), gates, context));
  const checklist = answerChecklist(scenario, catalog, asOf);
  const baseline =
    scenario.baseline ??
    scenario.options.find((option) => option.kind === 'cloud_api' || (option.kind === 'quoted' && option.quoted.as === 'cloud_api'))?.id ??
    null;
  const contenders = options.filter((option) => option.gated && option.model.cost !== null).map(contender);
  const solved = findWinners(contenders);
  const summary = summarize(options, scenario);
  const allGates = options.flatMap((option) => option.gates);
  const decision = decision_(options, scenario, allGates, checklist, summary);
  findings.push(...gateFindings(scenario, catalog, allGates, asOf));
  const drawn = draw(input, options, context, decision, summary);
  if (drawn !== null) findings.push(...drawn.findings);
  noteInputs(options, solved.truncated, solved.solved_to, context, asOf, today);
  return {
    scenario,
    pricing: { as_of: asOf, today, newest_checked: catalog.newest_checked, stale_count: staleCount(options, today) },
    baseline,
    checklist,
    gates: allGates,
    options: options.map((option) => planOption(option, options, context, drawn?.monthly[option.id] ?? null)),
    what_if: combinations(scenario.what_if).map((set) => whatIfRow(set, options, baseline, context)),
    winners: solved.winners,
    crossovers: solved.crossovers,
    crossover_summary: summary,
    decision,
    uncertainty: drawn?.uncertainty ?? null,
    simulation: null,
    findings: distinct(findings),
  };
}

/** Compiles the horizon of an option and joins its gates. */
function judge(model: OptionModel, gates: readonly Gate[], context: PriceContext): Judged {
  const { option } = model;
  const horizon = compileHorizon(option, model, context);
  const own = [...gates.filter((gate) => gate.option_id === option.id), ...limitGates(model, horizon, context)];
  const blocking = own.filter((gate) => gate.blocks);
  const gated = blocking.every((gate) => gate.rule === 'rate_limit' || gate.rule === 'capacity');
  const total = horizonCost(horizon)?.total_usd ?? null;
  const feasible = blocking.length === 0 && total !== null;
  return {
    id: option.id,
    model,
    horizon,
    gates: own,
    gated,
    unknown_only: blocking.length > 0 && blocking.every((gate) => gate.verdict === 'unknown'),
    candidate: { id: option.id, simplicity: model.simplicity, total_usd: total, feasible },
  };
}

function contender(option: Judged): Contender {
  return { id: option.id, cost: option.model.cost as NonNullable<OptionModel['cost']>, simplicity: option.model.simplicity };
}

function draw({ draws = 0, seed = 1 }: PlanInput, options: readonly Judged[], context: PriceContext, decision: Decision, summary: CrossoverSummary | null) {
  if (draws === 0) return null;
  return answerUncertainty({
    models: options.map((option) => option.model),
    gated: options.map((option) => option.gated),
    context,
    seed,
    draws,
    pair: summary && { api: summary.api_option, own: summary.self_host_option },
    decided: decision.option_id,
  });
}

function planOption(judged: Judged, all: readonly Judged[], context: PriceContext, range: PlanOption['monthly_usd_range']): PlanOption {
  const { scenario } = context;
  const { model, horizon, gates } = judged;
  const { option, cost } = model;
  const volume = likely(scenario.workload.requests_per_month);
  const usd = cost === null ? null : monthlyUsd(cost, volume);
  const perRequest = usd === null || volume === 0 ? null : usd / volume;
  const work = workUnits(perRequest, model, scenario);
  return {
    id: option.id,
    kind: model.kind,
    quoted: option.kind === 'quoted',
    label: option.label ?? labelOf(option),
    feasible: judged.candidate.feasible,
    blocked_by: [...new Set([...gates.filter((gate) => gate.blocks).map((gate) => gate.rule), ...model.blockers.map((blocker) => blocker.rule)])],
    monthly_usd: usd,
    monthly_usd_range: range,
    horizon: horizonCost(horizon),
    usd_per_request: perRequest,
    work_unit: work.work_unit,
    usd_per_work_unit: work.usd_per_work_unit,
    usd_per_mtok_output: work.usd_per_mtok_output,
    components: cost === null ? [] : components(cost, volume),
    capacity: capacityOf(model, volume, context),
    ...(option.kind === 'hybrid' ? ofHybrid(option, model, all, context) : { latency: latencyOf(model), hybrid: null }),
  };
}

function ofHybrid(option: HybridOption, model: OptionModel, all: readonly Judged[], context: PriceContext): Pick<PlanOption, 'latency' | 'hybrid'> {
  const leg = (id: string) => all.find((each) => each.id === id)?.model ?? null;
  const legs = { small: leg(option.hybrid.small), large: leg(option.hybrid.large) };
  const times = hybridTimes(option, legs, context);
  const volume = likely(context.scenario.workload.requests_per_month);
  return {
    latency: hybridLatency(option, times, context),
    hybrid: hybridFigures({ option, scenario: context.scenario, model, large: legs.large, times, volume }),
  };
}

function labelOf(option: OptionModel['option']): string {
  if (option.kind === 'self_host') return `${option.self_host.model} on ${option.self_host.gpus_per_replica} x ${option.self_host.gpu}`;
  if (option.kind === 'quoted') return `quoted ${option.quoted.as.replace('_', ' ')}`;
  return option.kind === 'hybrid' ? `${option.hybrid.small}, ${option.hybrid.mode} to ${option.hybrid.large}` : option.offer;
}

function workUnits(
  perRequest: number | null,
  model: OptionModel,
  scenario: Scenario,
): Pick<PlanOption, 'work_unit' | 'usd_per_work_unit' | 'usd_per_mtok_output'> {
  const per = (amount: number) => (perRequest === null || amount <= 0 ? null : perRequest / amount);
  const mtokOutput = per(generatedTokens(model.mix) / 1e6);
  switch (scenario.workload.modality) {
    case 'text':
      return { work_unit: 'output_mtok', usd_per_work_unit: mtokOutput, usd_per_mtok_output: mtokOutput };
    case 'embedding':
      return { work_unit: 'input_mtok', usd_per_work_unit: per(model.mix.input_tokens / 1e6), usd_per_mtok_output: null };
    case 'speech_to_text':
      return { work_unit: 'audio_minute', usd_per_work_unit: per(model.mix.audio_seconds / 60), usd_per_mtok_output: null };
    case 'image':
      return { work_unit: 'image', usd_per_work_unit: per(model.mix.images), usd_per_mtok_output: null };
  }
}

function latencyOf(model: OptionModel): PlanOption['latency'] {
  const { option, rate } = model;
  if (option.latency !== null) return { ...option.latency };
  if (rate === null || (rate.ttft_p95_ms === null && rate.tpot_p95_ms === null)) return null;
  return { ttft_p95_ms: rate.ttft_p95_ms, tpot_p95_ms: rate.tpot_p95_ms, source: `${rate.source}: ${rate.reference}` };
}

/** The cheapest feasible API and self-hosted option of today's volume, and where the second overtakes the first. */
function summarize(options: readonly Judged[], scenario: Scenario): CrossoverSummary | null {
  const volume = likely(scenario.workload.requests_per_month);
  const cheapest = (of: (kind: string) => boolean) => {
    const list = options.filter((option) => option.gated && option.model.cost !== null && of(option.model.kind));
    return (
      list[
        cheapestOf(
          list.map(({ id, model }) => ({
            id,
            simplicity: model.simplicity,
            feasible: true,
            total_usd: monthlyUsd(model.cost as NonNullable<OptionModel['cost']>, volume),
          })),
        )
      ] ?? null
    );
  };
  const api = cheapest((kind) => kind === 'cloud_api' || kind === 'hosted_open');
  const own = cheapest((kind) => kind === 'self_host');
  if (api === null || own === null) return null;
  const [apiMonths, ownMonths] = [horizonCost(api.horizon), horizonCost(own.horizon)];
  const month = firstCheaperMonth(apiMonths?.by_month ?? [], ownMonths?.by_month ?? []);
  return {
    api_option: api.id,
    self_host_option: own.id,
    ...comparePair(contender(api), contender(own)),
    month,
    payback_months: month === null ? null : payback(apiMonths, ownMonths),
  };
}

function firstCheaperMonth(api: readonly number[], own: readonly number[]): number | null {
  const month = own.findIndex((usd, i) => usd < (api[i] ?? 0));
  return month === -1 ? null : month + 1;
}

/** Months until what is saved each month has paid the extra one-off cost; a fraction of the month in which it happens. */
function payback(api: PlanOption['horizon'], own: PlanOption['horizon']): number | null {
  if (api === null || own === null) return null;
  let open = own.one_off_usd - api.one_off_usd;
  if (open <= 0) return 0;
  for (let month = 0; month < own.by_month.length; month++) {
    const saved = (api.by_month[month] ?? 0) - (own.by_month[month] ?? 0);
    if (saved > 0 && saved >= open) return month + open / saved;
    open -= saved;
  }
  return null;
}

function decision_(
  options: readonly Judged[],
  scenario: Scenario,
  gates: readonly Gate[],
  checklist: Plan['checklist'],
  summary: CrossoverSummary | null,
): Decision {
  const { margin } = scenario.decision_rule;
  const candidates = options.map((option) => option.candidate);
  const at = decide(candidates, margin);
  const chosen = options[at] ?? null;
  const ungated = decide(
    candidates.map(({ id, simplicity, total_usd }) => ({ id, simplicity, total_usd, feasible: total_usd !== null })),
    margin,
  );
  const deciding = decidingOf(candidates, at, ungated);
  return {
    option_id: chosen?.id ?? null,
    kind: chosen?.model.kind ?? null,
    deciding,
    because: becauseOf({ scenario, options, gates, chosen, deciding, checklist, summary }),
    flips: findFlips(options, scenario),
    agrees_with_checklist: chosen === null ? null : agreesWith(checklist, chosen.model.kind),
  };
}

function decidingOf(candidates: readonly { readonly feasible: boolean }[], at: number, ungated: number): Decision['deciding'] {
  if (at === -1) return 'none';
  if (candidates.length === 1) return 'only_option';
  if (ungated !== at) return 'gate';
  if (candidates.filter((candidate) => candidate.feasible).length === 1) return 'only_option';
  return cheapestOf(candidates as Parameters<typeof cheapestOf>[0]) === at ? 'cost' : 'margin';
}

/** Findings about the scenario as a whole and about options without an answer. */
function noteInputs(options: readonly Judged[], truncated: boolean, solvedTo: number, context: PriceContext, asOf: IsoDate, today: IsoDate): void {
  for (const option of options) noteBlockers(option, context);
  const { workload } = context.scenario;
  const needsPeak = options.some((option) => option.model.fleet !== null || option.model.cost?.max_volume !== Number.POSITIVE_INFINITY);
  if (needsPeak && peakToAverage(workload).assumed)
    note(
      context,
      'warning',
      'workload.peak_assumed',
      'How much the busiest hour exceeds the mean is not known; 4 times (2 to 8) is assumed. Give workload.shape.',
      'workload.shape',
    );
  if (options.every((option) => !option.candidate.feasible))
    note(context, 'error', 'decision.none', 'No option is feasible under these rules, prices and limits.', null);
  if (truncated)
    note(
      context,
      'warning',
      'winners.truncated',
      `Two fleets keep taking turns; who is cheapest is exact up to ${Math.floor(solvedTo)} requests a month and in steps of 0.1 % above.`,
      null,
    );
  if (asOf > today)
    note(context, 'warning', 'pricing.future', `Prices are asked for ${asOf}, after today (${today}): only announced changes are known.`, 'pricing.as_of');
  if (combinationsCut(context.scenario))
    note(context, 'warning', 'what_if.capped', `Only the first ${MAX_COMBINATIONS} combinations of what_if are computed.`, 'what_if');
}

function noteBlockers(option: Judged, context: PriceContext): void {
  for (const blocker of option.model.blockers)
    note(context, 'warning', `option.no_${blocker.rule}`, `${option.id} has no cost: ${blocker.message}.`, `options.${option.id}`);
  const later = option.horizon.months.findIndex((model, month) => month > 0 && model.blockers.length > 0 && option.model.blockers.length === 0);
  const why = option.horizon.months[later]?.blockers[0];
  if (why)
    note(
      context,
      'warning',
      `option.${why.rule}_in_horizon`,
      `From month ${later + 1} of the horizon on, ${why.message}; its last price is carried on.`,
      `options.${option.id}`,
    );
}

function combinationsCut(scenario: Scenario): boolean {
  return Object.values(scenario.what_if).reduce((product, values) => product * values.length, 1) > MAX_COMBINATIONS;
}

/** Components of today's month whose source was checked over 90 days ago; each source counts once. */
function staleCount(options: readonly Judged[], today: IsoDate): number {
  const sources = new Set<string>();
  for (const option of options) for (const term of option.model.cost?.terms ?? []) sources.add(term.source);
  let stale = 0;
  for (const source of sources) {
    const at = source.indexOf('checked ');
    if (at !== -1 && daysBetween(source.slice(at + 8, at + 18), today) > STALE_DAYS) stale++;
  }
  return stale;
}

/** The same finding met twice (twelve months, two legs) is told once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.code}|${finding.path}|${finding.message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
