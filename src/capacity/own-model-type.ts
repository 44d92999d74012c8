/** What a model's own files say of it. */

import type { OpenModel } from '../engine/catalog.ts';

export interface OwnModel {
  readonly value: OpenModel;
  /** What could not be read and what was taken instead. */
  readonly notes: readonly string[];
  /** Precision of the stored weights. */
  readonly precision: string | null;
}

export type OwnArchitecture = NonNullable<OpenModel['architecture']>;

export interface OwnFacts {
  readonly label: string;
  readonly architecture: OwnArchitecture;
  readonly totalParams: number;
  readonly activeParams: number;
  readonly contextTokens: number | null;
  readonly precision: string;
  readonly weightBytes: number | null;
  readonly source: string;
}

/** A catalog entry without licence or release: enough for memory and throughput. */
export function ownModel(facts: OwnFacts, notes: readonly string[]): OwnModel {
  const licence = { name: 'not read', spdx: null, commercial: 'conditional' as const, max_monthly_active_users: null, max_monthly_revenue_usd: null };
  return {
    notes,
    precision: facts.precision,
    value: {
      id: facts.label.toLowerCase().replace(/[^a-z0-9.]+/g, '-'),
      label: facts.label,
      family: 'own',
      aliases: [],
      modality: 'text',
      released: null,
      total_params_b: facts.totalParams / 1e9,
      active_params_b: facts.activeParams / 1e9,
      architecture: facts.architecture,
      context_tokens: facts.contextTokens,
      native_precision: facts.precision,
      weights_gb: facts.weightBytes === null ? {} : { [facts.precision]: facts.weightBytes / 1e9 },
      work_unit: null,
      published_work_per_s: [],
      licence: { ...licence, excluded_domiciles: [], attribution: null, source: facts.source, checked: '1970-01-01' },
      sources: [],
    },
  };
}

/** Parameters of a transformer by its dimensions: attention, feed-forward (gated: three matrices), router, embeddings. Norms are left out. */
export function countParams(a: OwnArchitecture, extra: { readonly denseFfn: number | null; readonly mla: MlaSizes | null }): { total: number; active: number } {
  const attention = extra.mla === null ? 2 * a.hidden * a.head_dim * (a.heads + a.kv_heads) : mlaParams(a, extra.mla);
  const matrix = 3 * a.hidden;
  const denseLayers = a.experts === null ? a.layers : (a.dense_layers ?? 0);
  const moeLayers = a.layers - denseLayers;
  const dense = denseLayers * matrix * (extra.denseFfn ?? a.ffn ?? 4 * a.hidden);
  const expert = matrix * (a.ffn ?? 4 * a.hidden);
  const routed = moeLayers * (a.experts ?? 0) * expert;
  const shared = moeLayers * ((a.shared_experts ?? 0) * expert + (a.experts ?? 0) * a.hidden);
  const embeddings = a.vocab * a.hidden * (a.tied_embeddings === true ? 1 : 2);
  const always = a.layers * attention + dense + shared + embeddings;
  return { total: always + routed, active: always + moeLayers * (a.experts_per_token ?? 0) * expert };
}

export interface MlaSizes {
  readonly qRank: number | null;
  readonly kvRank: number;
  readonly nope: number;
  readonly rope: number;
  readonly value: number;
}

function mlaParams(a: OwnArchitecture, mla: MlaSizes): number {
  const width = a.heads * (mla.nope + mla.rope);
  const query = mla.qRank === null ? a.hidden * width : mla.qRank * (a.hidden + width);
  const cache = a.hidden * (mla.kvRank + mla.rope) + mla.kvRank * a.heads * (mla.nope + mla.value);
  return query + cache + a.heads * mla.value * a.hidden;
}
