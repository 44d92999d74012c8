/** The calibration as the YAML file people read in review. */

import type { ErrorStatistics, ThroughputCalibration } from '../engine/capacity/calibration.ts';

const HEADER = `# yaml-language-server: $schema=../../schema/pricing-throughput-calibration.schema.json
# Made by \`llm-crossover capacity calibrate\` from published.yaml; don't edit. docs/capacity.md says what the constants mean.
# Errors are |estimate / measured - 1|. out_of_source: every source predicted from the others; out_of_gpu: every source's rows on one accelerator.
`;

export function calibrationText(calibration: ThroughputCalibration): string {
  const { constants, kernel, support } = calibration;
  return [
    `${HEADER}schema_version: 1`,
    `fitted: ${calibration.fitted}`,
    `in_sample: ${flow(calibration.in_sample)}`,
    `out_of_source: ${flow(calibration.out_of_source)}`,
    `out_of_gpu: ${flow(calibration.out_of_gpu)}`,
    'by_source:',
    ...calibration.by_source.map(({ source, ...statistics }) => `  - { source: ${source}, ${inner(statistics)} }`),
    'constants:',
    ...pairs(constants),
    'kernel:',
    ...pairs({ ...kernel }),
    `stretch: ${calibration.stretch}`,
    '# [row of published.yaml from 0, weight, ln sequences per accelerator, ln accelerators per copy]',
    'support:',
    ...support.map((each) => `  - [${each.row}, ${each.weight}, ${each.lnBatch}, ${each.lnSplit}]`),
    '',
  ].join('\n');
}

function pairs(record: Readonly<Record<string, number>>): string[] {
  return Object.entries(record).map(([name, value]) => `  ${name}: ${value}`);
}

function flow(statistics: ErrorStatistics): string {
  return `{ ${inner(statistics)} }`;
}

function inner(statistics: ErrorStatistics): string {
  return Object.entries(statistics)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
