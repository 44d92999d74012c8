/** Names in a scenario against the catalog: a misspelt offer, GPU, regime or provider is a mistake of the file, with the nearest known name. */

import type { Catalog } from '../engine/catalog.ts';
import { vocabulary } from '../engine/gates/findings.ts';
import { spell } from '../engine/gates/parties.ts';
import { isMap } from '../schema/fields.ts';
import { suggestion } from '../schema/nearest.ts';
import { quote } from '../schema/quantity.ts';
import { problemAt, problemAtKey } from './issues.ts';
import { dotted, type Located } from './places.ts';
import type { Problem } from './problem.ts';

type Path = readonly (string | number)[];
type Raw = Readonly<Record<string, unknown>>;

/** One kind of name: what it is called, and the names there are. */
interface Kind {
  readonly code: string;
  readonly what: string;
  readonly known: readonly string[];
}

/** Reads the raw values, so that names are judged even where other things are wrong. */
export function nameProblems(located: Located, catalog: Catalog): readonly Problem[] {
  const raw = located.value;
  if (!isMap(raw)) return [];
  const check = new Names(located, catalog);
  if (isMap(raw.requirements)) check.requirements(raw.requirements, customParties(raw.options));
  if (Array.isArray(raw.options)) for (const [at, option] of raw.options.entries()) if (isMap(option)) check.option(option, ['options', at]);
  return check.problems;
}

/** The API offers a file names, whatever else is wrong with it. */
export function offersIn(raw: unknown): readonly string[] {
  if (!isMap(raw) || !Array.isArray(raw.options)) return [];
  return raw.options.flatMap((option: unknown) => (isMap(option) ? [option.cloud_api, option.hosted_open].filter((name) => typeof name === 'string') : []));
}

/** Companies that only this scenario knows. */
function customParties(options: unknown): readonly string[] {
  if (!Array.isArray(options)) return [];
  return options.flatMap((option: unknown) => {
    const rental = isMap(option) && isMap(option.self_host) ? option.self_host.rental : null;
    const quoted = isMap(option) ? option.quoted : null;
    return [isMap(rental) ? rental.provider : null, isMap(quoted) ? quoted.provider : null].filter((name) => typeof name === 'string');
  });
}

class Names {
  readonly problems: Problem[] = [];
  readonly #located: Located;
  readonly #catalog: Catalog;

  constructor(located: Located, catalog: Catalog) {
    this.#located = located;
    this.#catalog = catalog;
  }

  requirements(raw: Raw, custom: readonly string[]): void {
    const known = vocabulary(this.#catalog);
    const needs: Kind = { code: 'name.unknown-need', what: 'a need we know', known: [...known.needs, 'fine_tuning', 'custom_tokenizer', 'pinned_versions'] };
    const classes: Kind = { code: 'name.unknown-data-class', what: 'a data class we have rules for', known: known.data };
    this.#list(raw.data, ['requirements', 'data'], classes);
    this.#list(raw.regimes, ['requirements', 'regimes'], { code: 'name.unknown-regime', what: 'a regime we have rules for', known: known.regimes });
    this.#list(raw.use, ['requirements', 'use'], { code: 'name.unknown-use', what: 'a use we have rules for', known: known.use });
    this.#list(raw.organisation, ['requirements', 'organisation'], needs);
    for (const key of ['have', 'lack'] as const) this.#contracts(raw[key], ['requirements', key], [...known.providers, ...custom, 'organisation'], needs);
    const metrics = { code: 'name.unknown-metric', what: 'a quality metric we have figures of', known: known.metrics };
    if (isMap(raw.quality)) this.#name(raw.quality.metric, ['requirements', 'quality', 'metric'], metrics);
  }

  #contracts(raw: unknown, path: Path, parties: readonly string[], needs: Kind): void {
    if (!isMap(raw)) return;
    const sellers = [...this.#catalog.rental.map(({ cloud }) => cloud), ...this.#catalog.api.map(({ provider }) => provider)];
    const providers = { code: 'name.unknown-provider', what: 'a provider we know', known: unique([...parties, ...sellers]) };
    for (const [provider, list] of Object.entries(raw)) {
      this.#name(provider, [...path, provider], providers);
      if (Array.isArray(list))
        this.#list(
          list.filter((need) => !String(need).endsWith('_processing')),
          [...path, provider],
          needs,
        );
    }
  }

