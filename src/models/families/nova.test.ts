import { expect, test } from 'vitest';
import type { ContentBlock } from '../../protocol/api/types.generated.ts';
import type { AnswerContext } from './family.ts';
import type { JsonObject } from './native-json.ts';
import { nova } from './nova.ts';

const context: AnswerContext = {
  modelId: 'amazon.nova-lite-v1:0',
  maxTokens: 10_000,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

const bytes = Buffer.from([255, 0, 62]);
const base64 = '/wA+';
const s3Location = { uri: 's3://bucket/key', bucketOwner: '123456789012' };
const toolUseId = 'tooluse_0000000000000000000001';

/** Blocks as Converse has them and as they are on the wire. */
const blocks: readonly (readonly [ContentBlock, JsonObject])[] = [
  [{ text: 'Hello' }, { text: 'Hello' }],
  [
    { image: { format: 'png', source: { bytes } } },
    { image: { format: 'png', source: { bytes: base64 } } },
  ],
  [
    { image: { format: 'webp', source: { s3Location } } },
    { image: { format: 'webp', source: { s3Location } } },
  ],
  [
    { video: { format: 'three_gp', source: { bytes } } },
    { video: { format: 'three_gp', source: { bytes: base64 } } },
  ],
  [
    { video: { format: 'mp4', source: { s3Location } } },
    { video: { format: 'mp4', source: { s3Location } } },
  ],
  [
    { audio: { format: 'mp3', source: { bytes } } },
    { audio: { format: 'mp3', source: { bytes: base64 } } },
  ],
  [
    { document: { format: 'pdf', name: 'Report', source: { bytes } } },
    { document: { format: 'pdf', name: 'Report', source: { bytes: base64 } } },
  ],
  [{ cachePoint: { type: 'default' } }, { cachePoint: { type: 'default' } }],
  [
    { toolUse: { toolUseId, name: 'add', input: { source: { bytes: 'left alone' } } } },
    { toolUse: { toolUseId, name: 'add', input: { source: { bytes: 'left alone' } } } },
  ],
  [
    {
      toolResult: {
        toolUseId,
        status: 'error',
        content: [
          { text: 'No' },
          { json: { source: { bytes: 'left alone' } } },
          { image: { format: 'png', source: { bytes } } },
        ],
      },
    },
    {
      toolResult: {
        toolUseId,
        status: 'error',
        content: [
          { text: 'No' },
          { json: { source: { bytes: 'left alone' } } },
          { image: { format: 'png', source: { bytes: base64 } } },
        ],
      },
    },
  ],
  [
    { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
    { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
  ],
  [
    { reasoningContent: { redactedContent: bytes } },
    { reasoningContent: { redactedContent: base64 } },
  ],
  [
    { citationsContent: { content: [{ text: 'Yes' }], citations: [{ title: 'A' }] } },
    { citationsContent: { content: [{ text: 'Yes' }], citations: [{ title: 'A' }] } },
  ],
];

test.each(blocks)('the block %j goes there and back', (block, native) => {
  const request = { messages: [{ role: 'user', content: [block] }] } as const;
  const encoded = nova.encodeRequest(request, context);
  expect(encoded).toEqual({
    value: {
      schemaVersion: 'messages-v1',
      messages: [{ role: 'user', content: [native] }],
    },
    losses: [],
  });
  expect(nova.decodeRequest(encoded.value, context)).toEqual({ value: request, losses: [] });
});

test('bytes that are a view of a longer buffer are encoded alone', () => {
  const view = new Uint8Array([1, 2, 255, 0, 62, 7]).subarray(2, 5);
  const image = { format: 'png', source: { bytes: view } } as const;
  const { value } = nova.encodeRequest(
    { messages: [{ role: 'user', content: [{ image }] }] },
    context,
  );
  expect(value['messages']).toEqual([
    { role: 'user', content: [{ image: { format: 'png', source: { bytes: base64 } } }] },
  ]);
});

const json = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const toolSpec = { name: 'get_weather', description: 'Tells it', inputSchema: { json } };

test('each member of a native request there and back', () => {
  const native = {
    schemaVersion: 'messages-v1',
    system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    inferenceConfig: {
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      stopSequences: ['END'],
      topK: 20,
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
    },
    toolConfig: {
      tools: [{ toolSpec }, { systemTool: { name: 'nova_grounding' } }],
      toolChoice: { tool: { name: 'get_weather' } },
    },
    somethingNew: { deep: [1] },
  };
  const { value, losses } = nova.decodeRequest(native, context);
  expect(losses).toEqual([]);
  expect(value).toEqual({
    system: native.system,
    messages: native.messages,
    inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    toolConfig: native.toolConfig,
    additionalModelRequestFields: {
      inferenceConfig: {
        topK: 20,
        reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
      },
      somethingNew: { deep: [1] },
    },
  });
  expect(nova.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

test.each([
  [{ max_new_tokens: 7 }, { inferenceConfig: { maxTokens: 7 } }],
  [{ max_new_tokens: 7, maxTokens: 8 }, { inferenceConfig: { maxTokens: 8 } }],
  [{ topK: 3 }, { additionalModelRequestFields: { inferenceConfig: { topK: 3 } } }],
  [{}, { inferenceConfig: {} }],
])('the inferenceConfig %j is read', (inferenceConfig, members) => {
  const { value } = nova.decodeRequest({ messages: [], inferenceConfig }, context);
  expect(value).toEqual({ messages: [], ...members });
});

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

function asked(...content: readonly unknown[]): JsonObject {
  return { messages: [{ role: 'user', content }] };
}

test.each<[JsonObject, string]>([
  [{}, '#: required key [messages] not found'],
  [{ messages: [], schemaVersion: 'v2' }, '#/schemaVersion: v2 is not a valid enum value'],
  [{ messages: [{ role: 'user' }] }, '#/messages/0: required key [content] not found'],
  [
    { messages: [{ role: 'system', content: [] }] },
    '#/messages/0/role: system is not a valid enum value',
  ],
  [
    { messages: [{ role: 'user', content: 'Hello' }] },
    '#/messages/0/content: expected type: JSONArray, found: String',
  ],
  [
    asked({ type: 'text', text: 'a' }),
    '#/messages/0/content/0: extraneous key [type] is not permitted',
  ],
  [asked({}), '#/messages/0/content/0: minimum size: [1], found: [0]'],
  [
    asked({ text: 'a', cachePoint: { type: 'default' } }),
    '#/messages/0/content/0: maximum size: [1], found: [2]',
  ],
  [
    asked({ image: { format: 'png', source: { bytes: 'no base64!' } } }),
    '#/messages/0/content/0/image/source/bytes: expected base64 text',
  ],
  [
    asked({ image: { format: 'bmp', source: { bytes: '' } } }),
    '#/messages/0/content/0/image/format: bmp is not a valid enum value',
  ],
  [
    asked({ toolResult: { toolUseId, content: [{ cachePoint: { type: 'default' } }] } }),
    '#/messages/0/content/0/toolResult/content/0: extraneous key [cachePoint] is not permitted',
  ],
  [
    { messages: [], inferenceConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e'] } },
    '#/inferenceConfig/stopSequences: expected maximum item count: 4, found: 5',
  ],
  [
    { messages: [], inferenceConfig: { maxTokens: '5' } },
    '#/inferenceConfig/maxTokens: expected type: Integer, found: String',
  ],
  [
    { messages: [], toolConfig: { tools: [] } },
    '#/toolConfig/tools: expected minimum item count: 1, found: 0',
  ],
  [
    {
      messages: [],
      toolConfig: {
        tools: [
          { toolSpec },
          { toolSpec: { name: 'add', inputSchema: { json: { ...json, $defs: {} } } } },
        ],
      },
    },
    '#/toolConfig/tools/1/toolSpec/inputSchema/json: extraneous key [$defs] is not permitted',
  ],
])('the body %j is refused', (native, told) => {
  expect(() => nova.decodeRequest(native, context)).toThrow(malformed(told));
});

test.each([
  [
    { $defs: {} },
    malformed(
      '#/toolConfig/tools/0/toolSpec/inputSchema/json: extraneous key [$defs] is not permitted',
    ),
  ],
  [
    { definitions: {} },
    malformed(
      '#/toolConfig/tools/0/toolSpec/inputSchema/json: extraneous key [definitions] is not permitted',
    ),
  ],
  [{ $defs: {}, definitions: {} }, malformed('2 schema violations found')],
])('a tool whose schema holds %j is refused', (further, message) => {
  const toolConfig = {
    tools: [{ toolSpec: { name: 'add', inputSchema: { json: { ...json, ...further } } } }],
  };
  expect(() => nova.encodeRequest({ messages: [], toolConfig }, context)).toThrow(
    `The model returned the following errors: ${message}`,
  );
});

test.each<[ContentBlock, string]>([
  [
    { toolResult: { toolUseId, content: [{ document: { name: 'a', source: { bytes } } }] } },
    'The model returned the following errors: Malformed input request: ' +
      '#/messages/0/content/0: extraneous key [toolResult] is not permitted, ' +
      'please reformat your input and try again.',
  ],
  [
    { searchResult: { source: 'a', title: 'b', content: [] } },
    "This model doesn't support the searchResult content block that you provided.",
  ],
  [
    { toolAddition: { tool: {} } },
    "This model doesn't support the toolAddition content block that you provided.",
  ],
])('the block %j is refused', (block, message) => {
  const request = { messages: [{ role: 'user', content: [block] }] } as const;
  expect(() => nova.encodeRequest(request, context)).toThrow(message);
});

test('what the format lacks is told, each by its path', () => {
  const source = { text: 'Once' };
  const citations = { enabled: true };
  const request = {
    messages: [
      {
        role: 'user',
        content: [
          { guardContent: { text: { text: 'Watch' } } },
          { document: { name: 'Tale', source, context: 'Old', citations } },
          { cachePoint: { type: 'default', ttl: '1h' } },
        ],
      },
    ],
    toolConfig: {
      tools: [{ toolSpec: { ...toolSpec, strict: true } }, { cachePoint: { type: 'default' } }],
    },
    outputConfig: { effort: 'low' },
  } as const;
  const { value, losses } = nova.encodeRequest(request, context);
  expect(value).toEqual({
    schemaVersion: 'messages-v1',
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Watch' },
          { document: { format: 'txt', name: 'Tale', source: { bytes: 'T25jZQ==' } } },
          { cachePoint: { type: 'default' } },
        ],
      },
    ],
    toolConfig: { tools: [{ toolSpec }] },
  });
  expect(losses.map(({ member, handling }) => [member, handling])).toEqual([
    ['outputConfig', 'left out'],
    ['messages.0.content.0.guardContent', 'changed'],
    ['messages.0.content.1.document.context', 'left out'],
    ['messages.0.content.1.document.citations', 'left out'],
    ['messages.0.content.1.document.source', 'changed'],
    ['messages.0.content.2.cachePoint.ttl', 'left out'],
    ['toolConfig.tools.0.toolSpec.strict', 'left out'],
    ['toolConfig.tools.1.cachePoint', 'left out'],
  ]);
});

test.each([
  [
    { inputTokens: 3, outputTokens: 4, totalTokens: 7, cacheReadInputTokenCount: 0 },
    { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
  ],
  [
    { inputTokens: 3, outputTokens: 4, totalTokens: 12, cacheReadInputTokenCount: 5 },
    { inputTokens: 3, outputTokens: 4, totalTokens: 12, cacheReadInputTokens: 5 },
  ],
  [
    { inputTokens: 3, outputTokens: 4, cacheWriteInputTokens: 6 },
    { inputTokens: 3, outputTokens: 4, totalTokens: 13, cacheWriteInputTokens: 6 },
  ],
])('the usage %j is read', (native, usage) => {
  const { value } = nova.decodeResponse({ usage: native, output: {} }, context);
  expect(value.usage).toEqual(usage);
});

test('an answer is read leniently: what is not known is passed over', () => {
  const content = [
    { text: 'Hi' },
    { hologram: {} },
    'odd',
    { toolUse: { toolUseId, name: 'a', input: {} } },
  ];
  const native = { output: { message: { role: 'assistant', content } }, somethingNew: 1 };
  expect(nova.decodeResponse(native, context)).toEqual({
    value: {
      output: {
        message: {
          role: 'assistant',
          content: [{ text: 'Hi' }, { toolUse: { toolUseId, name: 'a', input: {} } }],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      metrics: { latencyMs: 5 },
    },
    losses: [],
  });
});

test('an answer is written with the counts that Nova always gives', () => {
  const response = {
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    metrics: { latencyMs: 5 },
  } as const;
  expect(nova.encodeResponse(response, context).value).toEqual({
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'end_turn',
    usage: {
      inputTokens: 3,
      outputTokens: 4,
      totalTokens: 7,
      cacheReadInputTokenCount: 0,
      cacheWriteInputTokenCount: 0,
    },
  });
});
