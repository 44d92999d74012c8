import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChatEvent } from '../../src/llm/api/openai.ts';
import { emptySignal, type Signal } from '../../src/llm/api/signal.ts';
import { templated } from '../../src/llm/api/template.ts';

const chunk = (content: string, rest = '"finish_reason":null') => `{"id":"1","choices":[{"index":0,"delta":{"content":${content}},${rest}}]}`;

/** Both readers over the same events. */
function readBoth(events: readonly string[]): { fast: Signal[]; slow: Signal[] } {
  const fastRead = templated(readChatEvent, 'content');
  const [fastSignal, slowSignal] = [emptySignal(), emptySignal()];
  const fast: Signal[] = [];
  const slow: Signal[] = [];
  for (const event of events) {
    fastRead(event, null, fastSignal);
    readChatEvent(event, null, slowSignal);
    fast.push({ ...fastSignal });
    slow.push({ ...slowSignal });
  }
  return { fast, slow };
}

describe('the shortcut for repeated events', () => {
  test.each([
    ['a quote that ends the string early', [chunk('"a"'), chunk('"b","refusal":"c"')]],
    ['an escape', [chunk('"a"'), chunk('"line\\nend"'), chunk('"\\u00fc"')]],
    ['a broken escape', [chunk('"a"'), chunk('"\\x"')]],
    ['a raw control character', [chunk('"a"'), chunk('"\u0001"')]],
    ['an empty content', [chunk('"a"'), chunk('""')]],
    ['a finish after tokens', [chunk('"a"'), chunk('"b"', '"finish_reason":"stop"'), chunk('"c"')]],
    ['null content', [chunk('"a"'), chunk('null')]],
    ['a cut-off event', [chunk('"a"'), chunk('"b"').slice(0, -3)]],
    ['spaces after the colon', ['{"choices": [{"delta": {"content": "a"}}]}', '{"choices": [{"delta": {"content": "b"}}]}']],
    ['the key twice', ['{"content":"x","choices":[{"delta":{"content":"x"}}]}', '{"content":"y","choices":[{"delta":{"content":"x"}}]}']],
    ['overlapping ends', [chunk('"a"'), chunk('"a"').slice(0, 60)]],
  ])('%s reads as without it', (_name, events) => {
    const { fast, slow } = readBoth(events);
    expect(fast).toEqual(slow);
  });

  test('any sequence of contents reads as without it', () => {
    const content = fc.oneof(
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('"tok"', '""', 'null', '"a\\"b"', '"\u00fc"', '3', '"x","y":"z"', '"'),
    );
    fc.assert(
      fc.property(fc.array(content, { maxLength: 20 }), (contents) => {
        const { fast, slow } = readBoth(contents.map((each) => chunk(each)));
        expect(fast).toEqual(slow);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });
});
