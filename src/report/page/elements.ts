/** The pieces a page is put together from: sections, lists, tables, and figures that tell where they come from. */

import { html } from '../escape.ts';
import type { Money } from '../figures.ts';
import type { Block, Cell, Table } from '../model.ts';

/** @param prefix keeps ids apart where a page holds several plans */
export function section(prefix: string, name: string, title: string, inner: string): string {
  return `<section aria-labelledby="${prefix}${name}-title"><h2 id="${prefix}${name}-title">${html(title)}</h2>${inner}</section>`;
}

export function paragraph(content: string): string {
  return `<p>${prose(content)}</p>`;
}

/** A sentence; what stands between back-ticks is code. */
export function prose(content: string): string {
  return content
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? `<code>${html(part)}</code>` : html(part)))
    .join('');
}

export function titled(title: string, items: readonly Cell[]): string {
  return items.length === 0 ? '' : `<div><h3>${html(title)}</h3>${list(items)}</div>`;
}

/** A sentence with figures has one button behind it that tells where they come from. */
export function list(items: readonly Cell[]): string {
  return `<ul>${items.map((item) => `<li${toned(item)}>${prose(item.text)}${why(item)}</li>`).join('')}</ul>`;
}

function why({ text, path }: Cell): string {
  return path === undefined ? '' : ` ${origin(path, '?', ` aria-label="Where this comes from: ${html(text)}"`)}`;
}

/** Text that opens the origin of a value when it is pressed. */
export function origin(path: string, shown: string, more = ''): string {
  return `<button type="button" class="n" data-path="${html(path)}" aria-haspopup="dialog"${more}>${html(shown)}</button>`;
}

function toned({ tone = 'plain' }: Cell): string {
  return tone === 'plain' ? '' : ` class="${tone}"`;
}

export function block(value: Block): string {
  if (value.kind === 'paragraph') return paragraph(value.text);
  if (value.kind === 'list') return list(value.items);
  return value.kind === 'table' ? table(value) : '';
}

function table({ columns, rows }: Table, label = 'Table'): string {
  const head = columns.map((column) => `<th scope="col" class="${column.align}">${html(column.title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((each, at) => cell(each, at === 0, columns[at]?.align ?? 'left')).join('')}</tr>`).join('');
  return scrolled(`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`, label);
}

function cell(each: Cell, heads: boolean, align: string): string {
  const name = heads ? 'th' : 'td';
  const shown = each.path === undefined ? html(each.text) : origin(each.path, each.text);
  return `<${name}${heads ? ' scope="row"' : ''} class="${align} ${each.tone ?? ''}">${shown}</${name}>`;
}

/** Wide tables scroll in a frame of their own, also by keyboard. */
export function scrolled(inner: string, label: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${html(label)}">${inner}</div>`;
}

/** A figure for people, with the exact one beside it for programs (US dollars), and its origin a press away. */
export function figure(usd: number | null | undefined, name: string, path: string, money: Money, label = ''): string {
  const named = label === '' ? '' : ` data-label="${html(label)}"`;
  if (usd === null || usd === undefined) return `<td class="right"${named}>-</td>`;
  return `<td class="right"${named} data-name="${name}" data-usd="${usd}">${origin(path, money.total(usd))}</td>`;
}

/** Web addresses in a source become links; everything else stays text. */
export function linked(source: string): string {
  return source
    .split(/(https:\/\/[^\s,;()<>"']+)/)
    .map((part, at) => (at % 2 === 1 ? `<a href="${html(part)}" rel="noreferrer noopener">${html(part)}</a>` : html(part)))
    .join('');
}
