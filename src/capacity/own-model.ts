/** A model that is not in the catalog, planned from its own files: a Hugging Face `config.json`, a repository id, or a GGUF file. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../files/problem.ts';
import { readText } from '../files/read.ts';
import { configModel } from './hf-config.ts';
import type { OwnModel } from './own-model-type.ts';

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function looksLikeFile(name: string): boolean {
  return /\.(json|gguf)$/i.test(name) || /^[./~]/.test(name) || name.includes('\\');
}

/** @throws InputError when the file or repository can't be read or is not a language model's */
export async function loadOwnModel(name: string, place: Place): Promise<OwnModel> {
  if (!looksLikeFile(name)) return fromRepository(name, place);
  const path = resolve(place.cwd, name);
  if (/\.gguf$/i.test(name)) return (await import('./gguf-model.ts')).ggufModel(path);
  const config = existsSync(path) && statSync(path).isDirectory() ? join(path, 'config.json') : path;
  const label = basename(dirname(config)) || basename(config);
  return configModel(parseJson(readText(config), config), label, indexSize(config), config);
}

/** Bytes of all weights, where the index of a sharded checkpoint lies beside the config. */
function indexSize(config: string): number | null {
  const index = join(dirname(config), 'model.safetensors.index.json');
  if (!existsSync(index)) return null;
  const size = (parseJson(readFileSync(index, 'utf8'), index) as { metadata?: { total_size?: unknown } }).metadata?.total_size;
  return typeof size === 'number' && size > 0 ? size : null;
}

const TIMEOUT_MS = 15_000;

async function fromRepository(repository: string, { env }: Place): Promise<OwnModel> {
  const host = env.HF_ENDPOINT ?? 'https://huggingface.co';
  const url = `${host}/${repository}/resolve/main/`;
  const text = await download(`${url}config.json`, repository);
  const index = await download(`${url}model.safetensors.index.json`, repository).catch(() => null);
  const size = index === null ? null : ((parseJson(index, repository) as { metadata?: { total_size?: number } }).metadata?.total_size ?? null);
  return configModel(parseJson(text, `${repository}/config.json`), repository, size, `${url}config.json`);
}

async function download(url: string, repository: string): Promise<string> {
  const hint = 'Give the path of its config.json instead, or check the name; the network may be asked only for repository ids.';
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw InputError.of(
      'capacity.repository-unreachable',
      `${JSON.stringify(repository)} is not in the catalog, and ${new URL(url).host} can't be reached.`,
      hint,
    );
  }
  if (response.ok) return response.text();
  throw InputError.of(
    'capacity.no-repository',
    `${JSON.stringify(repository)} is not in the catalog, and ${new URL(url).host} answers ${response.status}.`,
    hint,
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw InputError.of('json.malformed', `This is not JSON: ${(error as Error).message}.`, null, file);
  }
}
