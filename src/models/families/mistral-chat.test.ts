import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import type { AnswerContext, Conversation } from './family.ts';
import { mistralChat } from './mistral-chat.ts';
import type { JsonObject } from './native-json.ts';

const ask: Message = { role: 'user', content: [{ text: 'Hello' }] };
const nativeAsk = { role: 'user', content: 'Hello' };

const context: AnswerContext = {
  modelId: 'mistral.pixtral-large-2502-v1:0',
  maxTokens: 8192,
  request: { messages: [ask] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_1',
};

const bytes = Buffer.from([255, 0, 62]);
const url = 'data:image/png;base64,/wA+';
const call: ContentBlock = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } } };
const nativeCall = {
  id: 'VvvODy9mT',
  type: 'function',
  function: { name: 'add', arguments: '{"a":1}' },
};
const result = (content: readonly object[]) =>
  ({ toolResult: { toolUseId: 'VvvODy9mT', content } }) as ContentBlock;

/** Messages as Converse has them and as they are natively, each way. */
const both: readonly (readonly [string, readonly Message[], readonly JsonObject[]])[] = [
  ['a text', [ask], [nativeAsk]],
  [
    'texts and an image',
    [
      {
        role: 'user',
        content: [{ text: 'a' }, { image: { format: 'png', source: { bytes } } }, { text: 'b' }],
      },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: 'b' },
        ],
      },
    ],
  ],
  [
    'reasoning, text, a call and its result',
    [
      ask,
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm' } } },
          { text: 'I add.' },
          call,
        ],
      },
      { role: 'user', content: [result([{ json: { b: 2 } }]), { text: 'So?' }] },
    ],
    [
      nativeAsk,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
          { type: 'text', text: 'I add.' },
        ],
        tool_calls: [nativeCall],
      },
      { role: 'tool', tool_call_id: 'VvvODy9mT', content: '{"b": 2}' },
      { role: 'user', content: 'So?' },
    ],
  ],
  [
    'a call alone and a result that is text',
    [
      ask,
      { role: 'assistant', content: [call] },
      { role: 'user', content: [result([{ text: 'two' }])] },
    ],
    [
      nativeAsk,
      { role: 'assistant', content: '', tool_calls: [nativeCall] },
      { role: 'tool', tool_call_id: 'VvvODy9mT', content: 'two' },
    ],
  ],
  [
    'an answer that is begun',
    [ask, { role: 'assistant', content: [{ text: 'It is' }] }],
    [nativeAsk, { role: 'assistant', content: 'It is', prefix: true }],
  ],
  [
    'a system text between',
    [ask, { role: 'system', content: [{ text: 'Be loud.' }] }, ask],
    [nativeAsk, { role: 'system', content: 'Be loud.' }, nativeAsk],
  ],
];

test.each(both)('%s: carried there and back', (_name, messages, native) => {
  expect(mistralChat.encodeRequest({ messages }, context)).toEqual({
    value: { messages: native },
    losses: [],
  });
  expect(mistralChat.decodeRequest({ messages: native }, context)).toEqual({
    value: { messages },
    losses: [],
  });
});

const tool = {
  toolSpec: {
    name: 'add',
    description: 'Adds',
    inputSchema: { json: { type: 'object' } },
    strict: true,
  },
};
const nativeTool = {
  type: 'function',
  function: { name: 'add', description: 'Adds', parameters: { type: 'object' }, strict: true },
};
const structure = {
  jsonSchema: { schema: '{"type":"object"}', name: 'sum', description: 'A sum' },
};
const nativeFormat = {
  type: 'json_schema',
  json_schema: { name: 'sum', description: 'A sum', schema: { type: 'object' }, strict: true },
};

