/**
 * A shortcut for the events a stream is made of: they are the same text but for the token. Once an event was parsed whole and
 * said nothing but some content, an event with the same text around a plain string in that place says nothing else either, and
 * is valid JSON: it differs only inside a JSON string, by characters that need no escape. Everything else is parsed as ever.
 * Measured on 200-byte chunks: five times the events per second.
 */
import { clearSignal, type ReadEvent, type Signal } from './signal.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const FIRST_PRINTABLE = 32;

/** `read`, with the shortcut for events whose content is the only value of the key `key`. One per stream. */
export function templated(read: ReadEvent, key: string): ReadEvent {
  let prefix = '';
  let suffix = '';
  let known = false;
  return (data, event, signal) => {
    const end = data.length - suffix.length;
    // Slices compared with === are five times faster here than startsWith and endsWith.
    if (known && end > prefix.length && data.slice(0, prefix.length) === prefix && data.slice(end) === suffix) {
      if (isPlain(data, prefix.length, end)) {
        clearSignal(signal);
        signal.content = data.slice(prefix.length, end);
        return;
      }
    }
    read(data, event, signal);
    const at = onlyContent(signal) ? placeOf(data, key, signal.content) : -1;
    if (at === -1) return;
    known = true;
    prefix = data.slice(0, at);
    suffix = data.slice(at + signal.content.length);
  };
}

function onlyContent(signal: Signal): boolean {
  return (
    signal.content !== '' &&
    signal.reasoning === '' &&
    signal.tool === '' &&
    signal.usage === null &&
    signal.finish === null &&
    !signal.done &&
    signal.failure === null
  );
}

/** Where the content stands in the text, when it stands there unescaped and the key occurs once; else -1. */
function placeOf(data: string, key: string, content: string): number {
  const name = `"${key}":`;
  const first = data.indexOf(name);
  if (first === -1 || data.indexOf(name, first + 1) !== -1) return -1;
  let at = first + name.length;
  while (data.charCodeAt(at) === FIRST_PRINTABLE) at++;
  if (data.charCodeAt(at) !== QUOTE || !data.startsWith(`${content}"`, at + 1) || !isPlain(content, 0, content.length)) return -1;
  return at + 1;
}

function isPlain(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH || code < FIRST_PRINTABLE) return false;
  }
  return true;
}
