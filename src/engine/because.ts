/** Why the decision fell as it did: what decided, and the article's signals that bear on it. Claims under test, not facts. */
import type { FlipOption } from './flips.ts';
import type { Because, Checklist, CrossoverSummary, Decision, Gate } from './result.ts';
import type { Scenario } from './scenario.ts';
import { likely } from './units.ts';

interface Basis {
  readonly scenario: Scenario;
  readonly options: readonly FlipOption[];
  readonly gates: readonly Gate[];
  readonly chosen: FlipOption | null;
  readonly deciding: Decision['deciding'];
  readonly checklist: Checklist;
  readonly summary: CrossoverSummary | null;
}

export function becauseOf(basis: Basis): Because[] {
  return [...gateReasons(basis), ...costReasons(basis), ...crossoverReasons(basis), ...signals(basis), ...checklistReasons(basis)];
}

function reason(code: string, message: string): Because {
  return { code, message };
}

function gateReasons({ options, gates, chosen }: Basis): Because[] {
  const out = options.filter((option) => !option.candidate.feasible);
  const reasons = out.map((option) => {
    const blocking = gates.filter((gate) => gate.option_id === option.id && gate.blocks);
    const rules = [
      ...new Set([
        ...blocking.map((gate) => `${gate.rule} ${gate.verdict === 'fail' ? 'fails' : 'is unknown'}`),
        ...option.model.blockers.map((blocker) => blocker.message),
      ]),
    ];
    return reason('gate.removed', `${option.id} is ruled out: ${rules.join('; ')}.`);
  });
  return chosen === null && options.length > 0 ? [...reasons, reason('gate.none_left', 'No option is left.')] : reasons;
}

function costReasons({ scenario, options, chosen, deciding }: Basis): Because[] {
  const total = chosen?.candidate.total_usd ?? null;
  if (chosen === null || total === null) return [];
  const rivals = options
    .filter((option) => option.candidate.feasible && option !== chosen && option.candidate.total_usd !== null)
    .sort((a, b) => (a.candidate.total_usd ?? 0) - (b.candidate.total_usd ?? 0));
  const next = rivals[0];
  if (deciding === 'only_option' || !next) return [reason('option.only', `${chosen.id} is the only option left.`)];
  const months = scenario.horizon_months;
  const other = next.candidate.total_usd ?? 0;
  if (deciding === 'margin') {
    return [
      reason(
        'margin.simpler',
        `${next.id} costs ${usd(other)} over ${months} months and ${chosen.id} ${usd(total)}: within the margin of ${percent(scenario.decision_rule.margin)} the simpler one is taken.`,
      ),
    ];
  }
  const ratio = total > 0 ? Number((other / total).toPrecision(2)) : 1;
  const multiple = ratio === 1 ? '' : `, ${ratio} times as much`;
  return [reason('cost.lowest', `${chosen.id} costs ${usd(total)} over ${months} months; the next, ${next.id}, ${usd(other)}${multiple}.`)];
}

function crossoverReasons({ scenario, summary }: Basis): Because[] {
  if (summary === null) return [];
  const volume = likely(scenario.workload.requests_per_month);
  const pair = `${summary.self_host_option} against ${summary.api_option}`;
  if (summary.settled === null) return [reason('crossover.never', `${pair}: self-hosting does not stay cheaper at any volume.`)];
  if (summary.settled === 0) return [reason('crossover.always', `${pair}: self-hosting is cheaper at every volume.`)];
  const side = volume > summary.settled ? 'above' : 'below';
  return [reason('crossover.settled', `${pair}: self-hosting stays cheaper above ${count(summary.settled)} requests a month; this workload is ${side} that.`)];
}

/** The article's bullets, each said only where the scenario bears on it. */
function signals({ scenario, chosen }: Basis): Because[] {
  const { team, requirements, workload } = scenario;
  const reasons: Because[] = [];
  if (team.engineers !== null && team.engineers < 3)
    reasons.push(
      reason(
        'signal.small_team',
        `With ${team.engineers} engineer${team.engineers === 1 ? '' : 's'}, the time self-hosting takes is a large share of the team; it is priced as staff.`,
      ),
    );
  if (requirements.frontier_reasoning === true)
    reasons.push(reason('signal.frontier', 'Frontier reasoning is asked for; it is a vote in the checklist, and a gate only through requirements.quality.'));
  if (requirements.control.length > 0)
    reasons.push(
      reason('signal.control', `Control over ${requirements.control.join(', ').replaceAll('_', ' ')} is asked for, which own weights give and an API may not.`),
    );
  if (workload.slo.ttft_p95_ms !== null && workload.slo.ttft_p95_ms < 300)
    reasons.push(
      reason(
        'signal.latency',
        `A TTFT of ${workload.slo.ttft_p95_ms} ms is tight: the network is a small part of it, prefill and queueing remain on own GPUs.`,
      ),
    );
  if (workload.slo.availability !== null && chosen?.model.host?.self_host.redundancy === 'none')
    reasons.push(
      reason('signal.reliability', 'Availability is asked for, and a single fleet without a spare replica (redundancy n+1) is one failure from an outage.'),
    );
  return reasons;
}

function checklistReasons({ checklist, chosen }: Basis): Because[] {
  if (chosen === null) return [];
  const said = checklist.verdict === 'self_host' ? 'self-host' : 'a cloud API';
  const agrees = agreesWith(checklist, chosen.model.kind);
  const votes = `${checklist.self_host_votes} vote${checklist.self_host_votes === 1 ? '' : 's'} to self-host, ${checklist.cloud_votes} for the cloud`;
  return [
    reason(
      agrees ? 'checklist.agrees' : 'checklist.differs',
      `The five-question checklist says ${said} (${votes})${agrees ? ', as the costs and rules do.' : '; it looks at neither prices nor rules of the options, the decision does.'}`,
    ),
  ];
}

/** self_host and hybrids with a self-hosted leg stand for "self-host". */
export function agreesWith(checklist: Checklist, kind: string): boolean {
  return (checklist.verdict === 'self_host') === (kind === 'self_host' || kind === 'hybrid');
}

function usd(value: number): string {
  return `$${count(value)}`;
}

function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

function percent(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}
