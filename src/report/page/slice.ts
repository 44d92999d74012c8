/** The part of the catalog that some scenarios use: a page needn't carry every price there is. Plans on the slice equal plans on the whole. */

import type { PublishedRow, ThroughputData } from '../../engine/capacity/calibration.ts';
import type { Catalog } from '../../engine/catalog.ts';
import type { Scenario, ScenarioOption, SelfHostOption } from '../../engine/scenario.ts';

type Slice = Omit<Catalog, 'throughput'>;
type Support = ThroughputData['calibration']['support'][number];

export function sliceCatalog(catalog: Catalog, scenarios: readonly Scenario[]): { readonly catalog: Slice; readonly throughput: PackedThroughput | null } {
  const options = scenarios.flatMap((scenario) => scenario.options);
  const hosts = options.filter((option) => option.kind === 'self_host');
  const estimates = hosts.some((option) => option.throughput === null) && scenarios.some((scenario) => scenario.workload.modality === 'text');
  const throughput = estimates && catalog.throughput !== undefined ? remembered(catalog.throughput) : null;
  const { schema_version, hash, newest_checked, needs, rules, assumptions } = catalog;
  const parties = partiesOf(options, scenarios);
  const api = catalog.api.filter((model) => options.some((option) => isApi(option) && namesOffer(option.offer, model)));
  return {
    catalog: {
      schema_version,
      hash,
      newest_checked,
      api,
      ...machines(catalog, options, hosts, throughput, new Set(api.flatMap((model) => model.open_model ?? []))),
      rules,
      needs,
      providers: catalog.providers.filter((provider) => [provider.id, ...provider.aliases].some((name) => parties.has(spelling(name)))),
      quality: catalog.quality.filter((metric) => scenarios.some((scenario) => scenario.requirements.quality?.metric === metric.id)),
      assumptions,
      // Currencies are in the scenario already.
      fx: [],
    },
    throughput: throughput === null ? null : packThroughput(throughput),
  };
}

function machines(
  catalog: Catalog,
  options: readonly ScenarioOption[],
  hosts: readonly SelfHostOption[],
  throughput: ThroughputData | null,
  open: ReadonlySet<string>,
) {
  const clouds = new Set(options.flatMap(cloudsOf));
  const gpuNames = new Set([
    ...hosts.map((option) => option.self_host.gpu),
    ...options.flatMap(dedicatedGpu),
    ...(throughput?.rows ?? []).map((row) => row.gpu),
  ]);
  const hardware = catalog.hardware.filter((gpu) => [gpu.id, ...gpu.aliases].some((name) => gpuNames.has(name)));
  const gpus = new Set([...gpuNames, ...hardware.flatMap((gpu) => [gpu.id, ...gpu.aliases])]);
  const modelNames = new Set([...hosts.map((option) => option.self_host.model), ...open, ...(throughput?.rows ?? []).map((row) => row.model)]);
  return {
    rental: catalog.rental.filter((offer) => clouds.has(offer.cloud) && gpus.has(offer.gpu)),
    hardware,
    models: catalog.models.filter((model) => [model.id, ...model.aliases].some((name) => modelNames.has(name))),
  };
}

type ApiOption = Extract<ScenarioOption, { kind: 'cloud_api' | 'hosted_open' }>;

function isApi(option: ScenarioOption): option is ApiOption {
  return option.kind === 'cloud_api' || option.kind === 'hosted_open';
}

function namesOffer(offer: string, model: Catalog['api'][number]): boolean {
  return offer === model.id || model.aliases.some((alias) => offer === `${model.provider}/${alias}`);
}

function cloudsOf(option: ScenarioOption): string[] {
  if (isApi(option)) return option.billing.kind === 'dedicated' ? [option.offer.split('/')[0] ?? ''] : [];
  if (option.kind !== 'self_host' || option.self_host.hosting.kind === 'owned') return [];
  const { rental } = option.self_host.hosting;
  return rental.kind === 'offer' ? [rental.cloud] : rental.provider === null ? [] : [rental.provider];
}

function dedicatedGpu(option: ScenarioOption): string[] {
  return isApi(option) && option.billing.kind === 'dedicated' ? [option.billing.dedicated.gpu] : [];
}

/** Everyone whose facts a gate may ask for. */
function partiesOf(options: readonly ScenarioOption[], scenarios: readonly Scenario[]): ReadonlySet<string> {
  const said = scenarios.flatMap(({ requirements }) => [...Object.keys(requirements.have), ...Object.keys(requirements.lack)]);
  const sellers = options.flatMap((option) => {
    if (isApi(option)) return [option.offer.split('/')[0] ?? ''];
    if (option.kind === 'quoted') return option.quoted.provider === null ? [] : [option.quoted.provider];
    return cloudsOf(option);
  });
  return new Set([...said, ...sellers].map(spelling));
}

/** Names are the same whatever their case and separators. */
function spelling(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
}

/** Only the published rows whose error the calibration remembers. */
function remembered(data: ThroughputData): ThroughputData {
  const kept = data.calibration.support.map((support) => support.row);
  const places = new Map(kept.map((row, index) => [row, index]));
  return {
    sources: data.sources,
    rows: kept.flatMap((row) => data.rows[row] ?? []),
    calibration: { ...data.calibration, support: data.calibration.support.map((support) => ({ ...support, row: places.get(support.row) ?? -1 })) },
  };
}

/** A column of a table: its distinct values and, for each row, which one. */
type PackedColumn = { readonly of: readonly unknown[]; readonly at: readonly number[] } | { readonly all: readonly unknown[] };
type PackedRows = Readonly<Record<string, PackedColumn>>;

export interface PackedThroughput {
  readonly sources: ThroughputData['sources'];
  readonly calibration: Omit<ThroughputData['calibration'], 'support'>;
  readonly rows: PackedRows;
  readonly support: PackedRows;
}

function packThroughput({ sources, rows, calibration }: ThroughputData): PackedThroughput {
  const { support, ...rest } = calibration;
  return { sources, calibration: rest, rows: packRows(rows), support: packRows(support) };
}

export function unpackThroughput({ sources, rows, calibration, support }: PackedThroughput): ThroughputData {
  return { sources, rows: unpackRows<PublishedRow>(rows), calibration: { ...calibration, support: unpackRows<Support>(support) } };
}

/** Uniform rows as columns: a tenth of the text. */
function packRows(rows: readonly object[]): PackedRows {
  const keys = Object.keys(rows[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, packColumn(rows.map((row) => (row as Record<string, unknown>)[key]))]));
}

function packColumn(values: readonly unknown[]): PackedColumn {
  const of = [...new Set(values)];
  const places = new Map(of.map((value, index) => [value, index]));
  return of.length > values.length / 2 ? { all: values } : { of, at: values.map((value) => places.get(value) ?? 0) };
}

function unpackRows<Row>(packed: PackedRows): Row[] {
  const columns = Object.entries(packed).map(([key, column]) => [key, 'all' in column ? column.all : column.at.map((place) => column.of[place])] as const);
  return (columns[0]?.[1] ?? []).map((_, row) => Object.fromEntries(columns.map(([key, values]) => [key, values[row]])) as Row);
}
