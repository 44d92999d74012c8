/** Does a deployed config still say what the plan says? Comments, order of keys and keys of the user's own don't count. */

import { parseConfig } from './parse.ts';
import { targetOf } from './recognise.ts';
import type { TextFormat } from './target.ts';

export interface Difference {
  readonly path: string;
  /** What the plan says; undefined: nothing, the file has something more. */
  readonly planned: unknown;
  readonly deployed: unknown;
}

/**
 * matches: everything the plan says stands in the file. drifted: the file was exported from another plan, and says something else.
 * hand_edited: it was exported from this plan, and changed since. differs: it doesn't say where it comes from. other_target: it configures
 * something else. empty: it holds nothing.
 */
type CheckStatus = 'matches' | 'drifted' | 'hand_edited' | 'differs' | 'other_target' | 'empty';

interface Checked {
  readonly status: CheckStatus;
  readonly differences: readonly Difference[];
  /** Id of the plan or policy that stands in the file's comment; null: none. */
  readonly deployed_id: string | null;
  readonly planned_id: string | null;
  /** What the file configures, where it is recognised and isn't what was asked about. */
  readonly other: string | null;
}

/** @throws InputError when the deployed text can't be read */
export async function check(planned: string, deployed: string, format: TextFormat, file: string, target: string): Promise<Checked> {
  const ids = { deployed_id: idIn(deployed), planned_id: idIn(planned) };
  if (isEmpty(deployed)) return { status: 'empty', differences: [], other: null, ...ids };
  const other = await targetOf(deployed);
  if (other !== null && other !== target) return { status: 'other_target', differences: [], other, ...ids };
  const found = differences(await parseConfig(planned, format, 'the export'), await parseConfig(deployed, format, file), '');
  const status = found.length === 0 ? 'matches' : ids.deployed_id === null ? 'differs' : ids.deployed_id === ids.planned_id ? 'hand_edited' : 'drifted';
  return { status, differences: found, other: null, ...ids };
}

/** The differences alone. */
export async function compare(planned: string, deployed: string, format: TextFormat, file: string): Promise<Difference[]> {
  return differences(await parseConfig(planned, format, 'the export'), await parseConfig(deployed, format, file), '');
}

/** The id every export begins with. */
function idIn(text: string): string | null {
  return /llm-crossover (?:plan|policy) ([0-9a-f]{12})/.exec(text)?.[1] ?? null;
}

/** Nothing but space, comments and document marks. */
function isEmpty(text: string): boolean {
  return text.replace(/^\s*(#.*|---|\.\.\.)?\s*$/gm, '').trim() === '';
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

/** What a person reads. */
export function showChecked({ status, differences: found, deployed_id, planned_id, other }: Checked, file: string, target: string): string {
  const places = `${found.length} ${found.length === 1 ? 'place' : 'places'}`;
  switch (status) {
    case 'matches':
      return deployed_id === null || deployed_id === planned_id
        ? `${file} matches the plan.\n`
        : `${file} matches the plan; its comment is of plan ${deployed_id}, this is ${planned_id}.\n`;
    case 'empty':
      return `${file} is empty: nothing of the plan is in it.\n`;
    case 'other_target':
      return `${file} is a config of ${other}, not of ${target}.\n`;
    case 'drifted':
      return `${file} has drifted: it was exported from plan ${deployed_id}, this is ${planned_id}; it differs in ${places}:\n${showDifferences(found)}`;
    case 'hand_edited':
      return `${file} was edited by hand: it was exported from this plan (${planned_id}) and differs in ${places}:\n${showDifferences(found)}`;
    case 'differs':
      return `${file} differs from the plan in ${places}, and doesn't say which plan it comes from:\n${showDifferences(found)}`;
  }
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
