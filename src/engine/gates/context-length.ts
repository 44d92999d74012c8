/** Does a request fit the model's context window and its longest answer? */

import type { Gate } from '../result.ts';
import { type Judgement, type Judging, toGate } from './judging.ts';
import { untold } from './latency.ts';
import { type RequestSize, requestSize } from './requests.ts';
import type { Subject } from './subjects.ts';
import { grouped } from './words.ts';

/** The likely request must fit; where only the longest ones don't, the option stays, unverified. */
export function contextGate(subject: Subject, judging: Judging): Gate | null {
  const size = requestSize(subject.option, judging.scenario);
  if (size === null || subject.option.kind === 'quoted') return null;
  return toGate(subject, judgeWindow(subject, size, judging), judging);
}

function judgeWindow(subject: Subject, size: RequestSize, judging: Judging): Judgement {
  const base = { rule: 'context_length', source: null, firm: false };
  const window = windowOf(subject);
  const longest = subject.api_model?.max_output_tokens ?? null;
  const soft = untold('context_length', judging);
  if (window === null) return { ...base, ...soft, missing: ['context_tokens'], message: 'The context window of the model is not on record.' };
  if (size.input + size.output > window)
    return {
      ...base,
      verdict: 'fail',
      missing: ['context_tokens'],
      message: `A request of ${tokens(size.input, size.output)} does not fit the window of ${grouped(window)}.`,
    };
  if (longest !== null && size.output > longest)
    return {
      ...base,
      verdict: 'fail',
      missing: ['max_output_tokens'],
      message: `An answer of ${grouped(size.output)} tokens is longer than the model gives, ${grouped(longest)}.`,
    };
  if (size.long_input + size.long_output > window) {
    return {
      ...base,
      ...soft,
      missing: ['context_tokens'],
      message: `The longest requests, ${tokens(size.long_input, size.long_output)}, do not fit the window of ${grouped(window)}.`,
    };
  }
  return { ...base, verdict: 'pass', missing: [], message: `Requests of ${tokens(size.input, size.output)} fit the window of ${grouped(window)}.` };
}

/** What the option holds in memory, never more than the model's own window. */
function windowOf({ option, api_model, open_model }: Subject): number | null {
  if (option.kind !== 'self_host') return api_model?.context_tokens ?? open_model?.context_tokens ?? null;
  const limits = [option.self_host.context_tokens, open_model?.context_tokens ?? null].filter((each) => each !== null);
  return open_model?.context_tokens == null ? null : Math.min(...limits);
}

function tokens(input: number, output: number): string {
  return `${grouped(input)} + ${grouped(output)} tokens`;
}
