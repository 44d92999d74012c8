/** Does a request fit the model's context window and its longest answer? */

import { type Judgement, type Judging, softly, untold } from './judging.ts';
import { type RequestSize, requestSize } from './requests.ts';
import type { Subject } from './subjects.ts';
import { grouped } from './words.ts';

const RULE = 'context_length';

/** The likely request must fit; where only the longest ones don't, the option stays, unverified. */
export function judgeContext(subject: Subject, judging: Judging): Judgement | null {
  const size = requestSize(subject.option, judging.scenario);
  if (size === null || subject.option.kind === 'quoted') return null;
  const window = windowOf(subject);
  if (window === null) return untold(RULE, judging, ['context_tokens'], 'The context window of the model is not on record.');
  return judgeWindow(size, window, subject.api_model?.max_output_tokens ?? null, judging);
}

function judgeWindow(size: RequestSize, window: number, longest: number | null, judging: Judging): Judgement {
  const request = tokens(size.input, size.output);
  const limit = `the window of ${grouped(window)}`;
  if (size.input + size.output > window) return softly(RULE, 'fail', ['context_tokens'], `A request of ${request} does not fit ${limit}.`);
  if (longest !== null && size.output > longest) {
    return softly(RULE, 'fail', ['max_output_tokens'], `An answer of ${grouped(size.output)} tokens is longer than the model gives, ${grouped(longest)}.`);
  }
  if (size.long_input + size.long_output > window) {
    return untold(RULE, judging, ['context_tokens'], `The longest requests, ${tokens(size.long_input, size.long_output)}, do not fit ${limit}.`);
  }
  return softly(RULE, 'pass', [], `Requests of ${request} fit ${limit}.`);
}

/** What the option holds in memory, never more than the model's own window. */
function windowOf({ option, api_model, open_model }: Subject): number | null {
  if (option.kind !== 'self_host') return api_model?.context_tokens ?? open_model?.context_tokens ?? null;
  const own = open_model?.context_tokens ?? null;
  const held = option.self_host.context_tokens;
  return own === null || held === null ? own : Math.min(own, held);
}

function tokens(input: number, output: number): string {
  return `${grouped(Math.round(input))} + ${grouped(Math.round(output))} tokens`;
}
