/** The catalog entry of a text model of which only the prices matter. */

import type { ApiModel } from '../../src/engine/catalog.ts';

/** `acme/one` unless said otherwise: nothing known of it but its prices. */
export function apiModel(prices: ApiModel['prices'], more: Partial<ApiModel> = {}): ApiModel {
  const { provider = 'acme', model = 'one' } = more;
  return {
    id: `${provider}/${model}`,
    provider,
    model,
    label: model,
    aliases: [],
    modality: 'text',
    open_model: null,
    released: null,
    retired: null,
    context_tokens: null,
    max_output_tokens: null,
    min_cacheable_tokens: null,
    input_includes_cached: true,
    regions: [],
    prices,
    ...more,
  };
}
