// Requests of OpenAI's format, member by member, both ways, and how they are refused.

import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import type { Conversation, Family, FamilyContext } from './family.ts';
import type { JsonObject } from './native-json.ts';
import { openaiChat } from './openai-chat.ts';

const context: FamilyContext = { modelId: 'openai.gpt-oss-20b-1:0', maxTokens: 9 };
const hello: JsonObject = { role: 'user', content: 'Hello' };
const user: Message = { role: 'user', content: [{ text: 'Hello' }] };

function decode(native: JsonObject, family: Family = openaiChat): Conversation {
  return family.decodeRequest({ messages: [hello], ...native }, context).value;
}

function encode(request: Conversation, family: Family = openaiChat): JsonObject {
  return family.encodeRequest({ messages: [user], ...request }, context).value;
}

function lossesOf(request: Conversation, family: Family = openaiChat): readonly string[] {
  const { losses } = family.encodeRequest({ messages: [user], ...request }, context);
  return losses.map(({ member, handling }) => `${member} ${handling}`);
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const functionTool = {
  type: 'function',
  function: { name: 'weather', description: 'The weather', parameters, strict: true },
};
const toolSpec = {
  name: 'weather',
  description: 'The weather',
  inputSchema: { json: parameters },
  strict: true,
};

// What is the same in both ways.
test.each<[string, JsonObject, Conversation]>([
  ['tokens', { max_tokens: 5 }, { inferenceConfig: { maxTokens: 5 } }],
  ['a temperature', { temperature: 0 }, { inferenceConfig: { temperature: 0 } }],
  ['top p', { top_p: 0.9 }, { inferenceConfig: { topP: 0.9 } }],
  ['stop sequences', { stop: ['END', '#'] }, { inferenceConfig: { stopSequences: ['END', '#'] } }],
  ['an effort', { reasoning_effort: 'low' }, { outputConfig: { effort: 'low' } }],
  ['a tier', { service_tier: 'flex' }, { serviceTier: { type: 'flex' } }],
  ['tools', { tools: [functionTool] }, { toolConfig: { tools: [{ toolSpec }] } }],
  [
    'a free choice',
    { tools: [functionTool], tool_choice: 'auto' },
    { toolConfig: { tools: [{ toolSpec }], toolChoice: { auto: {} } } },
  ],
  [
    'a forced choice',
    { tools: [functionTool], tool_choice: 'required' },
    { toolConfig: { tools: [{ toolSpec }], toolChoice: { any: {} } } },
  ],
  [
    'the choice of a tool',
    { tools: [functionTool], tool_choice: { type: 'function', function: { name: 'weather' } } },
    { toolConfig: { tools: [{ toolSpec }], toolChoice: { tool: { name: 'weather' } } } },
  ],
  [
    'the choice of none',
    { tools: [functionTool], tool_choice: 'none' },
    {
      toolConfig: { tools: [{ toolSpec }] },
      additionalModelRequestFields: { tool_choice: 'none' },
    },
  ],
  [
    'a choice of some tools',
    { tools: [functionTool], tool_choice: { type: 'allowed_tools', allowed_tools: {} } },
    {
      toolConfig: { tools: [{ toolSpec }] },
      additionalModelRequestFields: {
        tool_choice: { type: 'allowed_tools', allowed_tools: {} },
      },
    },
  ],
  [
    'a tool of the server, and a member that tools have there',
    {
      tools: [{ ...functionTool, cached: true }, { type: 'web_search' }],
    },
    {
      toolConfig: { tools: [{ toolSpec }] },
      additionalModelRequestFields: {
        tools: [{ cached: true, function: { name: 'weather' } }, { type: 'web_search' }],
      },
    },
  ],
  [
    'a schema',
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'city', description: 'A city', schema: parameters, strict: true },
      },
    },
    {
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: {
            jsonSchema: {
              schema: JSON.stringify(parameters),
              name: 'city',
              description: 'A city',
            },
          },
        },
      },
    },
  ],
  [
    'what Converse has no member for',
    {
      seed: 7,
      logit_bias: { '1': 2 },
      parallel_tool_calls: false,
      response_format: { type: 'json_object' },
      service_tier: 'auto',
      top_k: 3,
    },
    {
      additionalModelRequestFields: {
        seed: 7,
        logit_bias: { '1': 2 },
        parallel_tool_calls: false,
        response_format: { type: 'json_object' },
        service_tier: 'auto',
        top_k: 3,
      },
    },
  ],
])('%s: carried both ways', (_name, members, conversation) => {
  expect(decode(members)).toEqual({ messages: [user], ...conversation });
  expect(encode(conversation)).toEqual({ model: context.modelId, messages: [hello], ...members });
  expect(lossesOf(conversation)).toEqual([]);
});