  option(raw: Raw, path: Path): void {
    for (const key of ['cloud_api', 'hosted_open'] as const) this.#offer(raw[key], [...path, key]);
    if (isMap(raw.self_host)) this.#selfHost(raw.self_host, [...path, 'self_host']);
    const dedicated = isMap(raw.billing) ? raw.billing.dedicated : null;
    if (isMap(dedicated)) this.#name(dedicated.gpu, [...path, 'billing', 'dedicated', 'gpu'], this.#gpus());
    const keep = isMap(raw.hybrid) ? raw.hybrid.keep : null;
    const classes = { code: 'name.unknown-data-class', what: 'a data class we have rules for', known: vocabulary(this.#catalog).data };
    if (isMap(keep)) for (const key of ['small', 'large']) this.#list(keep[key], [...path, 'hybrid', 'keep', key], classes);
  }

  #offer(raw: unknown, path: Path): void {
    if (typeof raw !== 'string') return;
    if (
      this.#catalog.api.some(
        (model) => model.id === raw || (raw.startsWith(`${model.provider}/`) && model.aliases.includes(raw.slice(model.provider.length + 1))),
      )
    )
      return;
    const known = this.#catalog.api.flatMap((model) => [model.id, ...model.aliases.map((alias) => `${model.provider}/${alias}`)]);
    this.#unknown(raw, path, { code: 'name.unknown-offer', what: 'in the price list', known }, offerHint(raw, known));
  }

  #gpus(): Kind {
    const known = this.#catalog.hardware.flatMap((gpu) => [gpu.id, ...gpu.aliases]);
    return { code: 'name.unknown-gpu', what: 'an accelerator we know', known };
  }

  #selfHost(raw: Raw, path: Path): void {
    const models = this.#catalog.models.flatMap((model) => [model.id, ...model.aliases]);
    this.#name(raw.model, [...path, 'model'], { code: 'name.unknown-model', what: 'an open model we know', known: models });
    this.#name(raw.gpu, [...path, 'gpu'], this.#gpus());
    const { rental } = raw;
    if (typeof rental === 'string') this.#rental(rental, raw.gpu, [...path, 'rental'], false);
    else if (isMap(rental)) this.#rental(rental.offer, raw.gpu, [...path, 'rental', 'offer'], Object.hasOwn(rental, 'usd_per_gpu_hour'));
  }

  /** The cloud must be known, and must rent this GPU that way unless the price is typed in. */
  #rental(offer: unknown, gpu: unknown, path: Path, priced: boolean): void {
    if (typeof offer !== 'string' || !offer.includes('/')) return;
    const [cloud = '', billing = ''] = offer.split('/');
    const { rental, hardware } = this.#catalog;
    if (!rental.some((each) => each.cloud === cloud)) {
      const known = unique(rental.map((each) => each.cloud));
      this.#unknown(cloud, path, { code: 'name.unknown-cloud', what: 'a GPU cloud we have prices of', known }, suggestion(cloud, known));
      return;
    }
    const id = hardware.find((each) => each.id === gpu || each.aliases.includes(String(gpu)))?.id;
    const offers = rental.filter((each) => each.gpu === id);
    if (priced || id === undefined || offers.some((each) => each.cloud === cloud && each.billing === billing)) return;
    const message = `${dotted(this.#located.value, path)} is ${quote(offer)}, and we have no such price for ${id}`;
    this.problems.push(problemAt(this.#located, path, 'name.no-such-rental', message, rentalHint(offers, cloud)));
  }

  #list(raw: unknown, path: Path, kind: Kind): void {
    if (Array.isArray(raw)) for (const [at, name] of raw.entries()) this.#name(name, [...path, at], kind);
  }

  #name(raw: unknown, path: Path, kind: Kind): void {
    if (typeof raw !== 'string' || kind.known.includes(raw) || kind.known.some((name) => spell(name) === spell(raw))) return;
    this.#unknown(raw, path, kind, suggestion(raw, kind.known));
  }

  #unknown(name: string, path: Path, kind: Kind, hint: string | null): void {
    const key = path.at(-1);
    const isKey = key === name;
    const message = `${dotted(this.#located.value, isKey ? path.slice(0, -1) : path)} names ${quote(name)}, which is not ${kind.what}`;
    this.problems.push((isKey ? problemAtKey : problemAt)(this.#located, path, kind.code, message, hint));
  }
}

/** A model without its provider is found too: gpt-4o-mni is openai/gpt-4o-mini. */
function offerHint(raw: string, known: readonly string[]): string | null {
  if (raw.includes('/')) return suggestion(raw, known);
  const models = new Map(known.map((name) => [name.slice(name.indexOf('/') + 1), name]));
  const hint = suggestion(raw, [...models.keys()]);
  const found = hint?.match(/"(.*)"/)?.[1];
  return found === undefined ? 'Write provider/model, e.g. openai/gpt-4o-mini.' : `Did you mean ${quote(models.get(found) ?? found)}?`;
}

/** Where the GPU can be rented, the same cloud's other ways first. */
function rentalHint(offers: Catalog['rental'], cloud: string): string {
  if (offers.length === 0) return 'Give the price: rental: { usd_per_gpu_hour: 2.49/h, node_gpus: 1 }.';
  const names = unique(offers.map((each) => `${each.cloud}/${each.billing}`));
  const own = (name: string) => Number(name.startsWith(`${cloud}/`));
  const ranked = [...names].sort((a, b) => own(b) - own(a) || (a < b ? -1 : 1));
  return `It is rented as ${ranked.slice(0, 6).join(', ')}${ranked.length > 6 ? ', ...' : ''}.`;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
