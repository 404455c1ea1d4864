// Refusals of a client's request in OpenAI's format, in the service's words.

import { expect, test } from 'vitest';
import type { FamilyContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { openaiChat } from '../openai-chat.ts';

const context: FamilyContext = { modelId: 'openai.gpt-oss-20b-1:0', maxTokens: 9 };
const hello: JsonObject = { role: 'user', content: 'Hello' };
const imagePart = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${Buffer.from('image').toString('base64')}` },
};

function withArguments(given: unknown): JsonObject {
  return { id: 'call_1', type: 'function', function: { name: 'weather', arguments: given } };
}

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

test.each<[string, JsonObject, string]>([
  ['no messages', { messages: undefined }, malformed('#: required key [messages] not found')],
  [
    'an empty list',
    { messages: [] },
    malformed('#/messages: expected minimum item count: 1, found: 0'),
  ],
  [
    'a role of old',
    { messages: [{ role: 'function', content: 'a' }] },
    malformed('#/messages/0/role: function is not a valid enum value'),
  ],
  [
    'no role',
    { messages: [{ content: 'a' }] },
    malformed('#/messages/0: required key [role] not found'),
  ],
  [
    'no content',
    { messages: [{ role: 'user' }] },
    malformed('#/messages/0: required key [content] not found'),
  ],
  [
    'a result of no call',
    { messages: [hello, { role: 'tool', content: 'a' }] },
    malformed('#/messages/1: required key [tool_call_id] not found'),
  ],
  [
    'a call of old',
    { messages: [{ role: 'assistant', content: null, function_call: { name: 'a' } }] },
    malformed('#/messages/0/function_call: expected type: Null, found: JSONObject'),
  ],
  ['too warm', { temperature: 3 }, malformed('#/temperature: 3 is not less or equal to 2')],
  [
    'no whole number',
    { max_tokens: 1.5 },
    malformed('#/max_tokens: expected type: Integer, found: BigDecimal'),
  ],
  ['two mistakes', { max_tokens: 0, top_p: 2 }, malformed('2 schema violations found')],
  [
    'a tool without a name',
    { tools: [{ type: 'function', function: {} }] },
    malformed('#/tools/0/function: required key [name] not found'),
  ],
  [
    'arguments that are no JSON',
    { messages: [{ role: 'assistant', tool_calls: [withArguments('{"a')] }] },
    'The format of the value at messages.0.tool_calls.0.function.arguments is invalid. ' +
      'Provide a json object for the field and try again.',
  ],
  [
    'arguments that are no object',
    { messages: [{ role: 'assistant', tool_calls: [withArguments('[1]')] }] },
    'The format of the value at messages.0.tool_calls.0.function.arguments is invalid. ' +
      'Provide a json object for the field and try again.',
  ],
  [
    'an image of the system',
    { messages: [{ role: 'system', content: [imagePart] }] },
    'The value at messages.0.content.0 is not allowed in a message of this role. ' +
      'Remove it and try again.',
  ],
  [
    'a sound of a tool',
    {
      messages: [
        {
          role: 'tool',
          tool_call_id: 'a',
          content: [{ type: 'input_audio', input_audio: { data: 'AAEC', format: 'wav' } }],
        },
      ],
    },
    'The value at messages.0.content.0 is not allowed in a message of this role. ' +
      'Remove it and try again.',
  ],
  [
    'a part of another kind',
    { messages: [{ role: 'user', content: [{ type: 'video_url' }] }] },
    'The value at messages.0.content.0.type is not valid. ' +
      'Provide one of text, image_url, input_audio, file, refusal and try again.',
  ],
])('refused: %s', (_name, native, message) => {
  const body = JSON.parse(JSON.stringify({ messages: [hello], ...native })) as JsonObject;
  expect(() => openaiChat.decodeRequest(body, context)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});
