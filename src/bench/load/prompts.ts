/**
 * Prompts of known size. Every prompt starts with a nonce of its own, so that no prefix cache can serve it, unless a
 * shared prefix is asked for; then that prefix comes first, the same in all of them.
 */
import { type Random, seededRandom } from './random.ts';

/** A size and how often it comes. */
export interface SizeBucket {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly weight: number;
}

export type Message = { readonly role: string; readonly content: string };

/** A prompt out of a file. */
export interface FilePrompt {
  readonly text: string;
  readonly messages: readonly Message[] | null;
}

export interface PromptSpec {
  /** Sizes to draw from, in proportion to their weights; one bucket is a fixed size. */
  readonly sizes: readonly SizeBucket[];
  /** Share of the input that all requests have in common, 0..1. */
  readonly shared_prefix: number;
  /** Taken in turn; their text replaces made-up words, output lengths still come from `sizes`. */
  readonly file: readonly FilePrompt[] | null;
  readonly nonce: boolean;
}

export interface Prompt {
  readonly text: string;
  readonly messages: readonly Message[] | null;
  /** What was aimed at; what it came to stands in the server's usage. */
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** Prompt number `index` of a level. */
export type MakePrompt = (index: number, override: { readonly input_tokens: number; readonly output_tokens: number } | null) => Prompt;

/** Tokens the nonce and the chat template's own text are taken to cost. */
const NONCE_TOKENS = 9;

/** Frequent short English words: one token each, with the space before it, in the tokenizers of today's models. */
const WORDS =
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part over new sound take only little work know place year live me back give most very after thing our just name good sentence man think say great where help through much before line right too mean old any same tell boy follow came want show also around form three small set put end does another well large must big even such because turn here why ask went men read need land different home us move try kind hand picture again change off play spell air away animal house point page letter mother answer found study still learn should world high every near add food between own below country plant last school father keep tree never start city earth eye light thought head under story saw left few while along might close something seem next hard open example begin life always those both paper together got group often run'.split(
    ' ',
  );

/**
 * @param label names level and phase: with the seed it decides sizes and words, the same in every run
 * @param run names the run: it decides the nonces, so that a second run finds nothing of the first in a cache
 */
export function promptMaker(spec: PromptSpec, seed: number, label: string, run: string): MakePrompt {
  const draw = sizeDrawer(spec.sizes);
  const shared = sharedPrefixes(seed);
  return (index, override) => {
    const random = seededRandom(seed, `${label}/${index}`);
    const size = override ?? draw(random);
    const nonce = spec.nonce ? nonceOf(seededRandom(seed, `${run}/${label}/${index}`)) : '';
    const fromFile = spec.file === null ? null : spec.file[index % spec.file.length];
    if (fromFile) return filePrompt(fromFile, nonce, size.output_tokens);
    const body = Math.max(1, size.input_tokens - (spec.nonce ? NONCE_TOKENS : 0));
    const common = Math.round(body * spec.shared_prefix);
    const prefix = common > 0 ? `${shared(common)} ` : '';
    return { text: prefix + nonce + words(random, body - common), messages: null, input_tokens: size.input_tokens, output_tokens: size.output_tokens };
  };
}

/** Mean sizes of a spec, for estimates. */
export function meanSizes(spec: PromptSpec): { input_tokens: number; output_tokens: number } {
  const total = spec.sizes.reduce((sum, size) => sum + size.weight, 0);
  const mean = (pick: (size: SizeBucket) => number) => spec.sizes.reduce((sum, size) => sum + pick(size) * size.weight, 0) / total;
  const fileMean = spec.file === null ? null : spec.file.reduce((sum, prompt) => sum + prompt.text.length / 4, 0) / spec.file.length;
  return { input_tokens: fileMean ?? mean((size) => size.input_tokens), output_tokens: mean((size) => size.output_tokens) };
}

function filePrompt(prompt: FilePrompt, nonce: string, outputTokens: number): Prompt {
  const messages = prompt.messages?.map((message, index) => (index === 0 ? { ...message, content: nonce + message.content } : message)) ?? null;
  return { text: nonce + prompt.text, messages, input_tokens: Math.ceil(prompt.text.length / 4), output_tokens: outputTokens };
}

function sizeDrawer(sizes: readonly SizeBucket[]): (random: Random) => SizeBucket {
  const total = sizes.reduce((sum, size) => sum + size.weight, 0);
  const last = sizes[sizes.length - 1] as SizeBucket;
  return (random) => {
    let left = random() * total;
    for (const size of sizes) {
      left -= size.weight;
      if (left < 0) return size;
    }
    return last;
  };
}

/** The common prefix of a length: always the start of the same endless text, remembered. */
function sharedPrefixes(seed: number): (tokens: number) => string {
  const known = new Map<number, string>();
  return (tokens) => {
    const text = known.get(tokens) ?? words(seededRandom(seed, 'shared-prefix'), tokens);
    known.set(tokens, text);
    return text;
  };
}

function words(random: Random, count: number): string {
  let text = '';
  for (let left = count; left > 0; left--) text += `${WORDS[Math.floor(random() * WORDS.length)]}${left > 1 ? ' ' : ''}`;
  return text;
}

function nonceOf(random: Random): string {
  const half = () =>
    Math.floor(random() * 0xffffffff)
      .toString(36)
      .padStart(7, '0');
  return `[${half()}${half()}] `;
}
