/** The answers of a scripted `ask`. Apart from the scenario's door, so that `plan` needn't build this schema. */

import { type Answers, answersSchema } from '../schema/answers.ts';
import { loadYaml } from './load.ts';

/** @throws InputError with every problem found */
export function loadAnswers(path: string): Answers {
  return loadYaml(path, answersSchema, 'answers');
}
