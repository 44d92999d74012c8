/** A config as values: what its format makes of it, without comments. */

import { InputError } from '../files/problem.ts';
import type { TextFormat } from './target.ts';

/** @throws InputError when the text isn't of that format */
export async function parseConfig(text: string, format: TextFormat, file: string): Promise<unknown> {
  if (format === 'text') return textWords(text);
  try {
    if (format === 'json') return omitComment(JSON.parse(text));
    if (format === 'toml') return (await import('smol-toml')).parse(text);
    return await parseYaml(text);
  } catch (error) {
    throw InputError.of('export.unreadable', `${file} is not ${format.toUpperCase()}: ${firstLine(error)}`, 'Name the deployed config of this target.', file);
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}

async function parseYaml(text: string): Promise<unknown> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return null;
  for (const { errors } of documents) if (errors[0] !== undefined) throw errors[0];
  const values = documents.map((each) => each.toJS({ maxAliasCount: 100 }) as unknown).filter((each) => each !== null);
  return values.length > 1 ? Object.fromEntries(values.map((each, index) => [manifestName(each, index), each])) : (values[0] ?? null);
}

/** Manifests are told apart by kind and name: their order means nothing. */
function manifestName(value: unknown, index: number): string {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  return typeof kind === 'string' ? `${kind}/${String(metadata?.name)}` : `document ${index + 1}`;
}

function omitComment(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { _comment, ...rest } = value as Record<string, unknown>;
  return rest;
}

/** A command wrapped otherwise is the same command. */
function textWords(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}
