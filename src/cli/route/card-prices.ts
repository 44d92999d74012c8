/** Price cards of a policy, looked up in the catalog. */

import { indexOf } from '../../engine/cost/context.ts';
import { entryAt, priceUsage } from '../../engine/cost/price-usage.ts';
import type { IsoDate } from '../../engine/units.ts';
import { InputError } from '../../files/problem.ts';
import { loadCatalog } from '../../prices/catalog.ts';
import { suggestion } from '../../schema/nearest.ts';

type CardPrice = (card: string, tokens: { readonly input: number; readonly output: number }) => number | null;

/** @throws InputError for a card the catalog doesn't have, or that has no price on that day */
export function cardPrices(cards: readonly string[], day: IsoDate): CardPrice {
  const catalog = loadCatalog();
  const entries = new Map(
    cards.map((card) => {
      const model = indexOf(catalog).api.get(card);
      const known = catalog.api.map(({ id }) => id);
      if (model === undefined)
        throw InputError.of(
          'policy.unknown-price-card',
          `The policy names the price card ${JSON.stringify(card)}, which is not known.`,
          suggestion(card, known),
        );
      const entry = entryAt(model, day);
      if (entry === null) throw InputError.of('policy.no-price', `${card} has no price on ${day}.`, 'Give a later --start, or prices in the policy.');
      return [card, entry];
    }),
  );
  return (card, { input, output }) => {
    const entry = entries.get(card);
    return entry === undefined ? null : priceUsage({ input_tokens: input, output_tokens: output }, entry).total_usd;
  };
}
