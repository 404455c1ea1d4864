// Requests of Converse in OpenAI's format: what is lost, what is refused, and how servers differ.

import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../../protocol/api/types.generated.ts';
import type { Conversation, Family, FamilyContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createOpenaiChat, openaiChat } from '../openai-chat.ts';

const context: FamilyContext = { modelId: 'openai.gpt-oss-20b-1:0', maxTokens: 9 };
const hello: JsonObject = { role: 'user', content: 'Hello' };
const user: Message = { role: 'user', content: [{ text: 'Hello' }] };

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

const assistantOf = (content: readonly ContentBlock[]): Conversation => ({
  messages: [user, { role: 'assistant', content }, user],
});
const reasoned = (text: string, signature?: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text, ...(signature && { signature }) } },
});

test.each<[string, readonly ContentBlock[], JsonObject, readonly string[]]>([
  ['nothing', [{ cachePoint: { type: 'default' } }], { content: '' }, ['0.cachePoint left out']],
  ['two texts', [{ text: 'a' }, { text: 'b' }], { content: 'a\nb' }, ['changed']],
  [
    'a call before its text',
    [call, { text: 'a' }],
    { content: 'a', tool_calls: [nativeCall] },
    ['changed'],
  ],
  [
    'signed reasoning',
    [reasoned('a', 'c2ln'), { text: 'b' }],
    { content: 'b', reasoning_content: 'a' },
    ['0.reasoningContent.reasoningText.signature left out'],
  ],
  [
    'reasoning twice',
    [reasoned('a'), reasoned('b'), { text: 'c' }],
    { content: 'c', reasoning_content: 'a\nb' },
    ['changed'],
  ],
  [
    'hidden reasoning',
    [{ reasoningContent: { redactedContent: Buffer.from('a') } }, { text: 'b' }],
    { content: 'b' },
    ['0.reasoningContent.redactedContent left out'],
  ],
  [
    'a cited text',
    [{ citationsContent: { content: [{ text: 'a' }], citations: [] } }],
    { content: 'a' },
    ['0.citationsContent.citations left out'],
  ],
  [
    'a text that opens as reasoning does',
    [{ text: ' <think>a' }],
    { content: ' <think>a' },
    ['changed'],
  ],
])("the assistant's %s goes out with its losses", (_name, ...[content, members, told]) => {
  const request = assistantOf(content);
  const messages = encode(request)['messages'] as readonly JsonObject[];
  expect(messages[1]).toEqual({ role: 'assistant', ...members });
  const path = 'messages.1.content';
  expect(lossesOf(request)).toEqual(
    told.map((it) => (it === 'changed' ? `${path} changed` : `${path}.${it}`)),
  );
});

test.each<[string, readonly ContentBlock[], readonly JsonObject[], readonly string[]]>([
  [
    'a failed result',
    [result([{ text: 'No such city' }], 'error')],
    [{ role: 'tool', tool_call_id: 'call_1', content: 'Error: No such city' }],
    ['messages.0.content.0.toolResult.status changed'],
  ],
  [
    'a result of JSON and text',
    [result([{ json: { a: 1 } }, { text: 'b' }])],
    [{ role: 'tool', tool_call_id: 'call_1', content: '{"a":1}\nb' }],
    ['messages.0.content.0.toolResult.content changed'],
  ],
  [
    'an image as a result',
    [result([image]), { text: 'b' }],
    [
      {
        role: 'tool',
        tool_call_id: 'call_1',
        content: '(The image is in the next message.)',
      },
      {
        role: 'user',
        content: [textPart('The image of the tool result call_1:'), imagePart, textPart('b')],
      },
    ],
    ['messages.0.content.0.toolResult.content.0.image changed'],
  ],
  [
    'words before a result',
    [{ text: 'a' }, result([{ text: 'b' }])],
    [
      { role: 'tool', tool_call_id: 'call_1', content: 'b' },
      { role: 'user', content: 'a' },
    ],
    ['messages.0.content changed'],
  ],
  [
    'what is guarded',
    [
      { guardContent: { text: { text: 'a' } } },
      { guardContent: { image: { format: 'png', source: { bytes: Buffer.from('image') } } } },
    ],
    [{ role: 'user', content: [textPart('a'), imagePart] }],
    ['messages.0.content.0.guardContent changed', 'messages.0.content.1.guardContent changed'],
  ],
])("the user's %s goes out with its losses", (_name, ...[content, natives, told]) => {
  const request: Conversation = { messages: [{ role: 'user', content }] };
  expect(encode(request)['messages']).toEqual(natives);
  expect(lossesOf(request)).toEqual(told);
});

