/** Control needs: fine_tuning, custom_tokenizer, pinned_versions. One's own weights give all three; of an API it has to be known. */

import type { Gate } from '../result.ts';
import { type Judging, partyKey, providerOf, spell, toGate } from './judging.ts';
import { untold } from './latency.ts';
import type { Subject } from './subjects.ts';

type Known = 'yes' | 'no' | 'unknown';

export function controlGate(subject: Subject, judging: Judging): Gate | null {
  const wanted = judging.scenario.requirements.control.map(spell);
  if (wanted.length === 0) return null;
  const base = { rule: 'control', source: null };
  if (subject.hosting !== 'third_party_api') {
    return toGate(
      subject,
      { ...base, verdict: 'pass', firm: false, missing: [], message: `You run the weights yourself: ${wanted.join(', ')} are yours to decide.` },
      judging,
    );
  }
  const known = wanted.map((control) => ({ control, known: controlOf(control, subject, judging) }));
  const denied = known.filter((each) => each.known === 'no').map((each) => each.control);
  if (denied.length > 0)
    return toGate(
      subject,
      { ...base, verdict: 'fail', firm: false, missing: denied, message: `${subject.party ?? subject.option.id} does not offer ${denied.join(', ')}.` },
      judging,
    );
  const open = known.filter((each) => each.known === 'unknown').map((each) => each.control);
  if (open.length === 0)
    return toGate(subject, { ...base, verdict: 'pass', firm: false, missing: [], message: `${subject.party} offers ${wanted.join(', ')}.` }, judging);
  const say = subject.party === null ? '' : `; say \`have: { ${subject.party}: [${open.join(', ')}] }\` if it does`;
  return toGate(
    subject,
    {
      ...base,
      ...untold('control', judging),
      missing: open,
      message: `Whether ${subject.party ?? 'the provider'} offers ${open.join(', ')} for this model is not verified${say}.`,
    },
    judging,
  );
}

/** A control is no contract: where the provider offers it for this model, it is there. */
function controlOf(control: string, subject: Subject, { claims, catalog }: Judging): Known {
  if (subject.party === null) return 'unknown';
  const key = partyKey(subject.party, catalog);
  if (claims.lack.get(key)?.has(control)) return 'no';
  const facts = providerOf(subject.party, catalog)?.facts.filter((fact) => fact.need === control) ?? [];
  const fact = facts.find((each) => each.scope?.models === undefined || each.scope.models.some((model) => subject.model_names.includes(model)));
  if (fact?.status === 'unavailable') return 'no';
  if (claims.have.get(key)?.has(control)) return 'yes';
  return fact?.status === 'automatic' || fact?.status === 'offered' ? 'yes' : 'unknown';
}
