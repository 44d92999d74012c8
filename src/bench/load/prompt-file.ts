/** Real prompts out of a file: JSONL of MT-bench questions, chat logs or plain prompts, or one prompt a line. */
import { InputError } from '../../files/problem.ts';
import { readText } from '../../files/read.ts';
import { asObject } from '../../llm/api/signal.ts';
import type { FilePrompt, Message } from './prompts.ts';

/**
 * A JSON line may hold `turns` (MT-bench; the first is used), `messages`, `prompt`, `text`, `question` or `content`.
 *
 * @throws InputError for a line that holds none of them, with its number
 */
export function readPromptFile(path: string): readonly FilePrompt[] {
  const lines = readText(path).split('\n');
  const prompts = lines.map((line, index) => promptOf(line.trim(), path, index + 1)).filter((prompt) => prompt !== null);
  if (prompts.length === 0)
    throw InputError.of('bench.no-prompts', 'The file holds no prompts.', 'Put one prompt on each line, as text or as JSON with a "prompt" key.', path);
  return prompts;
}

const TEXT_KEYS = ['prompt', 'text', 'question', 'content', 'instruction'] as const;

function promptOf(line: string, path: string, number: number): FilePrompt | null {
  if (line === '') return null;
  if (!line.startsWith('{')) return { text: line, messages: null };
  const fields = parse(line);
  const found = fields === null ? null : fromFields(fields);
  if (found !== null) return found;
  const message = fields === null ? 'This line begins like JSON and is none.' : `This line has none of the keys turns, messages, ${TEXT_KEYS.join(', ')}.`;
  throw new InputError([
    {
      code: 'bench.bad-prompt',
      message,
      file: path,
      line: number,
      column: 1,
      excerpt: { text: line.slice(0, 200), length: 1 },
      hint: 'Write {"prompt": "..."}.',
    },
  ]);
}

function fromFields(fields: Readonly<Record<string, unknown>>): FilePrompt | null {
  if (Array.isArray(fields.turns) && typeof fields.turns[0] === 'string') return { text: fields.turns[0], messages: null };
  if (Array.isArray(fields.messages)) {
    const messages = fields.messages
      .map(asObject)
      .filter((message): message is Message & Record<string, unknown> => typeof message?.role === 'string' && typeof message.content === 'string');
    const kept = messages.map(({ role, content }) => ({ role, content }));
    if (kept.length > 0) return { text: kept.map((message) => message.content).join('\n'), messages: kept };
  }
  const key = TEXT_KEYS.find((name) => typeof fields[name] === 'string');
  return key === undefined ? null : { text: String(fields[key]), messages: null };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return null;
  }
}
