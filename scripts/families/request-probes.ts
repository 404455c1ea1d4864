// What is asked of every family: each member of a Converse request and each kind of block, alone.

import type { Conversation } from '../../src/models/families/family.ts';
import type {
  ContentBlock,
  DocumentBlock,
  Message,
  Tool,
  ToolConfiguration,
  ToolResultContentBlock,
} from '../../src/protocol/api/types.generated.ts';
import { isSame, says } from './same.ts';

export interface RequestProbe {
  /** Path of the member; `[]` is any item of a list. */
  readonly member: string;
  readonly request: Conversation;
  /** Whether a request that came back says the same of the member. */
  readonly holds: (back: Conversation) => boolean;
}

const hello: Message = { role: 'user', content: [{ text: 'Hello' }] };
const bytes = Buffer.from('Once upon a time');

/** A member of the request beside a message: the whole of it must come back. */
function member(name: string, further: Conversation): RequestProbe {
  const request = { messages: [hello], ...further };
  const holds = (back: Conversation) =>
    Object.entries(further).every(([key, value]) =>
      says((back as Readonly<Record<string, unknown>>)[key], value),
    );
  return { member: name, request, holds };
}

/** A block beside the text of the user's message. */
function block(value: ContentBlock, name: string): RequestProbe {
  const message: Message = { role: 'user', content: [{ text: 'Look.' }, value] };
  return {
    member: `messages[].content[].${name}`,
    request: { messages: [message] },
    holds: ({ messages = [] }) => isSame(messages, [message]),
  };
}

function document(name: string, further: Partial<DocumentBlock>): RequestProbe {
  const value = { format: 'txt', name: 'Report', source: { bytes }, ...further } as const;
  return block({ document: value }, name);
}

/** A block of an earlier answer. */
function answered(content: readonly ContentBlock[], name: string): RequestProbe {
  const messages: readonly Message[] = [hello, { role: 'assistant', content }, hello];
  return {
    member: `messages[].content[].${name}`,
    request: { messages },
    holds: (back) => isSame(back.messages, messages),
  };
}

const schema = {
  type: 'object',
  properties: { city: { type: 'string', description: 'A city' }, days: { type: 'integer' } },
  required: ['city'],
};
const nestedSchema = {
  type: 'object',
  properties: { place: { type: 'object', properties: { city: { enum: ['Oslo', 'Rome'] } } } },
};
const weather = { name: 'get_weather', description: 'Tells the weather' };
const toolSpec = { ...weather, inputSchema: { json: schema } };

function tools(name: string, toolConfig: ToolConfiguration): RequestProbe {
  return member(name, { toolConfig });
}

function tool(name: string, value: Tool): RequestProbe {
  return tools(name, { tools: [{ toolSpec: { ...toolSpec, name: 'search' } }, value] });
}

/** A call and its result; their ID counts by what it joins only. */
function result(
  name: string,
  content: readonly ToolResultContentBlock[],
  status?: 'error',
): RequestProbe {
  const toolUseId = 'tooluse_0123456789abcdefABCDEF';
  const toolUse = { toolUseId, name: 'get_weather', input: { city: 'Oslo' } };
  const messages: readonly Message[] = [
    hello,
    { role: 'assistant', content: [{ toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId, content, ...(status && { status }) } }] },
  ];
  return {
    member: `messages[].content[].${name}`,
    request: { messages, toolConfig: { tools: [{ toolSpec }] } },
    holds: (back) => isSame(withoutIds(back.messages), withoutIds(messages)),
  };
}

/** The same messages, each ID as its place among the IDs. */
function withoutIds(messages: readonly Message[] = []): unknown {
  const ids: string[] = [];
  return JSON.parse(JSON.stringify(messages), (key: string, value: unknown) => {
    if (key !== 'toolUseId' || typeof value !== 'string') return value;
    if (!ids.includes(value)) ids.push(value);
    return ids.indexOf(value);
  }) as unknown;
}

const jsonSchema = { name: 'city', schema: '{"type":"object"}' };
const s3Location = { uri: 's3://bucket/key' };

