/** The residency gate: processing stays where `requirements.residency` says. Unknown blocks until accepted as `option/residency`. */

import { firmly, type Judgement, type Judging } from './judging.ts';
import { staysInside } from './place.ts';
import { placeLabel } from './regions.ts';
import { reaching } from './rules.ts';
import type { Subject } from './subjects.ts';

export function judgeResidency(subject: Subject, judging: Judging): Judgement | null {
  const { residency, data } = judging.scenario.requirements;
  if (residency === null) return null;
  // Residency protects data: a leg that gets none of the named classes has none to keep in place.
  if (data.length > 0 && reaching(data, subject.withheld).length === 0) {
    return firmly('residency', 'pass', [], `None of the named data reaches ${subject.option.id} (hybrid.keep).`, null);
  }
  const { verdict, reason, source } = staysInside(subject, residency, judging);
  const missing = verdict === 'pass' ? [] : [subject.region === null && verdict === 'unknown' ? 'region' : residency];
  return firmly('residency', verdict, missing, `Residency in ${placeLabel(residency)}: ${reason}.`, source);
}
