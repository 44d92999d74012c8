import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, SseSplitter } from '../../src/llm/sse.ts';

type Event = readonly [data: string, event: string | null];

/** Events of a text cut into reads at these byte offsets. */
function split(text: string, cuts: readonly number[] = [], end = false): Event[] {
  const events: Event[] = [];
  const splitter = new SseSplitter((data, event) => events.push([data, event]));
  for (const chunk of cutUp(Buffer.from(text), cuts)) splitter.push(chunk);
  if (end) splitter.end();
  return events;
}

function cutUp(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

/** What eventsource-parser makes of the same text, whole. */
function reference(text: string): Event[] {
  const events: Event[] = [];
  const parser = createParser({ onEvent: ({ data, event }) => events.push([data, event ?? null]) });
  parser.feed(text);
  return events;
}

describe('SseSplitter', () => {
  test.each([
    ['data: a\n\n', [['a', null]]],
    ['data:a\n\n', [['a', null]]],
    ['data:  a\n\n', [[' a', null]]],
    ['data: a\r\n\r\n', [['a', null]]],
    [
      'data: a\r\rdata: b\n\n',
      [
        ['a', null],
        ['b', null],
      ],
    ],
    ['data: a\ndata: b\n\n', [['a\nb', null]]],
    [
      'event: error\ndata: a\n\ndata: b\n\n',
      [
        ['a', 'error'],
        ['b', null],
      ],
    ],
    [': comment\n\ndata: a\n\n', [['a', null]]],
    ['data\n\n', [['', null]]],
    ['dataset: no\nid: 1\nretry: 5\ndata: a\n\n', [['a', null]]],
    ['\ufeffdata: a\n\n', [['a', null]]],
    ['event: only\n\ndata: a\n\n', [['a', null]]],
  ] as const)('%j', (text, events) => {
    expect(split(text)).toEqual(events);
  });

  test('an unfinished last event is delivered at the end, and only there', () => {
    expect(split('data: a\n\ndata: b')).toEqual([['a', null]]);
    expect(split('data: a\n\ndata: b', [], true)).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect(split('data: a\n\ndata: b\n', [], true)).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });

  test('a character cut in two stays whole', () => {
    const text = 'data: grüße 🚀 日本\n\n';
    for (let cut = 0; cut < Buffer.byteLength(text); cut++) expect(split(text, [cut])).toEqual([['grüße 🚀 日本', null]]);
  });

  test('an event larger than many reads', () => {
    const long = 'x'.repeat(300_000);
    expect(
      split(
        `data: ${long}\n\ndata: b\n\n`,
        Array.from({ length: 200 }, (_, index) => index * 1500),
      ),
    ).toEqual([
      [long, null],
      ['b', null],
    ]);
  });

  const pieces = fc.constantFrom(
    'data',
    'data:',
    'data: ',
    'event',
    'event: ',
    'id: 1',
    ':',
    ': ping',
    'x',
    'ü',
    '🚀',
    '{"a":1}',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\n\r\n',
    '[DONE]',
  );

  test('agrees with eventsource-parser on any text, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.array(fc.nat(400), { maxLength: 12 }), (parts, cuts) => {
        // Its end is left open by both: a last line end may still become CRLF there.
        const text = `${parts.join('')}\n\ndata: last\n\n`;
        expect(split(text, cuts)).toEqual(reference(text));
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

describe('LineSplitter', () => {
  test('every line is an event, blank ones are not, the last needs no newline', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const byte of Buffer.from('{"a":"ü"}\n\n{"b":2}\r\n{"c":3}')) splitter.push(Buffer.from([byte]));
    splitter.end();
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ a: 'ü' }, { b: 2 }, { c: 3 }]);
  });
});
