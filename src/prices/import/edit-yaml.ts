/** Appends entries to a price file without touching anything else in it: comments, order and spacing stay as they are. */

import { isMap, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { IsoDate } from '../../engine/units.ts';
import { InputError } from '../../files/problem.ts';
import type { ListedRates } from '../compare.ts';
import type { Proposal } from './propose.ts';

export interface Provenance {
  readonly list: string;
  readonly today: IsoDate;
  /** The provider's own price page, for lists that name no source. */
  readonly fallbackSource: string;
}

const KEYS: Readonly<Record<keyof ListedRates, string>> = {
  input_usd_per_mtok: 'input_per_mtok',
  cached_input_usd_per_mtok: 'cached_input_per_mtok',
  cache_write_usd_per_mtok: 'cache_write_per_mtok',
  output_usd_per_mtok: 'output_per_mtok',
  audio_usd_per_minute: 'audio_per_minute',
};

/**
 * The file's text with the proposals of its provider put in.
 *
 * @throws InputError where the file's layout gives no line to insert at
 */
export function editPriceFile(text: string, file: string, proposals: readonly Proposal[], provenance: Provenance): string {
  const document = parseDocument(text);
  const models = document.get('models');
  if (!isSeq(models)) throw InputError.of('import.no-models', 'the file has no list of models', 'See pricing/README.md for the layout.', file);
  const inserts = proposals.map((proposal) => insertion(text, file, models, proposal, provenance));
  // From the end of the file backwards; of two at one place the later goes in first, so that it ends up below.
  return inserts
    .reverse()
    .sort((a, b) => b.offset - a.offset)
    .reduce((edited, { offset, lines }) => edited.slice(0, offset) + lines + edited.slice(offset), text);
}

interface Insertion {
  readonly offset: number;
  readonly lines: string;
}

function insertion(text: string, file: string, models: YAMLSeq, proposal: Proposal, provenance: Provenance): Insertion {
  if (proposal.kind === 'add_model') return after(text, models, (indent) => modelLines(proposal, provenance, indent));
  const name = proposal.model.slice(proposal.model.indexOf('/') + 1);
  const model = models.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === name);
  const prices = model?.get('prices');
  if (!isSeq(prices) || prices.flow === true)
    throw InputError.of('import.layout', `${proposal.model} has no block list of prices to append to`, 'Append the price by hand.', file);
  return after(text, prices, (indent) => entryLines(proposal, provenance, indent));
}

/** The start of the line after the last item of a block list. */
function after(text: string, list: YAMLSeq, lines: (indent: string) => readonly string[]): Insertion {
  const last = list.items.at(-1) as Node;
  const [start, end] = last.range ?? [0, text.length];
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = ' '.repeat(Math.max(0, start - lineStart - 2));
  const content = text.slice(start, end).trimEnd().length;
  const newline = text.indexOf('\n', start + content);
  const offset = newline === -1 ? text.length : newline + 1;
  const joined = lines(indent).map((line) => `${indent}${line}\n`);
  return { offset, lines: `${newline === -1 ? '\n' : ''}${joined.join('')}` };
}

function entryLines(proposal: Proposal, { list, today, fallbackSource }: Provenance, _indent: string): string[] {
  const { price, left_out: leftOut } = proposal;
  const rates = (Object.keys(KEYS) as (keyof ListedRates)[]).flatMap((rate) =>
    price.rates[rate] === undefined ? [] : [`  ${KEYS[rate]}: ${price.rates[rate]}`],
  );
  const missing = leftOut.length === 0 ? '' : `; not in that list: ${leftOut.join(', ')}`;
  return [
    `- from: ${proposal.from ?? 'null'}`,
    ...rates,
    `  source: ${sourceOf(price.source, fallbackSource)}`,
    `  checked: ${today}`,
    `  note: ${JSON.stringify(`imported from ${list}${missing}`)}`,
  ];
}

function sourceOf(source: string | null, fallback: string): string {
  return source !== null && /^https?:\/\/[^\s#"'{}[\],]+$/.test(source) ? source : fallback;
}

function modelLines(proposal: Proposal, provenance: Provenance, indent: string): string[] {
  const id = proposal.model.slice(proposal.model.indexOf('/') + 1);
  const { name, context_tokens: context } = proposal.price;
  const alias = name.toLowerCase() === id ? [] : [`  aliases: [${JSON.stringify(name)}]`];
  const limit = context === null || !Number.isInteger(context) || context <= 0 ? [] : [`  context_tokens: ${context}`];
  return [`- id: ${JSON.stringify(id)}`, ...alias, ...limit, '  prices:', ...entryLines(proposal, provenance, indent).map((line) => `    ${line}`)];
}
