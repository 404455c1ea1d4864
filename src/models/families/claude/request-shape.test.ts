// What is refused of a client's body, in the words reported from the service.

import { expect, test } from 'vitest';
import type { JsonObject } from '../native-json.ts';
import { checkRequestShape } from './request-shape.ts';

const version = 'bedrock-2023-05-31';
const hello = { role: 'user', content: 'Hi' };
const older = '#: subject must not be valid against schema {"required":["messages"]}';

function bodyOf(members: JsonObject): JsonObject {
  return { anthropic_version: version, max_tokens: 9, messages: [hello], ...members };
}

function withBlock(block: unknown): JsonObject {
  return bodyOf({ messages: [{ role: 'user', content: [block] }] });
}

function inResult(block: unknown): JsonObject {
  return withBlock({ type: 'tool_result', tool_use_id: 'a', content: [block] });
}

const at = '#/messages/0/content/0';

const refusals: readonly (readonly [string, JsonObject, string])[] = [
  [
    'no messages',
    { anthropic_version: version, max_tokens: 9 },
    '#: required key [messages] not found',
  ],
  [
    'a body of Converse',
    { messages: [hello], inferenceConfig: {} },
    `${older}#: required key [max_tokens] not found#: required key [anthropic_version] not found` +
      '#: extraneous key [inferenceConfig] is not permitted',
  ],
  ['a model', bodyOf({ model: 'm' }), `${older}#: extraneous key [model] is not permitted`],
  ['a stream', bodyOf({ stream: true }), `${older}#: extraneous key [stream] is not permitted`],
  [
    'a role',
    bodyOf({ messages: [{ role: 'tool', content: 'a' }] }),
    `${older}#/messages/0/role: tool is not a valid enum value`,
  ],
  [
    'no content',
    bodyOf({ messages: [{ role: 'user' }] }),
    `${older}#/messages/0: required key [content] not found`,
  ],
  ['no limit', bodyOf({ max_tokens: 0 }), `${older}#/max_tokens: 0 is not greater or equal to 1`],
  [
    'a high temperature',
    bodyOf({ temperature: 2 }),
    `${older}#/temperature: 2 is not less or equal to 1`,
  ],
  ['a block of Converse', withBlock({ text: 'a' }), `${older}${at}: required key [type] not found`],
  [
    'an unknown block',
    withBlock({ type: 'video' }),
    `${older}${at}/type: video is not a valid enum value`,
  ],
  [
    "a member of no format's",
    withBlock({ type: 'text', text: 'a', x: 1 }),
    `${older}${at}: extraneous key [x] is not permitted`,
  ],
  [
    'an image at an address',
    withBlock({ type: 'image', source: { type: 'url', url: 'https://example.com' } }),
    `${older}${at}/source: required key [media_type] not found` +
      `${at}/source: required key [data] not found${at}/source/type: url is not a valid enum value` +
      `${at}/source: extraneous key [url] is not permitted`,
  ],
  [
    'a call within a result',
    inResult({ type: 'tool_use', id: 'a', name: 'f', input: {} }),
    `${older}${at}/content/0/type: tool_use is not a valid enum value`,
  ],
  [
    'a block of Converse within a result',
    inResult({ text: 'a' }),
    `${older}${at}/content/0: required key [type] not found`,
  ],
  [
    'how long a cache point lasts',
    withBlock({ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1d' } }),
    `${older}${at}/cache_control/ttl: 1d is not a valid enum value`,
  ],
];

test.each(refusals)('%s is refused', (_name, native, told) => {
  const message = `Malformed input request: ${told}, please reformat your input and try again.`;
  expect(() => checkRequestShape(native)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

test("a body in Converse's format is told where it belongs", () => {
  expect(() => checkRequestShape({ messages: [], inferenceConfig: {} })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('call Converse') }),
  );
});

test('of many violations the first ten are told', () => {
  const content = Array.from({ length: 12 }, () => ({}));
  const body = bodyOf({ messages: [{ role: 'user', content }] });
  const message = /^(?:(?!content\/10).)*content\/9: required key \[type\] not found, please/;
  expect(() => checkRequestShape(body)).toThrow(message);
});

test('members that are null are as good as absent', () => {
  const block = { type: 'document', source: { type: 'text', data: 'a' } };
  const nothing = { title: null, context: null, citations: null, cache_control: null };
  expect(() => checkRequestShape(withBlock({ ...block, ...nothing }))).not.toThrow();
});
