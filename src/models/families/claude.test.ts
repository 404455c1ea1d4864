// Requests of Claude: every member, native and Converse, and what is told or refused.

import { expect, test } from 'vitest';
import type { ContentBlock } from '../../protocol/api/types.generated.ts';
import { claude } from './claude.ts';
import type { Conversation } from './family.ts';
import type { JsonObject } from './native-json.ts';

const context = { modelId: 'anthropic.claude-sonnet-4-20250514-v1:0', maxTokens: 64_000 };
const bytes = Buffer.from('%PDF-1.7');

function encode(request: Conversation) {
  return claude.encodeRequest(request, context);
}

function decode(native: JsonObject) {
  return claude.decodeRequest(native, context);
}

/** A body with what every body has. */
function bodyOf(members: JsonObject): JsonObject {
  const messages = [{ role: 'user', content: 'Hi' }];
  return { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages, ...members };
}

test('the members of a request are the same in both formats', () => {
  const schema = { type: 'object', properties: {} };
  const request: Conversation = {
    system: [{ text: 'Be kind.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ text: 'Hi' }, { cachePoint: { type: 'default' } }] },
      { role: 'system', content: [{ text: 'Be brief.' }] },
    ],
    inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    toolConfig: {
      tools: [
        { toolSpec: { name: 'f', description: 'F', inputSchema: { json: schema }, strict: true } },
        { cachePoint: { type: 'default', ttl: '5m' } },
      ],
      toolChoice: { tool: { name: 'f' } },
    },
    outputConfig: {
      effort: 'high',
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: JSON.stringify(schema) } },
      },
    },
    additionalModelRequestFields: {
      anthropic_beta: ['b'],
      top_k: 3,
      thinking: { type: 'adaptive' },
      metadata: { user_id: 'u' },
      tool_choice: { disable_parallel_tool_use: true },
    },
  };
  const native = {
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: ['b'],
    max_tokens: 9,
    system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      {
        role: 'user',
        content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }],
      },
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    ],
    temperature: 0.5,
    top_p: 0.9,
    top_k: 3,
    stop_sequences: ['END'],
    tools: [
      {
        name: 'f',
        description: 'F',
        input_schema: schema,
        strict: true,
        cache_control: { type: 'ephemeral', ttl: '5m' },
      },
    ],
    tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    output_config: { effort: 'high', format: { type: 'json_schema', schema } },
    thinking: { type: 'adaptive' },
    metadata: { user_id: 'u' },
  };
  expect(encode(request)).toEqual({ value: native, losses: [] });
  const asked = { ...request, additionalModelResponseFieldPaths: ['/stop_sequence'] };
  expect(decode(native)).toEqual({ value: asked, losses: [] });
});

// Native members that Converse has no member for.
const survivors: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ['no tool at all', { tool_choice: { type: 'none' } }, { tool_choice: { type: 'none' } }],
  [
    'versioned tools',
    { tools: [{ type: 'bash_20250124', name: 'bash' }], tool_choice: { type: 'any' } },
    { tools: [{ type: 'bash_20250124', name: 'bash' }], tool_choice: { type: 'any' } },
  ],
  [
    'a format that is no schema, beside an effort',
    { output_config: { format: { type: 'text' }, effort: 'low', task_budget: 1 } },
    { output_config: { format: { type: 'text' }, task_budget: 1 } },
  ],
  [
    'a cache for the whole request',
    { cache_control: { type: 'ephemeral' } },
    { cache_control: { type: 'ephemeral' } },
  ],
];

test.each(survivors)('%s survives among the additional fields', (_name, members, additional) => {
  const { value } = decode(bodyOf(members));
  expect(value.additionalModelRequestFields).toEqual(additional);
  expect(encode(value).value).toMatchObject(members);
});

test('a tool with members of its own comes back whole, among others', () => {
  const tools = [
    { name: 'f', input_schema: {}, defer_loading: true, cache_control: { type: 'ephemeral' } },
    { name: 'g', input_schema: {}, type: 'custom' },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
  ];
  const { value } = decode(bodyOf({ tools }));
  expect(value.toolConfig?.tools).toEqual([
    { toolSpec: { name: 'f', inputSchema: { json: {} } } },
    { cachePoint: { type: 'default' } },
    { toolSpec: { name: 'g', inputSchema: { json: {} } } },
  ]);
  expect(value.additionalModelRequestFields).toEqual({
    tools: [{ name: 'f', defer_loading: true }, tools[2]],
  });
  expect(encode(value).value['tools']).toEqual([
    tools[0],
    { name: 'g', input_schema: {} },
    tools[2],
  ]);
});

