import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelTimeoutException, ThrottlingException } from '../errors.ts';
import { encodeEvents, encodeException } from './eventstream.ts';

const oracle = new EventStreamCodec(toUtf8, fromUtf8);

interface Decoded {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
}

/** Takes a buffer of frames apart with the SDK's own codec, which checks both checksums. */
function decode(bytes: Uint8Array): Decoded[] {
  const frames: Decoded[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
    const message = oracle.decode(bytes.subarray(offset, offset + length));
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, header]) => [name, header.value]),
    );
    frames.push({ headers, payload: JSON.parse(toUtf8(message.body)) });
    offset += length;
  }
  return frames;
}

test('a frame is the bytes that the SDK writes for the same event', () => {
  const payload = { contentBlockIndex: 0, delta: { text: 'Hi' } };
  const expected = oracle.encode({
    headers: {
      ':event-type': { type: 'string', value: 'contentBlockDelta' },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: 'event' },
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
  expect(Buffer.from(encodeEvents([{ contentBlockDelta: payload }]))).toEqual(
    Buffer.from(expected),
  );
});

test('any batch of events comes out of the SDK codec as it went in', () => {
  const text = fc.string({ unit: 'grapheme' });
  const event = text.map((value) => ({ contentBlockDelta: { delta: { text: value } } }));
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const decoded = decode(encodeEvents(events));
      expect(decoded.map(({ payload }) => payload)).toEqual(
        events.map(({ contentBlockDelta }) => contentBlockDelta),
      );
    }),
  );
});

test('bytes in an event are base64 text', () => {
  const delta = { reasoningContent: { redactedContent: new Uint8Array([1, 2, 255]) } };
  const [frame] = decode(encodeEvents([{ contentBlockDelta: { contentBlockIndex: 0, delta } }]));
  expect(frame?.payload).toEqual({
    contentBlockIndex: 0,
    delta: { reasoningContent: { redactedContent: 'AQL/' } },
  });
});

test('an exception frame names the member of the union and keeps the members', () => {
  const exception = new ThrottlingException('Slow down.', { members: { resourceName: 'r' } });
  expect(decode(encodeException(exception))).toEqual([
    {
      headers: {
        ':exception-type': 'throttlingException',
        ':content-type': 'application/json',
        ':message-type': 'exception',
      },
      payload: { message: 'Slow down.', resourceName: 'r' },
    },
  ]);
});

test('an exception that a Converse stream cannot name travels as one that it can', () => {
  const [frame] = decode(encodeException(new ModelTimeoutException('Too slow.')));
  expect(frame?.headers[':exception-type']).toBe('modelStreamErrorException');
});
