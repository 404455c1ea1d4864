import { expect, test } from 'vitest';
import { decodeBlobs } from './blobs.ts';
import { stringifyJson } from './rest-json.ts';

test.each([
  [
    'ConverseResponse',
    {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: 'AQID' },
            { reasoningContent: { redactedContent: new Uint8Array([1, 2, 255]) } },
            { image: { format: 'png', source: { bytes: new Uint8Array([9]) } } },
            { toolUse: { toolUseId: 't', name: 'f', input: { bytes: 'AQID' } } },
          ],
        },
      },
      stopReason: 'end_turn',
    },
  ],
  [
    'ContentBlockDeltaEvent',
    {
      contentBlockIndex: 0,
      delta: { reasoningContent: { redactedContent: new Uint8Array([0, 128]) } },
    },
  ],
])('a %s comes back from JSON as it was, bytes and all', (shapeName, value) => {
  expect(decodeBlobs(shapeName, JSON.parse(stringifyJson(value)))).toEqual(value);
});

test('what the shapes do not know stays as it is', () => {
  const value = {
    output: { message: { content: [{ video: 'new' }, 7] } },
    more: { bytes: 'AQID' },
  };
  expect(decodeBlobs('ConverseResponse', structuredClone(value))).toEqual(value);
});