export const requestProbes: readonly RequestProbe[] = [
  member('messages[].content[].text', {}),
  {
    ...answered([{ text: 'Good day.' }], 'text'),
    member: 'messages[] of several turns',
  },
  block({ text: 'again' }, 'text, two in a message'),
  member('system[].text', { system: [{ text: 'Be brief.' }] }),
  member('system[].cachePoint', {
    system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
  }),
  block({ image: { format: 'png', source: { bytes } } }, 'image'),
  block({ image: { format: 'png', source: { s3Location } } }, 'image.source.s3Location'),
  document('document', {}),
  block(
    { document: { name: 'Report', source: { text: 'Once upon a time' } } },
    'document.source.text',
  ),
  document('document.context', { context: 'Of last year' }),
  document('document.citations', { citations: { enabled: true } }),
  block({ video: { format: 'mp4', source: { bytes } } }, 'video'),
  block({ audio: { format: 'mp3', source: { bytes } } }, 'audio'),
  block(
    { searchResult: { source: 'a', title: 'b', content: [{ text: 'Found' }] } },
    'searchResult',
  ),
  block({ guardContent: { text: { text: 'Watch this' } } }, 'guardContent'),
  block({ cachePoint: { type: 'default' } }, 'cachePoint'),
  answered(
    [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: 'Yes.' }],
    'reasoningContent.reasoningText',
  ),
  answered(
    [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } }, { text: 'Yes.' }],
    'reasoningContent.reasoningText.signature',
  ),
  answered(
    [{ reasoningContent: { redactedContent: bytes } }, { text: 'Yes.' }],
    'reasoningContent.redactedContent',
  ),
  answered(
    [{ citationsContent: { content: [{ text: 'Yes.' }], citations: [{ title: 'A page' }] } }],
    'citationsContent',
  ),
  tools('toolConfig.tools[].toolSpec', { tools: [{ toolSpec }] }),
  tool('toolConfig.tools[].toolSpec, a nested schema', {
    toolSpec: { ...weather, inputSchema: { json: nestedSchema } },
  }),
  tool('toolConfig.tools[].toolSpec.strict', { toolSpec: { ...toolSpec, strict: true } }),
  tool('toolConfig.tools[].cachePoint', { cachePoint: { type: 'default' } }),
  tool('toolConfig.tools[].systemTool', { systemTool: { name: 'nova_grounding' } }),
  {
    ...tools('toolConfig.toolChoice.auto', { tools: [{ toolSpec }], toolChoice: { auto: {} } }),
    // It goes without saying.
    holds: ({ toolConfig = { tools: [] } }) => {
      const { toolChoice = { auto: {} } } = toolConfig;
      return isSame(toolChoice, { auto: {} });
    },
  },
  tools('toolConfig.toolChoice.any', { tools: [{ toolSpec }], toolChoice: { any: {} } }),
  tools('toolConfig.toolChoice.tool', {
    tools: [{ toolSpec }],
    toolChoice: { tool: { name: 'get_weather' } },
  }),
  result('toolUse, toolResult.content[].text', [{ text: 'Rain' }]),
  result('toolResult.content[].json', [{ json: { sky: 'grey' } }]),
  result('toolResult.content[].image', [{ image: { format: 'png', source: { bytes } } }]),
  result('toolResult.content[].document', [
    { document: { format: 'txt', name: 'Report', source: { bytes } } },
  ]),
  result('toolResult.status, error', [{ text: 'No such city' }], 'error'),
  member('inferenceConfig.maxTokens', { inferenceConfig: { maxTokens: 100 } }),
  member('inferenceConfig.temperature', { inferenceConfig: { temperature: 0.5 } }),
  member('inferenceConfig.topP', { inferenceConfig: { topP: 0.5 } }),
  member('inferenceConfig.stopSequences', { inferenceConfig: { stopSequences: ['END'] } }),
  member('outputConfig.textFormat', {
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
  }),
  member('outputConfig.effort', { outputConfig: { effort: 'low' } }),
];
