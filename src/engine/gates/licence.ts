/** The licence of an open model, for the one who runs it: commercial use, domicile, users, revenue. Unknown blocks until accepted as `option/licence`. */

import type { LicenceTerms, OpenModel } from '../catalog.ts';
import type { Scenario } from '../scenario.ts';
import type { Judged } from '../units.ts';
import { firmly, type Judgement, type Judging, type Standing, softly } from './judging.ts';
import { isInside } from './regions.ts';
import type { Subject } from './subjects.ts';
import { grouped } from './words.ts';

interface Clause extends Omit<Standing, 'source'> {
  /** Field of `requirements.licensee` that would tell. */
  readonly field: string;
}

/** A self-hosted model is judged in full. Behind somebody's API the host is the licensee, so a clause there only leaves a doubt. */
export function judgeLicence(subject: Subject, judging: Judging): Judgement | null {
  const { option, open_model: model } = subject;
  if (option.kind === 'self_host') return model ? judgeOwn(model, judging) : unlisted(option.self_host.model);
  return option.kind === 'hosted_open' && model ? judgeHosted(model, judging) : null;
}

function judgeOwn(model: OpenModel, judging: Judging): Judgement {
  const { licence } = model;
  const found = clauses(model, judging.scenario);
  const verdict = found.some((one) => one.verdict === 'fail') ? 'fail' : found.some((one) => one.verdict === 'unknown') ? 'unknown' : 'pass';
  const deciding = found.filter((one) => one.verdict === verdict);
  const reasons = deciding.map((one) => one.reason);
  const attribution = verdict === 'pass' && licence.attribution ? [`it asks for attribution: ${licence.attribution}`] : [];
  const message = `${model.label}, ${licence.name}: ${[...reasons, ...attribution].join('; ') || 'nothing in it stands against this use'}.`;
  return firmly('licence', verdict, verdict === 'pass' ? [] : deciding.map((one) => one.field), message, licence);
}

function judgeHosted(model: OpenModel, judging: Judging): Judgement {
  const { licence } = model;
  const against = clauses(model, judging.scenario).filter((one) => one.verdict === 'fail');
  const message =
    against.length === 0
      ? `${model.label}, ${licence.name}: the host is the licensee.`
      : `${model.label}, ${licence.name}: the host is the licensee; whether its terms reach its customers is for you to check (${against.map((one) => one.reason).join('; ')}).`;
  return softly(
    'licence',
    against.length === 0 ? 'pass' : 'unverified',
    against.map((one) => one.field),
    message,
    licence,
  );
}

function unlisted(model: string): Judgement {
  return firmly('licence', 'unknown', ['licence'], `We have no licence on record for ${model}.`, null);
}

function clauses(model: OpenModel, scenario: Scenario): readonly Clause[] {
  const { licence } = model;
  return [commercialUse(licence, scenario), domicile(licence, scenario), users(licence, scenario), revenue(licence, scenario)].filter((one) => one !== null);
}

function commercialUse(licence: LicenceTerms, { requirements }: Scenario): Clause | null {
  if (licence.commercial !== 'no') return null;
  if (!requirements.licensee.commercial)
    return { verdict: 'pass', field: 'requirements.licensee.commercial', reason: 'the use is stated to be non-commercial' };
  return { verdict: 'fail', field: 'requirements.licensee.commercial', reason: 'it forbids commercial use without a separate licence' };
}

function domicile(licence: LicenceTerms, { requirements }: Scenario): Clause | null {
  const excluded = licence.excluded_domiciles;
  if (excluded.length === 0) return null;
  const field = 'requirements.licensee.domicile';
  const where = requirements.licensee.domicile;
  if (where === null) {
    const likely = requirements.residency === null ? '' : `; the data stays in ${requirements.residency}, which does not say where you are domiciled`;
    return { verdict: 'unknown', field, reason: `it grants no rights to licensees in ${excluded.join(', ')}${likely}; say \`${field}\`` };
  }
  const answers = excluded.map((place) => isInside(where, place));
  if (answers.includes(true))
    return { verdict: 'fail', field, reason: `it grants no rights to licensees domiciled in ${excluded.join(', ')}, and ${where} is` };
  if (answers.includes(null))
    return {
      verdict: 'unknown',
      field,
      reason: `it grants no rights to licensees in ${excluded.join(', ')}, and "${where}" is no country code we know; write it like de or us`,
    };
  return { verdict: 'pass', field, reason: `${where} is outside the excluded ${excluded.join(', ')}` };
}

/**
 * Users above the threshold need another licence. A scenario that names no users passes when its own traffic is below the
 * threshold even if each request came from another person; the clause may count the users of a whole group, so the basis is said.
 */
function users(licence: LicenceTerms, { requirements, workload }: Scenario): Clause | null {
  const most = licence.max_monthly_active_users;
  if (most === null) return null;
  const field = 'requirements.licensee.monthly_active_users';
  const stated = requirements.licensee.monthly_active_users;
  const limit = `${grouped(most)} monthly active users`;
  if (stated !== null && stated > most) return { verdict: 'fail', field, reason: `above ${limit} it needs a separate licence` };
  if (stated !== null) return { verdict: 'pass', field, reason: `${grouped(stated)} users are within ${limit}` };
  const requests = high(workload.requests_per_month);
  if (requests < most)
    return {
      verdict: 'pass',
      field,
      reason: `${grouped(requests)} requests a month stay below ${limit} (say \`${field}\` if your group has more users than this workload)`,
    };
  return { verdict: 'unknown', field, reason: `above ${limit} it needs a separate licence; say \`${field}\`` };
}

function revenue(licence: LicenceTerms, { requirements }: Scenario): Clause | null {
  const most = licence.max_monthly_revenue_usd;
  if (most === null) return null;
  const field = 'requirements.licensee.monthly_revenue_usd';
  const stated = requirements.licensee.monthly_revenue_usd;
  const limit = `$${grouped(most)} of monthly revenue`;
  if (stated === null) return { verdict: 'unknown', field, reason: `above ${limit} it needs a separate licence; say \`${field}\`` };
  if (stated > most) return { verdict: 'fail', field, reason: `above ${limit} it needs a separate licence` };
  return { verdict: 'pass', field, reason: `$${grouped(stated)} is within ${limit}` };
}

function high(value: Judged): number {
  return typeof value === 'number' ? value : value.high;
}
