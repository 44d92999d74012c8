/** The whole report of one plan as sections: the first screen, then the evidence. */

import type { Plan } from '../engine/result.ts';
import { capacityList, simulationBlocks } from './capacity.ts';
import { type Curves, chartOf } from './curves.ts';
import { explainSections } from './explain.ts';
import { count, type Money } from './figures.ts';
import { hybridBlocks } from './hybrid.ts';
import { type Block, list, paragraph, type Section } from './model.ts';
import type { Places } from './options.ts';
import { checklistTable, crossoverList, findingsList, gatesList, gatesTable, optionsTable, sensitivityTable, settledList, whatIfTable } from './tables.ts';
import { alternatives, checklistSentence, confidence, flipSentence, verdict } from './wording.ts';

export interface ReportInput {
  readonly plan: Plan;
  /** Cost over volume; null: no chart. */
  readonly curves: Curves | null;
  /** Option ids whose every dollar is to be traced; empty: none. */
  readonly explain: readonly string[];
  readonly places?: Places | undefined;
}

export function sections(input: ReportInput, money: Money): Section[] {
  return [...firstScreen(input.plan, money), ...evidence(input, money), ...explainSections(input.plan, input.explain, money, input.places ?? (() => null))];
}

function firstScreen(plan: Plan, money: Money): Section[] {
  const others = alternatives(plan, money);
  return [
    { title: `Plan for ${plan.scenario.name}`, blocks: [paragraph(verdict(plan, money), plan.decision.option_id === null ? 'bad' : 'strong')] },
    { title: plan.decision.option_id === null ? 'What was looked at' : 'Instead of', blocks: others.length > 0 ? [list(others)] : [] },
    { title: 'Why', blocks: plan.decision.because.length > 0 ? [list(plan.decision.because.map((reason) => reason.message))] : [] },
    { title: 'What would change it', blocks: [flips(plan, money)] },
    { title: 'How sure we are', blocks: [list(confidence(plan, money))] },
  ];
}

function flips(plan: Plan, money: Money) {
  if (plan.decision.flips.length === 0) return paragraph('Nothing that was tried changes the answer.');
  return list(plan.decision.flips.map((flip) => flipSentence(flip, money)));
}

function evidence({ plan, curves }: ReportInput, money: Money): Section[] {
  const chart = curves === null ? null : chartOf(plan, curves);
  return [
    { title: 'Options', blocks: [optionsTable(plan, money), ...capacityList(plan, money)] },
    { title: 'Simulated, request by request', blocks: simulationBlocks(plan) },
    { title: 'Gates', blocks: plan.gates.length > 0 ? [gatesTable(plan), gatesList(plan)] : [] },
    { title: 'Checklist against decision', blocks: [checklistTable(plan), paragraph(checklistSentence(plan))] },
    { title: 'Cost over volume', blocks: [...(chart === null ? [] : [chart]), crossoverList(plan)] },
    { title: 'Hybrid: how much to send to the large model', blocks: hybridBlocks(plan, money) },
    { title: 'What if', blocks: plan.what_if.length > 0 ? [whatIfTable(plan, money)] : [] },
    { title: 'What the cost depends on', blocks: uncertaintyBlocks(plan, money) },
    { title: 'Findings', blocks: plan.findings.length > 0 ? [findingsList(plan)] : [] },
  ];
}

function uncertaintyBlocks({ uncertainty, crossover_summary }: Plan, money: Money): Block[] {
  if (uncertainty === null) return [];
  const table = uncertainty.sensitivity.length > 0 ? [sensitivityTable(uncertainty, money)] : [];
  return crossover_summary === null ? table : [...table, settledList(uncertainty)];
}

/** The first line of the evidence: what was planned for. */
export function subject(plan: Plan): string {
  const { workload, horizon_months } = plan.scenario;
  const volume = typeof workload.requests_per_month === 'number' ? workload.requests_per_month : workload.requests_per_month.likely;
  return `${count(volume)} ${workload.modality.replaceAll('_', ' ')} requests a month, ${horizon_months} months`;
}