/** Members of a request beside its messages, each way. */
const members: readonly (readonly [string, Omit<Conversation, 'messages'>, JsonObject])[] = [
  [
    'settings',
    { inferenceConfig: { maxTokens: 40_000, temperature: 0.5, topP: 0.9, stopSequences: ['END'] } },
    { max_tokens: 40_000, temperature: 0.5, top_p: 0.9, stop: ['END'] },
  ],
  ['tools', { toolConfig: { tools: [tool] } }, { tools: [nativeTool] }],
  [
    'a choice of any tool',
    { toolConfig: { tools: [tool], toolChoice: { any: {} } } },
    { tools: [nativeTool], tool_choice: 'any' },
  ],
  [
    'a choice of one',
    { toolConfig: { tools: [tool], toolChoice: { tool: { name: 'add' } } } },
    { tools: [nativeTool], tool_choice: { type: 'function', function: { name: 'add' } } },
  ],
  [
    "the model's choice",
    { toolConfig: { tools: [tool], toolChoice: { auto: {} } } },
    { tools: [nativeTool], tool_choice: 'auto' },
  ],
  [
    'no choice at all',
    { toolConfig: { tools: [tool] }, additionalModelRequestFields: { tool_choice: 'none' } },
    { tools: [nativeTool], tool_choice: 'none' },
  ],
  [
    'a schema',
    { outputConfig: { textFormat: { type: 'json_schema', structure } } },
    { response_format: nativeFormat },
  ],
  [
    'a schema that is a wish',
    {
      outputConfig: { textFormat: { type: 'json_schema', structure } },
      additionalModelRequestFields: { response_format: { json_schema: { strict: false } } },
    },
    {
      response_format: {
        ...nativeFormat,
        json_schema: { ...nativeFormat.json_schema, strict: false },
      },
    },
  ],
  [
    'JSON of any schema',
    { additionalModelRequestFields: { response_format: { type: 'json_object' } } },
    { response_format: { type: 'json_object' } },
  ],
  [
    'what Converse has no member for',
    {
      additionalModelRequestFields: {
        frequency_penalty: 0.5,
        n: 1,
        parallel_tool_calls: false,
        presence_penalty: -0.5,
        prompt_mode: 'reasoning',
        random_seed: 7,
        reasoning_effort: 'high',
        safe_prompt: true,
      },
    },
    {
      frequency_penalty: 0.5,
      n: 1,
      parallel_tool_calls: false,
      presence_penalty: -0.5,
      prompt_mode: 'reasoning',
      random_seed: 7,
      reasoning_effort: 'high',
      safe_prompt: true,
    },
  ],
];

test.each(members)('%s: carried there and back', (_name, rest, native) => {
  const request = { messages: [ask], ...rest };
  expect(mistralChat.encodeRequest(request, context)).toEqual({
    value: { messages: [nativeAsk], ...native },
    losses: [],
  });
  expect(mistralChat.decodeRequest({ messages: [nativeAsk], ...native }, context)).toEqual({
    value: request,
    losses: [],
  });
});

/** Forms that the makers' API takes, too. */
const lenient: readonly (readonly [string, JsonObject, object])[] = [
  ['members that are null', { stop: null, tools: null }, {}],
  ['one stop sequence', { stop: 'END' }, { inferenceConfig: { stopSequences: ['END'] } }],
  [
    'the other word for any tool',
    { tools: [nativeTool], tool_choice: 'required' },
    { toolConfig: { tools: [tool], toolChoice: { any: {} } } },
  ],
  [
    'a tool without its parameters',
    { tools: [{ function: { name: 'add' } }] },
    { toolConfig: { tools: [{ toolSpec: { name: 'add', inputSchema: { json: {} } } }] } },
  ],
];

test.each(lenient)('%s: read', (_name, native, rest) => {
  const { value } = mistralChat.decodeRequest({ messages: [nativeAsk], ...native }, context);
  expect(value).toEqual({ messages: [ask], ...rest });
});

test('the first system texts are those of the request', () => {
  const messages = [
    { role: 'system', content: 'a' },
    { role: 'system', content: [{ type: 'text', text: 'b' }] },
    nativeAsk,
  ];
  expect(mistralChat.decodeRequest({ messages }, context).value).toEqual({
    system: [{ text: 'a' }, { text: 'b' }],
    messages: [ask],
  });
});

