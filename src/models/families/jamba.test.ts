// Jamba: what is its own in OpenAI's format.

import { expect, test } from 'vitest';
import { pushAll } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { AnswerContext } from './family.ts';
import { jamba } from './jamba.ts';
import type { JsonObject } from './native-json.ts';

const context: AnswerContext = {
  modelId: 'ai21.jamba-1-5-mini-v1:0',
  maxTokens: 4096,
  request: {},
  responseId: '0123456789abcdef01234567',
  createdSeconds: 0,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};
const hello = { role: 'user', content: 'Hello' };

test('a request is carried both ways, documents and penalties in the additional fields', () => {
  const native = {
    messages: [{ role: 'system', content: 'Be kind.' }, hello],
    max_tokens: 5,
    stop: ['END'],
    documents: [{ content: 'a' }],
    frequency_penalty: 1,
    n: 2,
  };
  const { value } = jamba.decodeRequest(native, context);
  expect(value).toEqual({
    system: [{ text: 'Be kind.' }],
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    inferenceConfig: { maxTokens: 5, stopSequences: ['END'] },
    additionalModelRequestFields: { documents: [{ content: 'a' }], frequency_penalty: 1, n: 2 },
  });
  expect(jamba.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

test.each<[JsonObject, string]>([
  [{ max_tokens: 4097 }, '#/max_tokens: 4097 is not less or equal to 4096'],
  [{ n: 17 }, '#/n: 17 is not less or equal to 16'],
  [
    { stop: Array.from({ length: 17 }, String) },
    '#/stop: expected maximum item count: 16, found: 17',
  ],
  [
    { messages: [{ role: 'developer', content: 'a' }] },
    '#/messages/0/role: developer is not a valid enum value',
  ],
  [{ messages: [] }, '#/messages: expected minimum item count: 1, found: 0'],
])('refused: %o', (members, told) => {
  expect(() => jamba.decodeRequest({ messages: [hello], ...members }, context)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message: malformed(told) }),
  );
});

test('images are refused, and a schema is left out', () => {
  const image = { image: { format: 'png', source: { bytes: Buffer.of(1) } } } as const;
  expect(() =>
    jamba.encodeRequest({ messages: [{ role: 'user', content: [image] }] }, context),
  ).toThrow('the image content block');
  const jsonSchema = { schema: '{}' };
  const outputConfig = { textFormat: { type: 'json_schema', structure: { jsonSchema } } } as const;
  expect(jamba.encodeRequest({ messages: [], outputConfig }, context).losses).toMatchObject([
    { member: 'outputConfig.textFormat', handling: 'left out' },
  ]);
  expect([...jamba.carries]).toEqual(['stopSequences', 'system', 'tools']);
});

test('the last chunk counts', () => {
  const encoder = jamba.createStreamEncoder(context);
  const counted = { inputTokens: 7, outputTokens: 3, totalTokens: 10 };
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'Hi' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: counted, metrics: { latencyMs: 5 } } },
  ];
  const chunks = pushAll(events, encoder);
  const id = 'chatcmpl-0123456789abcdef01234567';
  const chunk = (delta: object, reason: string | null = null) => ({
    id,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  expect(chunks).toEqual([
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hi' }),
    {
      ...chunk({}, 'stop'),
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    },
  ]);
});