test('system texts are joined, and cache points left out', () => {
  const request: Conversation = {
    system: [{ text: 'a' }, { cachePoint: { type: 'default' } }, { text: 'b' }],
    toolConfig: { tools: [{ toolSpec }, { cachePoint: { type: 'default' } }] },
  };
  expect(encode(request)).toMatchObject({
    messages: [{ role: 'system', content: 'a\nb' }, hello],
    tools: [functionTool],
  });
  expect(lossesOf(request)).toEqual([
    'system.1.cachePoint left out',
    'system changed',
    'toolConfig.tools.1.cachePoint left out',
  ]);
});

const s3 = { s3Location: { uri: 's3://a/b' } };

test.each<[string, readonly ContentBlock[], string]>([
  ['a video', [{ video: { format: 'mp4', source: s3 } }], 'the video content block'],
  ['an image of S3', [{ image: { format: 'png', source: s3 } }], 'the s3Uri field'],
  ['a sound of S3', [{ audio: { format: 'wav', source: s3 } }], 'the s3Uri field'],
  [
    'another sound',
    [{ audio: { format: 'ogg', source: { bytes: Buffer.of(1) } } }],
    'the audio content',
  ],
  [
    'a document',
    [{ document: { name: 'a', source: { text: 'b' } } }],
    'the document content block',
  ],
  [
    'a result of a video',
    [result([{ video: { format: 'mp4', source: s3 } }])],
    'the video content block',
  ],
  [
    "a result of the maker's own tool",
    [{ toolResult: { toolUseId: 'a', content: [], type: 'web_search_tool_result' } }],
    'the toolResult.type field',
  ],
])('what the format lacks is refused: %s', (_name, content, told) => {
  expect(() => encode({ messages: [{ role: 'user', content }] })).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: expect.stringContaining(`This model doesn't support ${told}`),
    }),
  );
});

test('a schema that is no JSON is refused', () => {
  const textFormat = {
    type: 'json_schema',
    structure: { jsonSchema: { schema: '{' } },
  } as const;
  expect(() => encode({ outputConfig: { textFormat } })).toThrow('is not a JSON object');
});

test("a tool's additional members and tools of the server join the others", () => {
  const request: Conversation = {
    toolConfig: { tools: [{ toolSpec }] },
    additionalModelRequestFields: {
      tools: [{ function: { name: 'weather', extra: 1 } }, { type: 'web_search' }],
      reasoning_effort: 'high',
    },
    outputConfig: { effort: 'low' },
  };
  expect(encode(request)).toMatchObject({
    reasoning_effort: 'high',
    tools: [
      { ...functionTool, function: { ...functionTool.function, extra: 1 } },
      { type: 'web_search' },
    ],
  });
});

const bare = createOpenaiChat({
  namesModel: false,
  maxTokensMember: 'max_completion_tokens',
  developerRole: true,
  reasoningField: 'none',
  contentParts: false,
  carriesSchemas: false,
  carriesEffort: false,
});

test('a server that takes little is sent little, and that is told', () => {
  const request: Conversation = {
    system: [{ text: 'Be kind.' }],
    messages: [
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      { role: 'assistant', content: [reasoned('c'), { text: 'd' }] },
      user,
    ],
    inferenceConfig: { maxTokens: 5 },
    outputConfig: {
      effort: 'low',
      textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{}' } } },
    },
  };
  expect(encode(request, bare)).toEqual({
    messages: [
      { role: 'developer', content: 'Be kind.' },
      { role: 'user', content: 'a\nb' },
      { role: 'assistant', content: 'd' },
      hello,
    ],
    max_completion_tokens: 5,
  });
  expect(lossesOf(request, bare)).toEqual([
    'messages.0.content changed',
    'messages.1.content.0.reasoningContent left out',
    'outputConfig.textFormat left out',
    'outputConfig.effort left out',
  ]);
  expect([...bare.carries]).toEqual(['stopSequences', 'system', 'tools']);
  const imageRequest = { messages: [{ role: 'user', content: [image] }] } as const;
  expect(() => encode(imageRequest, bare)).toThrow('the image content block');
});

test('reasoning between tags is written to history, and read from it', () => {
  const tagged = createOpenaiChat({ reasoningField: 'think-tags' });
  const request = assistantOf([reasoned('a'), { text: 'b' }]);
  const native = encode(request, tagged);
  expect(native['messages']).toEqual([
    hello,
    { role: 'assistant', content: '<think>\na\n</think>\n\nb' },
    hello,
  ]);
  expect(tagged.decodeRequest(native, context).value).toEqual(request);
  expect(lossesOf(assistantOf([reasoned('a</think>'), { text: 'b' }]), tagged)).toEqual([
    'messages.1.content changed',
  ]);
});
