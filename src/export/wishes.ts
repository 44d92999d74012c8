/** What the user says about endpoints that no plan knows: addresses, model names, environment variables. */

import { InputError } from '../files/problem.ts';

export interface Wishes {
  /** Option id -> value. */
  readonly endpoints: ReadonlyMap<string, string>;
  readonly models: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  readonly served_name: string;
  readonly threshold: number | null;
  readonly random_split: boolean;
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `id=value` assignments of one flag, all mistakes at once. */
export function assignments(flag: string, texts: readonly string[]): Map<string, string> {
  const wrong = texts.filter((text) => !/^[^=]+=.+$/.test(text));
  if (wrong.length > 0)
    throw new InputError(
      wrong.map((text) => ({
        ...BLANK,
        code: 'export.assignment',
        message: `${flag} ${text}: this is not option=value.`,
        hint: `For example ${flag} own=...`,
      })),
    );
  return new Map(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}

const BLANK = { file: null, line: null, column: null, excerpt: null };

/** An http(s) address without a trailing slash; a user name or password in it would be a secret in a file. */
export function baseUrl(text: string, id: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw InputError.of('export.endpoint', `--endpoint ${id}: this is not an http or https address.`, `For example --endpoint ${id}=http://gpu:8000/v1.`);
  if (url.username !== '' || url.password !== '')
    throw InputError.of('export.secret', `--endpoint ${id}: the address holds a user name or password.`, 'Keys stand in environment variables: use --key-env.');
  if (url.search !== '' || url.hash !== '')
    throw InputError.of('export.endpoint', `--endpoint ${id}: the address has a query or fragment.`, 'Give the base only, ending in /v1.');
  return text.replace(/\/+$/, '');
}

/** A name, never a key: what looks like neither is refused without being repeated. */
export function envName(text: string, id: string): string {
  if (!ENV_NAME.test(text) || /^(sk|pk|gsk|key|hf|xai)[-_]/.test(text) || text.length > 80)
    throw InputError.of(
      'export.secret',
      `--key-env ${id}: this is not the name of an environment variable.`,
      `Give the variable's name, for example --key-env ${id}=OPENAI_API_KEY, never the key itself.`,
    );
  return text;
}
