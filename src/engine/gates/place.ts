/** Does the processing stay inside a place? Asked by the residency gate and by needs such as eu_processing. */

import type { Provider } from '../catalog.ts';
import type { Judging, Standing } from './judging.ts';
import { isInside, placeLabel } from './regions.ts';
import type { Subject } from './subjects.ts';

/** Where it runs: as the scenario says, else where the provider keeps it by default; null is unknown. */
export function effectiveRegion(subject: Subject): string | null {
  if (subject.region !== null) return subject.region;
  return subject.provider?.residency.find((entry) => entry.default && entry.status === 'automatic')?.region ?? null;
}

/**
 * Does processing stay inside `place`? GPUs stand where the scenario says; an API keeps to a region when its provider does
 * so without being asked, or when it is asked for the region; what a provider offers only on request has to be stated.
 */
export function staysInside(subject: Subject, place: string, judging: Judging): Standing {
  const stated = subject.region === null ? null : isInside(subject.region, place);
  if (stated === false) return { verdict: 'fail', reason: `region ${subject.region} is outside ${placeLabel(place)}`, source: null };
  const said = saidAbout(subject, place, judging);
  if (said === 'lack') return { verdict: 'fail', reason: `the scenario says ${subject.party} does not keep processing in ${placeLabel(place)}`, source: null };
  if (subject.hosting === 'owned_gpu') return ofGpus(subject, stated, place);
  const { provider } = subject;
  const offer = provider ? offerOf(provider, place) : null;
  if (offer?.status === 'unavailable') return { verdict: 'fail', reason: `${provider?.label} cannot keep processing in ${placeLabel(place)}`, source: offer };
  if (said === 'have') return { verdict: 'pass', reason: `the scenario says ${subject.party} keeps processing in ${placeLabel(place)}`, source: offer };
  if (offer?.status === 'automatic' && offer.default && subject.region === null)
    return { verdict: 'pass', reason: `${provider?.label} processes in ${offer.region}`, source: offer };
  if (subject.hosting === 'rented_gpu') return ofGpus(subject, stated, place);
  return ofApi(subject, stated, place, provider, offer);
}

/** What a scenario may write under `have: { <provider>: [...] }` about a place. */
function placeClaims(place: string): readonly string[] {
  return [`${place === 'eea' ? 'eu' : place}_processing`, 'residency'];
}

function saidAbout(subject: Subject, place: string, { claims }: Judging): 'have' | 'lack' | null {
  const key = subject.party_key;
  if (key === null) return null;
  const names = placeClaims(place);
  if (names.some((name) => claims.lack.get(key)?.has(name))) return 'lack';
  return names.some((name) => claims.have.get(key)?.has(name)) ? 'have' : null;
}

type Entry = Provider['residency'][number];

/** The provider's best offer inside the place; one that is unavailable for a wider place is unavailable here too. */
function offerOf(provider: Provider, place: string): Entry | null {
  const order = ['automatic', 'offered', 'unknown', 'unavailable'];
  const inside = provider.residency.filter((entry) => isInside(entry.region, place) === true);
  const best = inside.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || Number(b.default ?? false) - Number(a.default ?? false))[0];
  return best ?? provider.residency.find((entry) => entry.status === 'unavailable' && isInside(place, entry.region) === true) ?? null;
}

/** GPUs stand where the scenario says they stand. */
function ofGpus(subject: Subject, stated: boolean | null, place: string): Standing {
  if (stated === true) return { verdict: 'pass', reason: `the GPUs stand in ${subject.region}`, source: null };
  if (subject.region !== null)
    return {
      verdict: 'unknown',
      reason: `whether ${subject.region} is inside ${placeLabel(place)} can't be told; name a country or a cloud region`,
      source: null,
    };
  return { verdict: 'unknown', reason: `nothing says where the GPUs stand${hint(subject, place)}`, source: null };
}

function ofApi(subject: Subject, stated: boolean | null, place: string, provider: Provider | null, offer: Entry | null): Standing {
  const who = provider?.label ?? subject.party ?? 'the provider';
  if (!offer || offer.status === 'unknown')
    return { verdict: 'unknown', reason: `whether ${who} keeps processing in ${placeLabel(place)} is not verified${sayHave(subject, place)}`, source: offer };
  const how = offer.how ? ` (${offer.how})` : '';
  if (offer.status === 'offered')
    return { verdict: 'unknown', reason: `${who} keeps processing in ${placeLabel(place)} on request${how}${sayHave(subject, place)}`, source: offer };
  if (stated === true) return { verdict: 'pass', reason: `${who} keeps processing in ${subject.region}${how}`, source: offer };
  return { verdict: 'unknown', reason: `${who} keeps processing in ${placeLabel(place)} only when asked to${how}${hint(subject, place)}`, source: offer };
}

function sayHave(subject: Subject, place: string): string {
  return subject.party === null ? '' : `; once arranged, say \`have: { ${subject.party}: [${placeClaims(place)[0]}] }\``;
}

function hint(subject: Subject, place: string): string {
  return subject.region_path === null ? '' : `; say \`${subject.region_path}: ${place === 'eea' ? 'eu' : place}\` in option ${subject.option.id}`;
}