test('content that is null, inputs that are objects and calls without IDs are read', () => {
  const messages = [
    nativeAsk,
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ function: { name: 'add', arguments: { a: 1 } } }],
    },
    { role: 'tool', tool_call_id: 'call00000', name: 'add', content: '2' },
  ];
  expect(mistralChat.decodeRequest({ messages }, context).value.messages?.slice(1)).toEqual([
    {
      role: 'assistant',
      content: [{ toolUse: { toolUseId: 'call00000', name: 'add', input: { a: 1 } } }],
    },
    {
      role: 'user',
      content: [{ toolResult: { toolUseId: 'call00000', content: [{ text: '2' }] } }],
    },
  ]);
});

test('what a native request says and Converse has no place for is told', () => {
  const messages = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url, detail: 'low' } }] },
    { role: 'assistant', content: 'a', prefix: true },
    {
      role: 'assistant',
      content: [{ type: 'thinking', thinking: 'Hm', closed: false }],
      prefix: true,
    },
  ];
  const { losses } = mistralChat.decodeRequest({ messages }, context);
  expect(losses.map(({ member, handling }) => [member, handling])).toEqual([
    ['messages.0.content.0.image_url.detail', 'left out'],
    ['messages.1.prefix', 'left out'],
    ['messages.2.content.0.closed', 'left out'],
  ]);
});

const shape = (violation: string) =>
  `Malformed input request: ${violation}, please reformat your input and try again.`;
const badUrl =
  'The format of the value at messages.0.content.0.image_url is invalid. ' +
  'Provide a base64 data URL of a png, jpeg, gif or webp image and try again.';
const badInput =
  'The format of the value at messages.0.tool_calls.0.function.arguments is invalid. ' +
  'Provide a json object for the field and try again.';
const asking = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const calling = (input: unknown) => ({
  messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'add', arguments: input } }] }],
});

const refused: readonly (readonly [JsonObject, string])[] = [
  [{}, shape('#: required key [messages] not found')],
  [{ messages: [] }, shape('#/messages: expected minimum item count: 1, found: 0')],
  [{ messages: [{}] }, shape('#/messages/0: required key [role] not found')],
  [
    { messages: [{ role: 'bot', content: 'a' }] },
    shape('#/messages/0/role: bot is not a valid enum value'),
  ],
  [asking(1), shape('#/messages/0/content: expected type: String, found: Integer')],
  [
    asking([{ type: 'video_url' }]),
    shape('#/messages/0/content/0/type: video_url is not a valid enum value'),
  ],
  [
    asking([{ type: 'text', text: 'a', cache: true }]),
    shape('#/messages/0/content/0: extraneous key [cache] is not permitted'),
  ],
  [
    { messages: [{ role: 'tool', content: 'a' }] },
    shape('#/messages/0: required key [tool_call_id] not found'),
  ],
  [{ messages: [nativeAsk], model: 'a' }, shape('#: extraneous key [model] is not permitted')],
  [{ messages: [nativeAsk], n: 2 }, shape('#/n: 2 is not less or equal to 1')],
  [{ messages: [nativeAsk], max_tokens: 0 }, shape('#/max_tokens: 0 is not greater or equal to 1')],
  [
    { messages: [nativeAsk], tool_choice: 'some' },
    shape('#/tool_choice: some is not a valid enum value'),
  ],
  [asking([{ type: 'image_url', image_url: 'https://example.com/a.png' }]), badUrl],
  [asking([{ type: 'image_url', image_url: 'data:image/tiff;base64,AA==' }]), badUrl],
  [calling('{"a": 1'), badInput],
  [calling('[1]'), badInput],
];

test.each(refused)('%j is refused in the words of the service', (native, message) => {
  expect(() => mistralChat.decodeRequest(native, context)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});
