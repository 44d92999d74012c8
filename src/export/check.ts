/** Does a deployed config still say what the plan says? Comments, order of keys and keys of the user's own don't count. */

import { InputError } from '../files/problem.ts';
import type { TextFormat } from './target.ts';

export interface Difference {
  readonly path: string;
  /** What the plan says; undefined: nothing, the file has something more. */
  readonly planned: unknown;
  readonly deployed: unknown;
}

/** @throws InputError when the deployed text can't be read */
export async function compare(planned: string, deployed: string, format: TextFormat, file: string): Promise<Difference[]> {
  return differences(await parse(planned, format, 'the export'), await parse(deployed, format, file), '');
}

async function parse(text: string, format: TextFormat, file: string): Promise<unknown> {
  if (format === 'text') return textLines(text);
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
function textLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function differences(planned: unknown, deployed: unknown, path: string): Difference[] {
  if (Object.is(planned, deployed)) return [];
  if (Array.isArray(planned) && Array.isArray(deployed)) return listDifferences(planned, deployed, path);
  if (isMap(planned) && isMap(deployed))
    return Object.keys(planned).flatMap((key) => differences(planned[key], deployed[key], path === '' ? key : `${path}.${key}`));
  return [{ path: path === '' ? 'the whole file' : path, planned, deployed }];
}

/** A third model in a list changes the split, so that lengths must agree. */
function listDifferences(planned: readonly unknown[], deployed: readonly unknown[], path: string): Difference[] {
  const length = Math.max(planned.length, deployed.length);
  return Array.from({ length }, (_, index) => differences(planned[index], deployed[index], `${path}[${index}]`)).flat();
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SECRET_KEY = /key|token|secret|password|auth/i;
const REFERENCE = /^(os\.environ\/)?[A-Z][A-Z0-9_]*$|^\$\{[A-Z][A-Z0-9_]*\}$/;
const LONGEST = 80;

/** One line each; what stands under a key that names a secret is not repeated. */
export function showDifferences(found: readonly Difference[]): string {
  return found.map(({ path, planned, deployed }) => `${path}: planned ${show(planned, path)}, deployed ${show(deployed, path)}\n`).join('');
}

function show(value: unknown, path: string): string {
  if (value === undefined) return 'nothing';
  const last = path.split('.').at(-1) ?? '';
  const secret = typeof value === 'string' && !REFERENCE.test(value) && (SECRET_KEY.test(last) || /^(sk|pk|gsk|hf|xai)[-_]/.test(value));
  if (secret) return '[redacted]';
  const text = JSON.stringify(value, (key, each) => (SECRET_KEY.test(key) && typeof each === 'string' && !REFERENCE.test(each) ? '[redacted]' : each));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '?');
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}...` : clean;
}
