/** The residency gate: processing stays where `requirements.residency` says. Unknown blocks until accepted as `option/residency`. */

import type { Gate } from '../result.ts';
import { type Judging, toGate } from './judging.ts';
import { staysInside } from './place.ts';
import { reaching } from './rules.ts';
import type { Subject } from './subjects.ts';

export function residencyGate(subject: Subject, judging: Judging): Gate | null {
  const { residency, data } = judging.scenario.requirements;
  if (residency === null) return null;
  const base = { rule: 'residency', firm: true, source: null };
  // Residency protects data: a leg that gets none of the named classes has none to keep in place.
  if (data.length > 0 && reaching(data, subject.withheld).length === 0) {
    return toGate(subject, { ...base, verdict: 'pass', missing: [], message: `None of the named data reaches ${subject.option.id} (hybrid.keep).` }, judging);
  }
  const { verdict, reason, source } = staysInside(subject, residency, judging);
  const missing = verdict === 'pass' ? [] : [subject.region === null && verdict === 'unknown' ? 'region' : residency];
  return toGate(subject, { ...base, verdict, missing, message: `Residency ${residency}: ${reason}.`, source }, judging);
}
