import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { MessageHeaders } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ThrottlingException } from '../errors.ts';
import { encodeEvents, encodeException } from './eventstream.ts';
import { checkChecksums, createFrameCutter, framesOf, payloadOf } from './frames.ts';

const oracle = new EventStreamCodec(toUtf8, fromUtf8);

/** The bytes, cut into chunks of the given sizes over and over. */
function split(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

function cut(chunks: readonly Uint8Array[]): Buffer[] {
  const cutter = createFrameCutter();
  return [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.end()];
}

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 8 });
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });

test('frames split anywhere come out whole, in order and byte for byte', () => {
  fc.assert(
    fc.property(texts, sizes, (values, chunkSizes) => {
      const bytes = encodeEvents(values.map((text) => ({ contentBlockDelta: { text } })));
      const pieces = cut(split(bytes, chunkSizes));
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      const frames = pieces.flatMap(framesOf);
      for (const frame of frames) checkChecksums(frame);
      expect(frames.map((frame) => JSON.parse(payloadOf(frame).toString()) as unknown)).toEqual(
        values.map((text) => ({ text })),
      );
    }),
  );
});

test('what is whole as it came is passed on without a copy', () => {
  const bytes = Buffer.from(encodeEvents([{ messageStart: {} }, { messageStop: {} }]));
  const [piece] = createFrameCutter().push(bytes);
  expect(piece?.buffer).toBe(bytes.buffer);
  expect(piece?.length).toBe(bytes.length);
});

test('a stream that ends in the middle of a frame is no clean end, wherever it is cut', () => {
  const bytes = encodeEvents([{ messageStart: { role: 'assistant' } }]);
  for (let length = 1; length < bytes.length; length += 1) {
    const cutter = createFrameCutter();
    expect(cutter.push(bytes.subarray(0, length))).toEqual([]);
    expect(() => cutter.end()).toThrow(
      expect.objectContaining({
        name: 'ModelStreamErrorException',
        message: expect.stringContaining('ends in the middle of a frame'),
      }),
    );
  }
});

test.each([
  ['shorter than a frame can be', Buffer.from('0000000f00000000000000000000000000000000', 'hex')],
  ['longer than the bound', Buffer.from('<html><body>502 Bad Gateway</body></html>')],
])('a frame %s is refused', (_what, bytes) => {
  expect(() => createFrameCutter().push(bytes)).toThrow(/^The model's stream is damaged: it has a/);
});

test('event, exception and error frames are told apart', () => {
  const text = (value: string) => ({ type: 'string' as const, value });
  const error = oracle.encode({
    headers: {
      ':message-type': text('error'),
      ':error-code': text('InternalError'),
      ':error-message': text('lost'),
    },
    body: new Uint8Array(0),
  });
  const piece = Buffer.concat([
    encodeEvents([{ metadata: {} }]),
    encodeException(new ThrottlingException('slow')),
    error,
  ]);
  expect(framesOf(piece).map(({ head }) => head)).toEqual([
    { messageType: 'event', name: 'metadata', message: undefined },
    { messageType: 'exception', name: 'throttlingException', message: undefined },
    { messageType: 'error', name: 'InternalError', message: 'lost' },
  ]);
});

test('headers of every type are walked over', () => {
  const headers: MessageHeaders = {
    yes: { type: 'boolean', value: true },
    no: { type: 'boolean', value: false },
    byte: { type: 'byte', value: 1 },
    short: { type: 'short', value: 2 },
    integer: { type: 'integer', value: 3 },
    bytes: { type: 'binary', value: new Uint8Array([1, 2, 3]) },
    uuid: { type: 'uuid', value: '01234567-89ab-4cde-8f01-23456789abcd' },
    time: { type: 'timestamp', value: new Date(0) },
    ':event-type': { type: 'string', value: 'chunk' },
    ':message-type': { type: 'string', value: 'event' },
  };
  const bytes = Buffer.from(oracle.encode({ headers, body: fromUtf8('{}') }));
  const [frame] = framesOf(bytes);
  expect(frame?.head.name).toBe('chunk');
  expect(frame && payloadOf(frame).toString()).toBe('{}');
});

test('a change of any byte is found by the checksums or the lengths', () => {
  const bytes = Buffer.from(encodeEvents([{ metadata: { usage: { inputTokens: 1 } } }]));
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x40;
    expect(() => {
      for (const frame of cut([changed]).flatMap(framesOf)) checkChecksums(frame);
    }).toThrow("The model's stream is damaged");
  }
});
