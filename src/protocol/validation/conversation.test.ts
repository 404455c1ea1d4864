import { expect, test } from 'vitest';
import { checkConversation } from './conversation.ts';
import type { Conversation } from './rule.ts';

const user = (...content: object[]) => ({ role: 'user', content });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const text = { text: 'Hello' };
const use = (toolUseId: string, input: unknown = {}) => ({
  toolUse: { toolUseId, name: 'get_weather', input },
});
const result = (toolUseId: string, json: unknown = {}) => ({
  toolResult: { toolUseId, content: [{ json }] },
});
const tool = { toolSpec: { name: 'get_weather', inputSchema: { json: {} } } };
const toolConfig = { tools: [tool] };

function messagesOf(conversation: object, leadingAssistant = false): string[] {
  return checkConversation(conversation as Conversation, { leadingAssistant, strict: false }).map(
    ({ message }) => message,
  );
}

test.each([
  ['one user message', { messages: [user(text)] }],
  ['two user messages in a row', { messages: [user(text), user(text)] }],
  ['a tool loop', { toolConfig, messages: [user(text), assistant(use('a')), user(result('a'))] }],
  [
    'the results of one turn in two messages',
    {
      toolConfig,
      messages: [user(text), assistant(use('a'), use('b')), user(result('b')), user(result('a'))],
    },
  ],
])('%s is no problem', (_name, conversation) => {
  expect(messagesOf(conversation)).toEqual([]);
});

const mustStart =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.';

test.each([
  ['no messages', {}, [mustStart]],
  ['an empty list', { messages: [] }, [mustStart]],
  ['an assistant first', { messages: [assistant(text), user(text)] }, [mustStart]],
  [
    'empty content',
    { messages: [user(text), assistant(), user(text)] },
    [
      'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
    ],
  ],
  [
    'blank text',
    { messages: [user(text, { text: ' \n' })] },
    [
      'The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to the text field, and try again.',
    ],
  ],
  [
    'tool blocks without toolConfig',
    { messages: [user(text), assistant(use('a')), user(result('a'))] },
    ['The toolConfig field must be defined when using toolUse and toolResult content blocks.'],
  ],
  [
    'a tool defined twice',
    { messages: [user(text)], toolConfig: { tools: [tool, tool] } },
    ['The tool get_weather is already defined at toolConfig.tools.1.'],
  ],
  [
    'a tool input that is no object',
    { toolConfig, messages: [user(text), assistant(use('a', 'x')), user(result('a'))] },
    [
      'The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.',
    ],
  ],
  [
    'a tool result that is a list',
    { toolConfig, messages: [user(text), assistant(use('a')), user(result('a', [1]))] },
    [
      'The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.',
    ],
  ],
  [
    'a schema that is text',
    {
      messages: [user(text)],
      toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: '{}' } } }] },
    },
    [
      'The format of the value at toolConfig.tools.0.toolSpec.inputSchema.json is invalid. Provide a json object for the field and try again.',
    ],
  ],
  [
    'a tool use without its result',
    { toolConfig, messages: [user(text), assistant(use('a'), use('b')), user(result('a'))] },
    ['Expected toolResult blocks at messages.2.content for the following Ids: b'],
  ],
  [
    'a tool result without its use',
    { toolConfig, messages: [user(text, result('a'))] },
    [
      'The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.',
    ],
  ],
])('%s is refused', (_name, conversation, messages) => {
  expect(messagesOf(conversation)).toEqual(messages);
});

const document = (name: string, bytes = Buffer.from('text'), format = 'txt') => ({
  document: { name, format, source: { bytes } },
});
const reasoning = { reasoningContent: { reasoningText: { text: 'Hm' } } };
const cachePoint = { cachePoint: { type: 'default' } };
const schema = (json: string) => ({
  messages: [user(text)],
  outputConfig: {
    textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: json } } },
  },
});

