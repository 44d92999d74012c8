/** Where a place is: countries, blocs and the clouds' own region names. Unknown names stay unknown: nobody guesses a country from a city. */

const EU = words('at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk');
const EEA = new Set([...EU, 'is', 'li', 'no']);
const OTHERS = words('us uk ch ca au nz jp kr in cn hk tw sg id my th ph vn br mx cl ar co il ae sa qa tr ru ua za ke is li no');

/** Spellings of the same place. */
const SAME: Readonly<Record<string, string>> = {
  gb: 'uk',
  el: 'gr',
  usa: 'us',
  'united-states': 'us',
  'united-kingdom': 'uk',
  'european-union': 'eu',
  emea: 'europe',
};

/** Region names whose country their first letters don't tell. Sources: the region lists of AWS, Google Cloud, Azure and Nebius, from general knowledge, 2026-11. */
const CLOUD_REGIONS = table(`
  ie eu-west-1 northeurope
  uk eu-west-2 europe-west2 uksouth ukwest
  fr eu-west-3 europe-west9 francecentral francesouth eu-west1
  de eu-central-1 europe-west3 europe-west10 germanywestcentral germanynorth
  ch eu-central-2 europe-west6 switzerlandnorth switzerlandwest
  se eu-north-1 europe-north2 swedencentral swedensouth
  it eu-south-1 europe-west8 europe-west12 italynorth
  es eu-south-2 europe-southwest1 spaincentral
  be europe-west1 belgiumcentral
  nl europe-west4 westeurope
  fi europe-north1 eu-north1
  pl europe-central2 polandcentral
  at austriaeast
  dk denmarkeast
  no norwayeast norwaywest
  us eastus eastus2 eastus3 westus westus2 westus3 centralus northcentralus southcentralus westcentralus usgovvirginia usgovarizona usgovtexas
  ca canadacentral canadaeast northamerica-northeast1 northamerica-northeast2
  mx mexicocentral northamerica-south1
  br sa-east-1 southamerica-east1 brazilsouth brazilsoutheast
  cl southamerica-west1 chilecentral
  in ap-south-1 ap-south-2 asia-south1 asia-south2 centralindia southindia westindia
  jp ap-northeast-1 ap-northeast-3 asia-northeast1 asia-northeast2 japaneast japanwest
  kr ap-northeast-2 asia-northeast3 koreacentral koreasouth
  sg ap-southeast-1 asia-southeast1 southeastasia
  au ap-southeast-2 ap-southeast-4 australia-southeast1 australia-southeast2 australiaeast australiasoutheast australiacentral
  id ap-southeast-3 asia-southeast2 indonesiacentral
  my ap-southeast-5 malaysiawest
  hk ap-east-1 asia-east2 eastasia
  tw asia-east1 ap-east-2
  ae me-central-1 uaenorth uaecentral
  qa me-central1 qatarcentral
  il il-central-1 me-west1 israelcentral
  za af-south-1 africa-south1 southafricanorth
`);

/**
 * Is `region` inside `place`?
 *
 * @returns null when that can't be told: an unknown name, or a bloc that is only partly inside.
 * @example isInside('eu-west-1', 'eu') // true: Ireland
 * @example isInside('eu-west-2', 'eu') // false: London
 * @example isInside('eu', 'de') // null: perhaps
 */
export function isInside(region: string, place: string): boolean | null {
  const answers = known.get(place) ?? remember(place);
  const answer = answers.get(region);
  if (answer !== undefined) return answer;
  const fresh = compare(normalize(region), normalize(place));
  if (answers.size < MOST_REMEMBERED) answers.set(region, fresh);
  return fresh;
}

/** Answers given before: a plan asks the same few questions for every option, and again for every what-if. */
const known = new Map<string, Map<string, boolean | null>>();
const MOST_REMEMBERED = 500;

function remember(place: string): Map<string, boolean | null> {
  const answers = new Map<string, boolean | null>();
  if (known.size < MOST_REMEMBERED) known.set(place, answers);
  return answers;
}

function compare(here: string, there: string): boolean | null {
  if (here === there || (here === 'eu' && there === 'eea')) return true;
  if (here === 'global') return false;
  const country = countryOf(here);
  if (there === 'eu') return country === null ? null : EU.has(country);
  if (there === 'eea') return country === null ? null : EEA.has(country);
  return insideCountry(here, country, there);
}

/** `placeLabel('eea') === 'the EU or EEA'`, `placeLabel('de') === 'DE'` */
export function placeLabel(place: string): string {
  const labels: Readonly<Record<string, string>> = { eu: 'the EU', eea: 'the EU or EEA', us: 'the US', uk: 'the UK' };
  return labels[place] ?? (place.length === 2 ? place.toUpperCase() : place);
}

function insideCountry(here: string, country: string | null, there: string): boolean | null {
  const target = countryOf(there);
  if (target === null) return null;
  if (country === null) return (here === 'eu' || here === 'eea') && !EEA.has(target) ? false : null;
  if (country !== target) return false;
  // Another region of the same country is inside only where the whole country was asked for.
  return there === target ? true : null;
}

function countryOf(name: string): string | null {
  if (EEA.has(name) || OTHERS.has(name)) return name;
  const known = CLOUD_REGIONS.get(name);
  if (known) return known;
  const [first = '', second = ''] = name.split('-');
  if (first === 'us') return 'us';
  if (first === 'eu') return EU.has(second) ? second : null;
  // de-fra-1, but not in-house or no-cloud: only names that end in a number are a cloud's.
  return /^[a-z]{2}-[a-z]+-?\d+$/.test(name) && (EEA.has(first) || OTHERS.has(first)) ? first : null;
}

function normalize(name: string): string {
  const lower = name
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]+/g, '-');
  return SAME[lower] ?? (lower === 'eu-datazone' || lower === 'datazone-eu' ? 'eu' : lower);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

function table(text: string): ReadonlyMap<string, string> {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '));
  return new Map(rows.flatMap(([country = '', ...names]) => names.map((name): [string, string] => [name, country])));
}
