/** Control needs: fine_tuning, custom_tokenizer, pinned_versions. One's own weights give all three; of an API it has to be known. */

import { type Judgement, type Judging, softly, untold } from './judging.ts';
import { coversModels } from './needs.ts';
import { spell } from './parties.ts';
import type { Subject } from './subjects.ts';

type Known = 'yes' | 'no' | 'unknown';

export function judgeControl(subject: Subject, judging: Judging): Judgement | null {
  const wanted = judging.scenario.requirements.control.map(spell);
  if (wanted.length === 0) return null;
  const list = wanted.join(', ');
  if (subject.hosting !== 'third_party_api') return softly('control', 'pass', [], `You run the weights yourself: ${list} are yours to decide.`);
  const who = subject.party ?? subject.option.id;
  const known = new Map(wanted.map((control) => [control, controlOf(control, subject, judging)]));
  const denied = wanted.filter((control) => known.get(control) === 'no');
  if (denied.length > 0) return softly('control', 'fail', denied, `${who} does not offer ${denied.join(', ')}.`);
  const open = wanted.filter((control) => known.get(control) === 'unknown');
  if (open.length === 0) return softly('control', 'pass', [], `${who} offers ${list}.`);
  const say = subject.party === null ? '' : `; say \`have: { ${who}: [${open.join(', ')}] }\` if it does`;
  return untold('control', judging, open, `Whether ${who} offers ${open.join(', ')} for this model is not verified${say}.`);
}

/** A control is no contract: where the provider offers it for this model, it is there. */
function controlOf(control: string, subject: Subject, { claims }: Judging): Known {
  const { party_key: key, provider } = subject;
  if (key === null) return 'unknown';
  if (claims.lack.get(key)?.has(control)) return 'no';
  const fact = provider?.facts.find((each) => each.need === control && (each.scope === undefined || coversModels(each.scope, subject)));
  if (fact?.status === 'unavailable') return 'no';
  if (claims.have.get(key)?.has(control)) return 'yes';
  return fact?.status === 'automatic' || fact?.status === 'offered' ? 'yes' : 'unknown';
}
