/** What pricing an option needs to know, and the look-ups every option shares. */
import type { Accelerator, ApiModel, Assumption, Catalog, OpenModel, RentalOffer } from '../catalog.ts';
import type { Finding, Severity } from '../findings.ts';
import type { Scenario } from '../scenario.ts';
import type { IsoDate, Judged } from '../units.ts';

export interface PriceContext {
  readonly scenario: Scenario;
  readonly catalog: Catalog;
  /** Day whose prices hold. */
  readonly at: IsoDate;
  /** Factor on API token prices from the price trend, 1 in the first month. */
  readonly trend: number;
  /** Findings are added here as they are met; a finding met twice is told once (see plan.ts). */
  readonly findings: Finding[];
}

/** Why an option has no price or cannot serve. */
export interface Blocker {
  /** Ends in `blocked_by`: price, retired, throughput, memory_fit, rate_limit ... */
  readonly rule: string;
  readonly message: string;
}

export function note(context: PriceContext, severity: Severity, code: string, message: string, path: string | null): void {
  context.findings.push({ code, severity, message, path });
}

interface Index {
  readonly api: ReadonlyMap<string, ApiModel>;
  readonly models: ReadonlyMap<string, OpenModel>;
  readonly hardware: ReadonlyMap<string, Accelerator>;
  readonly assumptions: ReadonlyMap<string, Assumption>;
  /** Offers by `cloud/billing/gpu`. */
  readonly rental: ReadonlyMap<string, readonly RentalOffer[]>;
}

const indexes = new WeakMap<Catalog, Index>();

/** Look-ups by id or alias, built once for a catalog. */
export function indexOf(catalog: Catalog): Index {
  const known = indexes.get(catalog);
  if (known) return known;
  const index = {
    api: byName(catalog.api, (model) => [model.id, ...model.aliases.map((alias) => `${model.provider}/${alias}`)]),
    models: byName(catalog.models, (model) => [model.id, ...model.aliases]),
    hardware: byName(catalog.hardware, (gpu) => [gpu.id, ...gpu.aliases]),
    assumptions: byName(catalog.assumptions, (assumption) => [assumption.id]),
    rental: offersByName(catalog.rental),
  };
  indexes.set(catalog, index);
  return index;
}

function offersByName(offers: readonly RentalOffer[]): ReadonlyMap<string, readonly RentalOffer[]> {
  const map = new Map<string, RentalOffer[]>();
  for (const offer of offers) {
    const name = `${offer.cloud}/${offer.billing}/${offer.gpu}`;
    const known = map.get(name);
    if (known) known.push(offer);
    else map.set(name, [offer]);
  }
  return map;
}

/** Ids win over aliases, the first alias over later ones. */
function byName<T>(items: readonly T[], names: (item: T) => readonly string[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) map.set(names(item)[0] ?? '', item);
  for (const item of items) for (const name of names(item).slice(1)) if (!map.has(name)) map.set(name, item);
  return map;
}

/** The catalog with other values of some assumptions, sharing everything else with it. */
export function withAssumptions(catalog: Catalog, values: Readonly<Record<string, number>>): Catalog {
  const index = indexOf(catalog);
  const assumptions = new Map(index.assumptions);
  for (const [id, value] of Object.entries(values)) {
    const known = assumptions.get(id);
    if (known) assumptions.set(id, { ...known, value });
  }
  // Not a copy: a compiled catalog parses its kinds when they are first read, and copying would read them all.
  const changed = Object.create(catalog) as Catalog;
  indexes.set(changed, { ...index, assumptions });
  return changed;
}

/** A documented default, or null when the catalog has none by this id. */
export function assumption(catalog: Catalog, id: string): { readonly value: Judged; readonly source: string } | null {
  const found = indexOf(catalog).assumptions.get(id);
  return found ? { value: found.value, source: `assumption ${id}: ${found.source}, checked ${found.checked}` } : null;
}
