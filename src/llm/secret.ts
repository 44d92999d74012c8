/**
 * API keys. A key is read from the environment variable the user names, lives in one object that prints as `[redacted]`
 * however it is printed, and is cut out of every text that leaves the program.
 */
import { inspect } from 'node:util';

const MASK = '[redacted]';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The key itself, for a request header and nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** `text` with the key cut out, also where it stands URL-encoded, in base64 or inside JSON. */
  redact(text: string): string {
    let clean = text;
    for (const form of this.#forms()) clean = clean.replaceAll(form, MASK);
    return clean;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }

  #forms(): string[] {
    const value = this.#value;
    if (value === '') return [];
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64'), JSON.stringify(value).slice(1, -1)];
    return [...new Set(forms)].sort((a, b) => b.length - a.length);
  }
}

/** Text from a server, safe to print: the key cut out, control characters escaped, at most `limit` characters. */
export function printable(text: string, secret: Secret | null, limit = 300): string {
  const clean = secret === null ? text : secret.redact(text);
  const visible = clean.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return visible.length > limit ? `${visible.slice(0, limit)}...` : visible;
}

/**
 * Takes the key out of the environment variable `name`: afterwards neither a child process nor a crash report of Node,
 * which lists the environment, can see it.
 *
 * @returns null when the variable is not set or empty
 */
export function takeSecret(env: Readonly<Record<string, string | undefined>>, name: string): Secret | null {
  const value = env[name]?.trim();
  if (process.env[name] !== undefined) delete process.env[name];
  return value === undefined || value === '' ? null : new Secret(value);
}
