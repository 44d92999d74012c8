/** A prompter that answers by script: by the question's words, else with what is suggested. */
import { Interrupted } from '../../src/questionnaire/interrupted.ts';
import type { Prompter } from '../../src/questionnaire/prompter.ts';

export interface Script {
  /** Beginning or part of a question -> answer: text, a choice's value, or for checkboxes a list of values. */
  readonly answers?: Readonly<Record<string, string | readonly string[]>>;
  /** Leave at the nth prompt, 0-based. */
  readonly leaveAt?: number;
}

export interface Scripted extends Prompter {
  readonly asked: string[];
  readonly explained: string[];
}

export function scripted({ answers = {}, leaveAt }: Script = {}): Scripted {
  const asked: string[] = [];
  const explained: string[] = [];
  const answerTo = (message: string) => {
    if (asked.length === leaveAt) throw new Interrupted();
    asked.push(message);
    return Object.entries(answers).find(([part]) => message.includes(part))?.[1];
  };
  return {
    asked,
    explained,
    explain: (text) => void explained.push(text),
    input: async (message, suggested, check) => {
      const text = (answerTo(message) as string | undefined) ?? suggested;
      const mistake = check(text);
      if (mistake !== null) throw new Error(`${message}: ${mistake}`);
      return text;
    },
    select: async (message, choices, suggested) => {
      const value = (answerTo(message) as string | undefined) ?? suggested;
      if (!choices.some((choice) => choice.value === value)) throw new Error(`${message} offers no ${value}`);
      return value;
    },
    checkbox: async (message) => [...((answerTo(message) as readonly string[] | undefined) ?? [])],
    confirm: async (message, suggested) => {
      const answer = answerTo(message);
      return answer === undefined ? suggested : answer === 'yes';
    },
    close: () => {},
  };
}
