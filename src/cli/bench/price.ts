import type { PriceRequest } from '../../bench/measure/money.ts';
import type { TargetConfig } from '../../bench/target/config.ts';
import type { ApiModel } from '../../engine/catalog.ts';
import { entryAt, priceUsage } from '../../engine/cost/price-usage.ts';
import { InputError } from '../../files/problem.ts';
import { loadCatalogFor } from '../../prices/catalog.ts';

/**
 * What a request to the target costs: its own typed-in prices, else its price card at today's price.
 *
 * @returns null when nothing is known; then no dollars are reported
 * @throws InputError when the price card is not in the catalog or has no price today
 */
export function priceOfTarget(target: TargetConfig, today: string): PriceRequest | null {
  const { prices, price_card: card } = target;
  if (prices !== null) {
    const { input_usd_per_mtok: input, output_usd_per_mtok: output, cached_input_usd_per_mtok: cached } = prices;
    return (tokens) =>
      ((tokens.input_tokens - tokens.cached_input_tokens) * input + tokens.cached_input_tokens * (cached ?? input) + tokens.output_tokens * output) / 1e6;
  }
  if (card === null) return null;
  const model = findModel(card);
  const entry = entryAt(model, today);
  if (entry === null)
    throw InputError.of('bench.no-price', `${card} has no price on ${today}.`, 'Type its prices in with --input-usd-per-mtok and --output-usd-per-mtok.');
  return (tokens) => priceUsage(tokens, entry).total_usd;
}

function findModel(card: string): ApiModel {
  const models = loadCatalogFor([card]).api;
  const found = models.find((model) => [model.model, ...model.aliases].some((name) => `${model.provider}/${name}` === card));
  if (found !== undefined) return found;
  const provider = card.split('/')[0] ?? '';
  const near = models.filter((model) => model.provider === provider).slice(0, 5);
  const hint =
    near.length === 0
      ? 'See llm-crossover prices list.'
      : `${provider} has ${near.map((model) => model.id).join(', ')} and others: see llm-crossover prices list.`;
  throw InputError.of('bench.unknown-price-card', `There is no price card "${card}".`, hint);
}