const result = (content: readonly object[], status?: 'error'): ContentBlock =>
  ({ toolResult: { toolUseId: 'call_1', content, ...(status && { status }) } }) as ContentBlock;
const call = { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Rome' } } };
const nativeCall = {
  id: 'call_1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Rome"}' },
};
const image: ContentBlock = {
  image: { format: 'png', source: { bytes: Buffer.from('image') } },
};
const imagePart = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${Buffer.from('image').toString('base64')}` },
};
const textPart = (text: string) => ({ type: 'text', text });

test.each<[string, readonly JsonObject[], readonly Message[]]>([
  [
    'texts and images',
    [{ role: 'user', content: [textPart('a'), imagePart, textPart('b')] }],
    [{ role: 'user', content: [{ text: 'a' }, image, { text: 'b' }] }],
  ],
  [
    'an image alone',
    [{ role: 'user', content: [imagePart] }],
    [{ role: 'user', content: [image] }],
  ],
  [
    'a sound',
    [
      {
        role: 'user',
        content: [{ type: 'input_audio', input_audio: { data: 'AAEC', format: 'wav' } }],
      },
    ],
    [
      {
        role: 'user',
        content: [{ audio: { format: 'wav', source: { bytes: Buffer.from([0, 1, 2]) } } }],
      },
    ],
  ],
  [
    'an answer and its reasoning',
    [hello, { role: 'assistant', content: 'Hi', reasoning_content: 'A greeting.' }, hello],
    [
      user,
      {
        role: 'assistant',
        content: [{ reasoningContent: { reasoningText: { text: 'A greeting.' } } }, { text: 'Hi' }],
      },
      user,
    ],
  ],
  [
    'calls, their results and words after them',
    [
      hello,
      { role: 'assistant', content: null, tool_calls: [nativeCall, { ...nativeCall, id: 'b' }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
      { role: 'tool', tool_call_id: 'b', content: '' },
      { role: 'user', content: 'And then?' },
    ],
    [
      user,
      {
        role: 'assistant',
        content: [call, { toolUse: { ...call.toolUse, toolUseId: 'b' } }],
      },
      {
        role: 'user',
        content: [
          result([{ text: 'Sunny' }]),
          { toolResult: { toolUseId: 'b', content: [] } },
          { text: 'And then?' },
        ],
      },
    ],
  ],
  [
    'what the system says later',
    [hello, { role: 'system', content: 'Be brief.' }, hello],
    [user, { role: 'system', content: [{ text: 'Be brief.' }] }, user],
  ],
])('messages: %s, carried both ways', (_name, natives, messages) => {
  expect(decode({ messages: natives }).messages).toEqual(messages);
  expect(encode({ messages })['messages']).toEqual(natives);
  expect(lossesOf({ messages })).toEqual([]);
});

// What is read besides, and comes out otherwise.
test.each<[string, JsonObject, Conversation]>([
  ['the newer maximum', { max_completion_tokens: 5 }, { inferenceConfig: { maxTokens: 5 } }],
  ['one stop sequence', { stop: 'END' }, { inferenceConfig: { stopSequences: ['END'] } }],
  [
    'null, which says nothing',
    { max_tokens: null, stop: null, seed: null, reasoning_effort: null, response_format: null },
    {},
  ],
  ['what the operation says', { stream: true, stream_options: { include_usage: true } }, {}],
  ['text as the format', { response_format: { type: 'text' } }, {}],
  ['the model', { model: context.modelId }, {}],
  [
    'a tool without parameters or description',
    { tools: [{ type: 'function', function: { name: 'now', description: '' } }] },
    {
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'now',
              inputSchema: { json: { type: 'object', properties: {} } },
            },
          },
        ],
      },
    },
  ],
  [
    'texts of the developer and the system',
    {
      messages: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'system', content: [textPart('Be'), textPart('brief.')] },
        hello,
      ],
    },
    { system: [{ text: 'Be kind.' }, { text: 'Be' }, { text: 'brief.' }] },
  ],
])('%s is read', (_name, native, conversation) => {
  expect(decode(native)).toEqual({ messages: [user], ...conversation });
});

test.each<[string, JsonObject, readonly ContentBlock[]]>([
  ['an answer of nothing', { content: '' }, []],
  ['a refusal', { content: null, refusal: 'No.' }, [{ text: 'No.' }]],
  ['a refusal as a part', { content: [{ type: 'refusal', refusal: 'No.' }] }, [{ text: 'No.' }]],
  [
    'reasoning under its other name',
    { content: 'Hi', reasoning: 'Well.' },
    [{ reasoningContent: { reasoningText: { text: 'Well.' } } }, { text: 'Hi' }],
  ],
  ['tags, which are text here', { content: '<think>a</think>b' }, [{ text: '<think>a</think>b' }]],
  ['arguments as JSON', { tool_calls: [withArguments({ city: 'Rome' })] }, [call]],
  [
    'no arguments',
    { tool_calls: [withArguments('')] },
    [{ toolUse: { ...call.toolUse, input: {} } }],
  ],
])("the assistant's message: %s", (_name, members, content) => {
  const messages = [hello, { role: 'assistant', ...members }, hello];
  expect(decode({ messages }).messages?.[1]).toEqual({ role: 'assistant', content });
});

function withArguments(given: unknown): JsonObject {
  return { id: 'call_1', type: 'function', function: { name: 'weather', arguments: given } };
}

test('an image in the result of a tool is read', () => {
  const messages = [{ role: 'tool', tool_call_id: 'call_1', content: [textPart('a'), imagePart] }];
  expect(decode({ messages }).messages).toEqual([
    { role: 'user', content: [result([{ text: 'a' }, image])] },
  ]);
});

test('what has no place in Converse is told', () => {
  const detailed = { ...imagePart, image_url: { ...imagePart.image_url, detail: 'low' } };
  const format = { type: 'json_schema', json_schema: { schema: parameters, strict: false } };
  const native = {
    model: 'another',
    max_tokens: 1,
    max_completion_tokens: 2,
    response_format: format,
    messages: [
      { role: 'user', name: 'Ann', content: [{ ...textPart('a'), cache_control: {} }, detailed] },
      {
        role: 'assistant',
        annotations: [],
        audio: null,
        prefix: true,
        tool_calls: [{ ...nativeCall, extra_content: {} }],
      },
    ],
  };
  const { losses } = openaiChat.decodeRequest(native, context);
  expect(losses.map(({ member, handling }) => `${member} ${handling}`)).toEqual([
    'model left out',
    'messages.0.name left out',
    'messages.0.content.0.cache_control left out',
    'messages.0.content.1.image_url.detail left out',
    'messages.1.prefix left out',
    'messages.1.tool_calls.0.extra_content left out',
    'response_format.json_schema.strict changed',
    'max_tokens left out',
  ]);
});
