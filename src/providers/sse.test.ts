import fc from 'fast-check';
import { expect, test } from 'vitest';
import { providerEventCharsMax } from '../limits.ts';
import { createSseDecoder } from './sse.ts';
import type { JsonObject } from './provider.ts';

/** The events of a text that comes in pieces, cut before these bytes. */
function decodeCut(text: string, cuts: readonly number[] = []): readonly JsonObject[] {
  const bytes = new TextEncoder().encode(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  const decoder = createSseDecoder();
  const chunks: JsonObject[] = [];
  let start = 0;
  for (const end of ends.toSorted((a, b) => a - b)) {
    chunks.push(...decoder.push(bytes.subarray(start, end)));
    start = end;
  }
  return [...chunks, ...decoder.end()];
}

test.each([
  ['data: {"a":1}\n\n', [{ a: 1 }]],
  ['data:{"a":1}\r\n\r\ndata: {"a":2}\r\n\r\n', [{ a: 1 }, { a: 2 }]],
  [': ping\n\ndata: {"a":1}\n\n', [{ a: 1 }]],
  ['event: ping\n\n', []],
  ['event: a\nid: 7\nretry: 10\ndata: {"a":1}\n\n', [{ a: 1 }]],
  ['data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
  ['data: {"a":1}\n\ndata: [DONE]\n\ndata: {"a":2}\n\n', [{ a: 1 }]],
  ['\u{feff}data: {"a":1}\n\n', [{ a: 1 }]],
  ['data: {"a":1}', [{ a: 1 }]],
  ['', []],
])('%j is %j', (text, chunks) => {
  expect(decodeCut(text)).toEqual(chunks);
});

test('the end of a stream that says so is told', () => {
  const decoder = createSseDecoder();
  decoder.push(Buffer.from('data: {"a":1}\n\n'));
  expect(decoder.isDone).toBe(false);
  decoder.push(Buffer.from('data: [DONE]\n\n'));
  expect(decoder.isDone).toBe(true);
});

test.each(['data: {"a"\n\n', 'data: 1\n\n', 'data: [1]\n\n', 'data: null\n\n', 'data: {"a":'])(
  '%j is no event that can be read',
  (text) => {
    expect(() => decodeCut(text)).toThrow('holds no JSON object');
  },
);

test('an event that never ends is given up', () => {
  const decoder = createSseDecoder();
  const piece = Buffer.from(`data: ${'x'.repeat(1_000_000)}`);
  const pushAll = (): void => {
    for (let length = 0; length <= providerEventCharsMax; length += 1_000_000) decoder.push(piece);
  };
  expect(pushAll).toThrow(`longer than ${providerEventCharsMax} characters`);
});

test('the events are the same however the bytes are cut', () => {
  const ending = fc.constantFrom('\n', '\r\n', '\r');
  const event = fc.record({ text: fc.string({ unit: 'grapheme' }), number: fc.integer() });
  fc.assert(
    fc.property(fc.array(event), ending, fc.array(fc.nat(2_000)), (events, end, cuts) => {
      const text = events.map((value) => `data: ${JSON.stringify(value)}${end}${end}`).join('');
      expect(decodeCut(text, cuts)).toEqual(events);
    }),
    { numRuns: 300 },
  );
});
