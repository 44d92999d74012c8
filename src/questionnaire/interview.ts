/** Asks every question that applies and returns the answers as typed, `?` for "I don't know". */

import * as z from 'zod/mini';
import type { Catalog } from '../engine/catalog.ts';
import { answersSchema } from '../schema/answers.ts';
import type { Prompter } from './prompter.ts';
import { DONT_KNOW, QUESTIONS, type Question, type RawAnswers } from './questions.ts';

const YES_NO = [
  { value: 'yes', name: 'yes' },
  { value: 'no', name: 'no' },
  { value: 'unknown', name: "I don't know" },
] as const;

/** @throws Interrupted when the user leaves */
export async function interview(prompter: Prompter, catalog: Catalog): Promise<RawAnswers> {
  const answers: RawAnswers = { version: 1 };
  for (const question of QUESTIONS) {
    if (question.when?.(answers) === false) continue;
    const answer = await ask(question, prompter, catalog, answers);
    if (answer !== null) answers[question.id] = answer;
  }
  return answers;
}

/** Null: there was nothing to choose from. */
async function ask(question: Question, prompter: Prompter, catalog: Catalog, answers: RawAnswers): Promise<unknown> {
  switch (question.ask) {
    case 'yes_no':
      prompter.explain(question.why);
      return prompter.select(question.message, YES_NO, 'unknown');
    case 'quantity':
      prompter.explain(`${question.why} ${DONT_KNOW} if you don't know.`);
      return asAnswer(await prompter.input(question.message, question.suggested, (text) => mistake(question, text)));
    case 'one':
      return choose(question, prompter, catalog, answers);
    case 'many': {
      const choices = question.choices(catalog);
      if (choices.length === 0) return null;
      prompter.explain(question.why);
      return prompter.checkbox(question.message, choices);
    }
  }
}

async function choose(question: Extract<Question, { ask: 'one' }>, prompter: Prompter, catalog: Catalog, answers: RawAnswers): Promise<string | null> {
  const choices = question.choices(catalog, answers);
  if (choices.length === 0) return null;
  prompter.explain(question.why);
  const answer = await prompter.select(question.message, choices, question.suggested(catalog, answers));
  return answer === '' ? null : answer;
}

function asAnswer(text: string): string {
  return text.trim() === DONT_KNOW || text.trim() === '' ? 'unknown' : text.trim();
}

/** What the schema of answers files says about a typed answer; null: it will do. */
function mistake(question: Question, text: string): string | null {
  const field = answersSchema.shape[question.id as keyof typeof answersSchema.shape] as z.ZodMiniType;
  const read = z.safeParse(field, asAnswer(text));
  return read.success ? null : read.error.issues.map((issue) => issue.message).join('; ');
}