test('a native tool takes the place of the namesake that stands in for it', () => {
  const { value } = encode({
    toolConfig: { tools: [{ toolSpec: { name: 'bash', inputSchema: { json: {} } } }] },
    additionalModelRequestFields: {
      tools: [{ type: 'bash_20250124', name: 'bash' }],
      tool_choice: { disable_parallel_tool_use: true },
    },
  });
  expect(value['tools']).toEqual([{ type: 'bash_20250124', name: 'bash' }]);
  expect(value['tool_choice']).toEqual({ type: 'auto', disable_parallel_tool_use: true });
});

test('content and system text may be plain strings, and a missing result is empty', () => {
  const content = [{ type: 'tool_result', tool_use_id: 'a' }];
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'user', content },
  ];
  const { value } = decode(bodyOf({ anthropic_version: 'any', system: 'Be kind.', messages }));
  expect(value).toEqual({
    system: [{ text: 'Be kind.' }],
    messages: [
      { role: 'user', content: [{ text: 'Hi' }] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: [] } }] },
    ],
    inferenceConfig: { maxTokens: 9 },
  });
});

test('a request that names no limit asks for what the model can write', () => {
  expect(encode({ inferenceConfig: {} }).value).toEqual({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 64_000,
    messages: [],
  });
});

const cachePoint: ContentBlock = { cachePoint: { type: 'default' } };
const reasoning: ContentBlock = { reasoningContent: { reasoningText: { text: 'Hm' } } };

// What cannot be carried to the native format, and the members that say so.
const toNativeLosses: readonly (readonly [string, Conversation, readonly string[]])[] = [
  [
    'cache points with nothing to mark',
    {
      system: [cachePoint, { text: 'a' }, cachePoint, cachePoint],
      messages: [{ role: 'assistant', content: [reasoning, cachePoint] }],
    },
    ['system.0.cachePoint', 'system.3.cachePoint', 'messages.0.content.1.cachePoint'],
  ],
  [
    'guarded text',
    { system: [{ guardContent: { text: { text: 'a' } } }] },
    ['system.0.guardContent'],
  ],
  [
    'citations that lead nowhere',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            {
              citationsContent: {
                content: [{ text: 'a' }],
                citations: [
                  {},
                  { location: { web: { url: 'u', domain: 'd' } } },
                  { source: 's', location: { documentPage: {} } },
                ],
              },
            },
          ],
        },
      ],
    },
    [
      'messages.0.content.0.citationsContent.citations.0',
      'messages.0.content.0.citationsContent.citations.1.location.web.domain',
      'messages.0.content.0.citationsContent.citations.2.source',
    ],
  ],
  [
    'names of a schema',
    {
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: '{}', name: 'n', description: 'd' } },
        },
      },
    },
    [
      'outputConfig.textFormat.structure.jsonSchema.name',
      'outputConfig.textFormat.structure.jsonSchema.description',
    ],
  ],
  [
    'what is wrong with an image',
    {
      messages: [
        {
          role: 'user',
          content: [{ image: { format: 'png', source: { bytes }, error: { message: 'x' } } }],
        },
      ],
    },
    ['messages.0.content.0.image.error'],
  ],
];

test.each(toNativeLosses)('%s are told as lost', (_name, request, members) => {
  expect(encode(request).losses.map(({ member }) => member)).toEqual(members);
});

test('a tool of the service and a schema that is none are refused', () => {
  const toolConfig = { tools: [{ systemTool: { name: 'nova_grounding' } }] };
  expect(() => encode({ toolConfig })).toThrow(
    "This model doesn't support the systemTool field. Remove systemTool and try again.",
  );
  const jsonSchema = { schema: '[]' };
  const textFormat = { type: 'json_schema', structure: { jsonSchema } } as const;
  expect(() => encode({ outputConfig: { textFormat } })).toThrow(
    'The value at outputConfig.textFormat.structure.jsonSchema.schema is not the JSON text ' +
      'of an object.',
  );
});
