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
  return checkConversation(conversation as Conversation, { leadingAssistant }).map(
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

test('an assistant may begin where the model allows it', () => {
  expect(messagesOf({ messages: [assistant(text), user(text)] }, true)).toEqual([]);
});
