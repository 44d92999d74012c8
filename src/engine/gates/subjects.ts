/** What is judged: an option, or each leg of a hybrid, reduced to who touches the data, where, with which model. */

import type { ApiModel, Catalog, Hosting, OpenModel, Provider } from '../catalog.ts';
import { indexOf } from '../cost/context.ts';
import type { HybridOption, Modality, Scenario, ScenarioOption } from '../scenario.ts';
import { partyKey, providerOf } from './parties.ts';

export type LeafOption = Exclude<ScenarioOption, HybridOption>;

export interface Subject {
  readonly option_id: string;
  /** Option id of the leg of a hybrid, else null. */
  readonly leg: string | null;
  readonly option: LeafOption;
  /** The column of a rule. */
  readonly hosting: Hosting;
  /** Id of the third party as the scenario writes it; null: nobody (owned hardware), or not named: see `hosting`. */
  readonly party: string | null;
  /** Its key in `Claims`, and what we know of it. */
  readonly party_key: string | null;
  readonly provider: Provider | null;
  /** Where the scenario says it runs. */
  readonly region: string | null;
  /** What to type to say so; null where the option has no place for it. */
  readonly region_path: string | null;
  readonly api_model: ApiModel | null;
  readonly open_model: OpenModel | null;
  /** Ids of the model, without provider and with it, for scopes and quality figures. */
  readonly model_names: readonly string[];
  readonly modality: Modality;
  /** chat, transcription, images, embeddings; batch too where requests may wait. A rented GPU is compute, whatever runs on it: gpu. */
  readonly endpoints: readonly string[];
  /** Data classes that never reach it (hybrid.keep). */
  readonly withheld: readonly string[];
}

/** A hybrid that names a missing option, or itself. */
export interface BrokenLeg {
  readonly option_id: string;
  readonly leg: string;
}

/** One subject for a plain option, those of both legs for a hybrid. A hybrid inside a hybrid is opened too. */
export function subjectsOf(
  option: ScenarioOption,
  scenario: Scenario,
  catalog: Catalog,
): { readonly subjects: readonly Subject[]; readonly broken: readonly BrokenLeg[] } {
  const subjects: Subject[] = [];
  const broken: BrokenLeg[] = [];
  const open = (each: ScenarioOption, path: readonly string[], withheld: readonly string[]): void => {
    if (each.kind !== 'hybrid') {
      subjects.push(describe(each, option.id, path.length > 0, withheld, scenario, catalog));
      return;
    }
    for (const side of ['small', 'large'] as const) {
      const leg = scenario.options.find((candidate) => candidate.id === each.hybrid[side]);
      const seen = [...path, each.id];
      if (!leg || seen.includes(leg.id)) broken.push({ option_id: option.id, leg: each.hybrid[side] });
      else open(leg, seen, [...withheld, ...each.hybrid.keep[side]]);
    }
  };
  open(option, [], []);
  return { subjects, broken };
}

function describe(option: LeafOption, optionId: string, isLeg: boolean, withheld: readonly string[], scenario: Scenario, catalog: Catalog): Subject {
  const place = placeOf(option, catalog);
  const open = place.open_model;
  const names = [place.api_model?.id, place.api_model?.model, ...(place.api_model?.aliases ?? []), open?.id, ...(open?.aliases ?? []), place.named];
  return {
    option_id: optionId,
    leg: isLeg ? option.id : null,
    option,
    hosting: place.hosting,
    party: place.party,
    party_key: place.party === null ? null : partyKey(place.party, catalog),
    provider: place.party === null ? null : providerOf(place.party, catalog),
    region: place.region,
    region_path: place.region_path,
    api_model: place.api_model,
    open_model: open,
    model_names: [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))],
    modality: scenario.workload.modality,
    endpoints: endpointsOf(option, place.hosting, scenario),
    withheld,
  };
}

type Place = Pick<Subject, 'hosting' | 'party' | 'region' | 'region_path' | 'api_model' | 'open_model'> & { readonly named: string | null };

function placeOf(option: LeafOption, catalog: Catalog): Place {
  const { api, models } = indexOf(catalog);
  if (option.kind === 'quoted') {
    // An all-in offer of GPUs is somebody else's machine unless its owner says otherwise: a third party, like any rented GPU.
    const hosting = option.quoted.as === 'self_host' ? 'rented_gpu' : 'third_party_api';
    return { hosting, party: option.quoted.provider, region: null, region_path: null, api_model: null, open_model: null, named: null };
  }
  if (option.kind === 'self_host') {
    const { self_host: own } = option;
    const rental = own.hosting.kind === 'rented' ? own.hosting.rental : null;
    const party = rental === null ? null : rental.kind === 'offer' ? rental.cloud : rental.provider;
    const region = own.region ?? (rental?.kind === 'offer' ? rental.region : null);
    const hosting = rental ? 'rented_gpu' : 'owned_gpu';
    return { hosting, party, region, region_path: 'self_host.region', api_model: null, open_model: models.get(own.model) ?? null, named: own.model };
  }
  const model = api.get(option.offer) ?? null;
  const party = model?.provider ?? option.offer.split('/')[0] ?? null;
  const open = model?.open_model ? (models.get(model.open_model) ?? null) : null;
  return { hosting: 'third_party_api', party, region: option.region, region_path: 'region', api_model: model, open_model: open, named: option.offer };
}

const ENDPOINT = { text: 'chat', speech_to_text: 'transcription', image: 'images', embedding: 'embeddings' } as const;

function endpointsOf(option: LeafOption, hosting: Hosting, scenario: Scenario): readonly string[] {
  if (hosting !== 'third_party_api') return ['gpu'];
  const { modality, batchable } = scenario.workload;
  const waits = typeof batchable === 'number' ? batchable > 0 : batchable.high > 0;
  return waits && option.kind !== 'quoted' ? [ENDPOINT[modality], 'batch'] : [ENDPOINT[modality]];
}