test.each([
  ['a name with an ending', [document('a.pdf')], 'The document file name can only contain'],
  ['a name with a tab', [document('a\tb')], 'The document file name can only contain'],
  ['a name with two spaces', [document('a  b')], 'The document file name can only contain'],
  ['one name twice', [document('a'), document('A')], "can't contain duplicate document names"],
  ['six documents', [1, 2, 3, 4, 5, 6].map((n) => document(`d${n}`)), 'more than 5 documents'],
  ['4,500,001 bytes', [document('a', Buffer.alloc(4_500_001, 65))], 'size is 4.5 MB'],
  ['text as pdf', [document('a', Buffer.from('text'), 'pdf')], 'filetype is PLAIN_TEXT'],
  ['pdf as text', [document('a', Buffer.from('%PDF-1.7'))], 'provided filetype was PLAIN_TEXT'],
  ['random bytes', [document('a', Buffer.from([0, 1, 2]))], 'application/octet-stream'],
  ['a cache point after reasoning', [reasoning, cachePoint], 'after reasoning block'],
  ['five cache points', [1, 2, 3, 4, 5].map(() => cachePoint), 'more than the maximum of 4'],
  ['guarded blank text', [{ guardContent: { text: { text: ' ' } } }], 'content.1 is blank'],
  ['a tool use of the user', [use('a')], 'toolUse content block at messages.0.content.1'],
])('%s is refused once', (_name, blocks, part) => {
  const found = messagesOf({ toolConfig, messages: [user(text, ...blocks)] });
  expect(found).toEqual([expect.stringContaining(part)]);
});

test.each([
  ['an underscore and single spaces', [document(' a_b (1) [x]-y ')]],
  ['4,500,000 bytes', [document('a', Buffer.alloc(4_500_000, 65))]],
  ['a new spreadsheet', [document('a', Buffer.from('PK\x03\x04rest'), 'xlsx')]],
  ['an old letter', [document('a', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'doc')]],
  ['text in another encoding', [document('a', Buffer.from([0xe9, 0x74, 0xe9]), 'csv')]],
])('a document with %s is no problem', (_name, blocks) => {
  expect(messagesOf({ messages: [user(text, ...blocks)] })).toEqual([]);
});

test.each([
  ['a schema that is no JSON', schema('{'), 'is not valid JSON'],
  ['a schema that is a list', schema('[]'), 'is not a JSON object'],
  [
    'a pointer without its slash',
    { messages: [user(text)], additionalModelResponseFieldPaths: ['/a', 'b'] },
    'additionalModelResponseFieldPaths.1 is invalid',
  ],
  [
    'native fields that are a list',
    { messages: [user(text)], additionalModelRequestFields: [] },
    'additionalModelRequestFields is invalid',
  ],
  [
    'a choice of no tool',
    {
      messages: [user(text)],
      toolConfig: { tools: [tool], toolChoice: { tool: { name: 'other' } } },
    },
    'The tool other at toolConfig.toolChoice.tool.name',
  ],
  [
    'a guardrail without its version',
    { messages: [user(text)], guardrailConfig: { guardrailIdentifier: 'abc' } },
    'must be provided together',
  ],
])('%s is refused', (_name, conversation, part) => {
  expect(messagesOf(conversation)).toEqual([expect.stringContaining(part)]);
});

test('all problems are listed, each with a cure, the first as the service meets it', () => {
  const messages = [user({ text: ' ' }, document('a.b'), document('a.b')), assistant()];
  const traits = { leadingAssistant: false, strict: false };
  const problems = checkConversation({ messages } as Conversation, traits);
  expect(problems.map(({ message }) => message.slice(0, 30))).toEqual([
    'The content field in the Messa',
    'The text field in the ContentB',
    'The document file name can onl',
    'The document file name can onl',
    "Messages can't contain duplica",
  ]);
  for (const { cure } of problems) expect(cure).toMatch(/\w.*\.$/);
});

test('two messages of one role in a row are refused where that is strict', () => {
  const messages = [user(text), user(text)];
  const traits = { leadingAssistant: false, strict: true };
  const [problem] = checkConversation({ messages } as Conversation, traits);
  expect(problem?.message).toBe(
    'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
  );
});

test('an assistant may begin where the model allows it', () => {
  expect(messagesOf({ messages: [assistant(text), user(text)] }, true)).toEqual([]);
});

test('a hundred thousand tools and documents take no longer than they must', () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => `id${index}`);
  const content = [text, ...ids.map((id) => document(id))];
  const messages = [user(...content), assistant(...ids.map((id) => use(id))), user(text)];
  const found = messagesOf({ toolConfig, messages });
  expect(found.map((message) => message.slice(0, 40))).toEqual([
    'Expected toolResult blocks at messages.2',
    "You can't include more than 5 documents ",
  ]);
});
