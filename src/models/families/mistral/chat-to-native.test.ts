import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import { mistralChat } from '../mistral-chat.ts';
import type { JsonObject } from '../native-json.ts';

const context = { modelId: 'mistral.pixtral-large-2502-v1:0', maxTokens: 8192 };
const ask: Message = { role: 'user', content: [{ text: 'Hello' }] };
const bytes = Buffer.from([255, 0, 62]);
const call: ContentBlock = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } } };
const result = (content: readonly object[], more: object = {}) =>
  ({ toolResult: { toolUseId: 'VvvODy9mT', content, ...more } }) as ContentBlock;
const tool = { toolSpec: { name: 'add', inputSchema: { json: { type: 'object' } } } };

const exchange = (...content: readonly ContentBlock[]): Conversation => ({
  messages: [ask, { role: 'assistant', content: [call] }, { role: 'user', content }],
});

const lost: readonly (readonly [string, Conversation, readonly (readonly [string, string])[]])[] = [
  [
    'an effort',
    { messages: [ask], outputConfig: { effort: 'high' } },
    [['outputConfig.effort', 'left out']],
  ],
  [
    'cache points',
    {
      messages: [{ role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] }],
      system: [{ text: 'a' }, { cachePoint: { type: 'default' } }],
      toolConfig: { tools: [tool, { cachePoint: { type: 'default' } }] },
    },
    [
      ['messages.0.content.1.cachePoint', 'left out'],
      ['system.1.cachePoint', 'left out'],
      ['toolConfig.tools.1.cachePoint', 'left out'],
    ],
  ],
  [
    'a signature and what is redacted',
    {
      messages: [
        ask,
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
            { reasoningContent: { redactedContent: bytes } },
            { text: 'a' },
          ],
        },
        ask,
      ],
    },
    [
      ['messages.1.content.0.reasoningContent.reasoningText.signature', 'left out'],
      ['messages.1.content.1.reasoningContent', 'left out'],
    ],
  ],
  [
    'the status of a result',
    exchange(result([{ text: 'a' }], { status: 'error' })),
    [['messages.2.content.0.toolResult.status', 'left out']],
  ],
  ['success', exchange(result([{ text: 'a' }], { status: 'success' })), []],
  [
    'text before a result',
    exchange({ text: 'So:' }, result([{ text: 'a' }])),
    [['messages.2.content', 'changed']],
  ],
  [
    'text after a call',
    { messages: [ask, { role: 'assistant', content: [call, { text: 'a' }] }, ask] },
    [['messages.1.content', 'changed']],
  ],
];

test.each(lost)('%s: what is lost of it is told', (_name, request, losses) => {
  const told = mistralChat.encodeRequest(request, context).losses;
  expect(told.map(({ member, handling }) => [member, handling])).toEqual(losses);
});

test.each([
  [
    { image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key' } } } },
    "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
  ],
  [
    { document: { format: 'pdf', name: 'Report', source: { bytes } } },
    "This model doesn't support the document content block that you provided. " +
      'Update the content block and try again.',
  ],
] as const)('%j is refused', (block, message) => {
  const request: Conversation = { messages: [{ role: 'user', content: [block] }] };
  expect(() => mistralChat.encodeRequest(request, context)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

test('a schema that is no JSON object is refused', () => {
  const textFormat = {
    type: 'json_schema',
    structure: { jsonSchema: { schema: '[1]' } },
  } as const;
  expect(() =>
    mistralChat.encodeRequest({ messages: [ask], outputConfig: { textFormat } }, context),
  ).toThrow(
    'The format of the value at outputConfig.textFormat.structure.jsonSchema.schema is invalid.',
  );
});

test('the IDs of Converse become nine letters and digits, the same in call and result', () => {
  const toolUseId = 'tooluse_W9DaUFg4Tj2cRPpndqxWSg';
  const messages: readonly Message[] = [
    ask,
    { role: 'assistant', content: [{ toolUse: { toolUseId, name: 'add', input: {} } }] },
    { role: 'user', content: [{ toolResult: { toolUseId, content: [{ text: 'a' }] } }] },
  ];
  const native = mistralChat.encodeRequest({ messages }, context).value['messages'];
  const id = expect.stringMatching(/^[A-Za-z0-9]{9}$/) as string;
  expect(native).toMatchObject([{ role: 'user' }, { tool_calls: [{ id }] }, { tool_call_id: id }]);
  const [, assistant, tool] = native as readonly [
    unknown,
    { tool_calls: [{ id: string }] },
    JsonObject,
  ];
  expect(tool['tool_call_id']).toBe(assistant.tool_calls[0].id);
});

test('a cache point among the tools leaves no trace', () => {
  const toolConfig = { tools: [tool, { cachePoint: { type: 'default' } }] } as const;
  const { value } = mistralChat.encodeRequest({ messages: [ask], toolConfig }, context);
  expect(value['tools']).toEqual([
    { type: 'function', function: { name: 'add', parameters: { type: 'object' } } },
  ]);
});

test('an answer of which nothing is left is left out', () => {
  const content = [{ reasoningContent: { redactedContent: bytes } }];
  const messages: readonly Message[] = [ask, { role: 'assistant', content }, ask];
  const { value } = mistralChat.encodeRequest({ messages }, context);
  const native = { role: 'user', content: 'Hello' };
  expect(value['messages']).toEqual([native, native]);
});

test('messages of one role stay apart, but for a result and what is said with it', () => {
  const native = { role: 'user', content: 'Hello' };
  const { value } = mistralChat.decodeRequest({ messages: [native, native] }, context);
  expect(value.messages).toEqual([ask, ask]);
});
