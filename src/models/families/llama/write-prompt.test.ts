// What of a conversation Llama's prompts do not carry as it is, and what they refuse.

import { expect, test } from 'vitest';
import type {
  ContentBlock,
  Message,
  ToolConfiguration,
} from '../../../protocol/api/types.generated.ts';
import type { Conversation, FamilyContext } from '../family.ts';
import { llama } from '../llama.ts';

const context: FamilyContext = { modelId: 'm', template: 'llama3', maxTokens: 4096 };
const llama2: FamilyContext = { ...context, template: 'llama2' };
const llama4: FamilyContext = { ...context, template: 'llama4' };

const hello = user({ text: 'Hello' });
const call: ContentBlock = {
  toolUse: { toolUseId: 'tooluse_0000000000000000000001', name: 'search', input: { q: 'é' } },
};
const result: ContentBlock = {
  toolResult: { toolUseId: 'tooluse_0000000000000000000001', content: [{ text: 'found' }] },
};
const toolConfig: ToolConfiguration = {
  tools: [
    {
      toolSpec: {
        name: 'search',
        description: 'Searches',
        inputSchema: { json: { type: 'object', properties: { q: { type: 'string' } } } },
      },
    },
  ],
};

const png = Buffer.from('89504e47', 'hex');
const image: ContentBlock = { image: { format: 'png', source: { bytes: png } } };

test.each<[string, Conversation, FamilyContext, readonly string[]]>([
  [
    'stop sequences',
    { inferenceConfig: { stopSequences: ['x'] } },
    context,
    ['inferenceConfig.stopSequences left out'],
  ],
  [
    'the form of the answer',
    { outputConfig: { effort: 'low' } },
    context,
    ['outputConfig left out'],
  ],
  [
    'two texts',
    { messages: [user({ text: 'a' }, { text: 'b' })] },
    context,
    ['messages.0.content changed'],
  ],
  [
    'a cache point',
    { messages: [user({ text: 'a' }, { cachePoint: { type: 'default' } })] },
    context,
    ['messages.0.content.1.cachePoint left out'],
  ],
  [
    'an image of another kind',
    { messages: [user({ image: { format: 'jpeg', source: { bytes: png } } })] },
    context,
    ['messages.0.content.0.image.format left out'],
  ],
  [
    'a marker in a text',
    { messages: [user({ text: 'a <|eot_id|> b' })] },
    context,
    ['messages.0.content changed'],
  ],
  ['a marker in the system text', { system: [{ text: '<|image|>' }] }, context, ['system changed']],
  [
    'a marker in a result',
    { messages: [hello, assistant(call), user(resultOf({ content: [{ text: '<|eom|>' }] }))] },
    llama4,
    ['messages.2.content.0 changed'],
  ],
  [
    'a marker in an input',
    {
      messages: [
        hello,
        assistant({ toolUse: { toolUseId: 'a', name: 'b', input: { c: '<|eot_id|>' } } }),
      ],
    },
    context,
    ['messages.1.content changed'],
  ],
  [
    'a marker in a tool',
    {
      toolConfig: {
        tools: [{ toolSpec: { name: 'a', description: '<|eot_id|>', inputSchema: { json: {} } } }],
      },
    },
    context,
    ['toolConfig changed'],
  ],
  [
    'a text before a result',
    { messages: [hello, assistant(call), user({ text: 'a' }, result)] },
    context,
    ['messages.2.content changed'],
  ],
  [
    'several contents of a result',
    {
      messages: [hello, assistant(call), user(resultOf({ content: [{ text: 'a' }, { json: 1 }] }))],
    },
    context,
    ['messages.2.content.0 changed'],
  ],
  [
    'a text after a call',
    { messages: [hello, assistant(call, { text: ' a' })] },
    context,
    ['messages.1.content changed'],
  ],
  [
    'what tools have more',
    {
      toolConfig: {
        tools: [
          { toolSpec: { name: 'a', inputSchema: { json: {} }, strict: true } },
          { cachePoint: { type: 'default' } },
        ],
      },
    },
    context,
    ['toolConfig.tools.0.toolSpec.strict left out', 'toolConfig.tools.1.cachePoint left out'],
  ],
  [
    'a marker for Llama 2',
    { messages: [user({ text: 'a [/INST] b' })] },
    llama2,
    ['messages.0.content changed'],
  ],
  [
    'blanks for Llama 2',
    { messages: [user({ text: ' a' })] },
    llama2,
    ['messages.0.content changed'],
  ],
  ['a marker of Llama 3 for Llama 2', { messages: [user({ text: '<|eot_id|>' })] }, llama2, []],
])('%s: what is lost is told', (...[, part, place, told]) => {
  const { losses } = llama.encodeRequest({ messages: [hello], ...part }, place);
  expect(losses.map(({ member, handling }) => `${member} ${handling}`)).toEqual(told);
});

