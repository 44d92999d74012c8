/** Every kind of file we read or print, by name: `schema/<name>.schema.json` is made from this list. */

import type { core } from 'zod';
import { answersSchema } from './answers.ts';
import { benchTargetSchema } from './bench-target.ts';
import { calibrationSchema } from './calibration.ts';
import { measurementSchema } from './measurement.ts';
import { planDocument } from './plan.ts';
import { acceptedFile } from './pricing-accepted.ts';
import { apiFile } from './pricing-api.ts';
import { assumptionsFile } from './pricing-assumptions.ts';
import { fxFile } from './pricing-fx.ts';
import { hardwareFile } from './pricing-hardware.ts';
import { modelsFile } from './pricing-models.ts';
import { providersFile } from './pricing-providers.ts';
import { qualityFile } from './pricing-quality.ts';
import { rentalFile } from './pricing-rental.ts';
import { needsFile, rulesFile } from './pricing-rules.ts';
import { publishedThroughputFile, throughputCalibrationFile } from './pricing-throughput.ts';
import { profileSchema } from './profile.ts';
import { routePolicySchema } from './route-policy.ts';
import { scenarioSchema } from './scenario.ts';

export interface RegisteredSchema {
  readonly name: string;
  readonly title: string;
  readonly schema: core.$ZodType;
}

export const registry: readonly RegisteredSchema[] = [
  { name: 'scenario', title: 'A scenario of llm-crossover', schema: scenarioSchema() },
  { name: 'plan', title: 'What llm-crossover plan --format json prints', schema: planDocument },
  { name: 'profile', title: 'A workload profile', schema: profileSchema('profile') },
  { name: 'measurement', title: 'A measurement of an endpoint', schema: measurementSchema() },
  { name: 'calibration', title: 'A calibration of a router', schema: calibrationSchema('calibration') },
  { name: 'answers', title: 'Answers for llm-crossover ask', schema: answersSchema },
  { name: 'route-policy', title: 'A route policy', schema: routePolicySchema },
  { name: 'bench-target', title: 'A target of bench', schema: benchTargetSchema },
  { name: 'pricing-api', title: "An API provider's prices", schema: apiFile },
  { name: 'pricing-rental', title: "A cloud's GPU rental prices", schema: rentalFile },
  { name: 'pricing-hardware', title: "A vendor's accelerators", schema: hardwareFile },
  { name: 'pricing-models', title: 'A family of open models', schema: modelsFile },
  { name: 'pricing-rules', title: 'The rules of a regime', schema: rulesFile },
  { name: 'pricing-needs', title: 'The vocabulary of needs', schema: needsFile },
  { name: 'pricing-providers', title: 'What a provider signs and where it processes', schema: providersFile },
  { name: 'pricing-quality', title: 'Figures of a quality metric', schema: qualityFile },
  { name: 'pricing-assumptions', title: 'Documented defaults', schema: assumptionsFile },
  { name: 'pricing-published-throughput', title: 'Published throughput of models on accelerators', schema: publishedThroughputFile },
  { name: 'pricing-accepted', title: 'Accepted findings of prices check', schema: acceptedFile },
  { name: 'pricing-throughput-calibration', title: 'Calibration of the throughput estimator', schema: throughputCalibrationFile },
  { name: 'pricing-fx', title: 'Exchange rates', schema: fxFile },
];