test('results stand in the order of their calls', () => {
  const calls = ['a', 'b'].map((toolUseId): ContentBlock => ({
    toolUse: { toolUseId, name: 'search', input: {} },
  }));
  const results = ['b', 'a'].map((toolUseId): ContentBlock => ({
    toolResult: { toolUseId, content: [{ text: `of ${toolUseId}` }] },
  }));
  const messages = [hello, assistant(...calls), user(...results)];
  const { value } = llama.encodeRequest({ messages, toolConfig }, context);
  expect(value['prompt']).toMatch(
    /\}; \{.*<\|eom_id\|>.*ipython.*\n\nof a<\|eot_id\|>.*ipython.*\n\nof b<\|eot_id\|>/s,
  );
});

test.each<[string, Conversation, FamilyContext, string]>([
  [
    'a document',
    { messages: [user({ document: { format: 'txt', name: 'a', source: { text: 'b' } } })] },
    context,
    "This model doesn't support the document content block that you provided. Update the content block and try again.",
  ],
  [
    'an image in a result',
    {
      messages: [
        hello,
        assistant(call),
        user(resultOf({ content: [{ image: { format: 'png', source: { bytes: png } } }] })),
      ],
    },
    context,
    "This model doesn't support the image content block that you provided. Update the content block and try again.",
  ],
  [
    'an image elsewhere',
    { messages: [user({ image: { format: 'png', source: { s3Location: { uri: 's3://a/b' } } } })] },
    context,
    "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
  ],
  [
    'an image for Llama 2',
    { messages: [user(image)] },
    llama2,
    "This model doesn't support the image content block that you provided. Update the content block and try again.",
  ],
  [
    'a call for Llama 2',
    { messages: [hello, assistant(call)] },
    llama2,
    "This model doesn't support the toolUse content block that you provided. Update the content block and try again.",
  ],
  [
    'tools for Llama 2',
    { messages: [hello], toolConfig },
    llama2,
    "This model doesn't support the toolConfig field. Remove toolConfig and try again.",
  ],
  [
    'a tool of the service',
    { messages: [hello], toolConfig: { tools: [{ systemTool: { name: 'a' } }] } },
    context,
    "This model doesn't support the toolConfig.tools.0.systemTool field. Remove toolConfig.tools.0.systemTool and try again.",
  ],
  [
    'an answer first for Llama 2',
    { messages: [assistant({ text: 'a' })] },
    llama2,
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  ],
])('%s is refused', (...[, request, place, text]) => {
  expect(() => llama.encodeRequest(request, place)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message: text }),
  );
});

function user(...content: readonly ContentBlock[]): Message {
  return { role: 'user', content };
}

function assistant(...content: readonly ContentBlock[]): Message {
  return { role: 'assistant', content };
}

function resultOf(
  part: Pick<Extract<ContentBlock, { toolResult: object }>['toolResult'], 'content' | 'status'>,
): ContentBlock {
  return { toolResult: { toolUseId: 'tooluse_0000000000000000000001', ...part } };
}
