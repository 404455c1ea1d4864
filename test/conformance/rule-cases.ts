// Cases of the rules that no shape can say: who speaks, what is said, tools and their results.

import type { Case } from './case.ts';
import { inAll, type Row } from './in-operations.ts';
import {
  asking,
  assistant,
  document,
  hello,
  image,
  result,
  tool,
  toolConfig,
  use,
  user,
} from './build.ts';

const llama = 'meta.llama3-1-8b-instruct-v1:0';
const mustStart =
  'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
const mustAlternate =
  'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.';
const twoInARow = 'Consecutive messages of one role count as one';

const speaking: readonly Row[] = [
  {
    member: 'messages',
    check: 'there is a message',
    source: 'I',
    body: {},
    refused: mustStart,
    modelId: llama,
  },
  {
    member: 'messages',
    check: 'the list is not empty',
    source: 'I',
    body: { messages: [] },
    refused: mustStart,
  },
  {
    member: 'messages[].role',
    check: 'the user begins',
    source: 'F',
    modelId: llama,
    body: { messages: [assistant(hello), user(hello)] },
    refused: mustStart,
    hint: 'Begin messages',
  },
  {
    member: 'messages[].role',
    check: 'Claude takes an assistant first',
    source: 'R',
    body: { messages: [assistant(hello), user(hello)] },
  },
  {
    member: 'messages[].role',
    check: 'no system message first',
    source: 'I',
    body: { messages: [{ role: 'system', content: [hello] }] },
    refused: mustStart,
  },
  {
    member: 'messages[].role',
    check: 'two in a row count as one',
    source: 'F',
    body: { messages: [user(hello), user({ text: 'there' })] },
    hint: twoInARow,
  },
  {
    member: 'messages[].role',
    check: 'they alternate',
    source: 'F',
    mode: 'strict',
    body: { messages: [user(hello), user(hello)] },
    refused: mustAlternate,
    hint: 'Join consecutive messages',
  },
  {
    member: 'messages[].role',
    check: 'also the assistant alternates',
    source: 'F',
    mode: 'strict',
    body: { messages: [user(hello), assistant(hello), assistant(hello), user(hello)] },
    refused: mustAlternate,
  },
  {
    member: 'messages[].role',
    check: 'alternating ones pass',
    source: 'F',
    mode: 'strict',
    body: { messages: [user(hello), assistant(hello), user(hello)] },
  },
  {
    member: 'messages[].content',
    check: 'a block at least',
    source: 'F',
    body: { messages: [user(hello), assistant(), user(hello)] },
    refused:
      'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
  },
  {
    member: 'messages[].content[].text',
    check: 'not empty',
    source: 'F',
    body: { messages: [user(hello, { text: '' })] },
    refused:
      'The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to the text field, and try again.',
  },
  {
    member: 'messages[].content[].text',
    check: 'not only white space',
    source: 'F',
    body: { messages: [user(hello), assistant({ text: ' \n\t' }), user(hello)] },
    refused:
      'The text field in the ContentBlock object at messages.1.content.0 is blank. Add text to the text field, and try again.',
  },
  {
    member: 'messages[].content[].guardContent.text.text',
    check: 'not blank',
    source: 'F',
    body: { messages: [user({ guardContent: { text: { text: ' ' } } })] },
    refused: 'The guard content field in the ContentBlock object at messages.0.content.0 is blank',
  },
  {
    member: 'messages[].content[].text',
    check: 'the first problem is told, all in the hint',
    source: 'F',
    body: { messages: [user({ text: '' }), assistant()] },
    refused:
      'The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.',
    hint: 'Also: The text field in the ContentBlock object at messages.0.content.0 is blank.',
  },
  {
    member: 'messages[].content[].toolUse',
    check: 'only of the assistant',
    source: 'I',
    body: { toolConfig, messages: [user(hello, use('a'))] },
    refused:
      "The toolUse content block at messages.0.content.1 can't be in a message with the role user. Move it to a message with the role assistant and try again.",
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'only of the user',
    source: 'I',
    body: { toolConfig, messages: [user(hello), assistant(result('a')), user(hello)] },
    refused:
      "The toolResult content block at messages.1.content.0 can't be in a message with the role assistant. Move it to a message with the role user and try again.",
  },
  {
    member: 'messages[].content[].image',
    check: 'only of the user',
    source: 'I',
    body: { messages: [user(hello), assistant(image()), user(hello)] },
    refused:
      "The image content block at messages.1.content.0 can't be in a message with the role assistant. Move it to a message with the role user and try again.",
  },
  {
    member: 'messages[].content[].document',
    check: 'only of the user',
    source: 'I',
    body: { messages: [user(hello), assistant(hello, document('a')), user(hello)] },
    refused:
      "The document content block at messages.1.content.1 can't be in a message with the role assistant. Move it to a message with the role user and try again.",
  },
];

const noObject = (path: string) =>
  `The format of the value at ${path} is invalid. Provide a json object for the field and try again.`;
const loop = (...answers: readonly object[]) => [
  user(hello),
  assistant(use('a'), use('b')),
  user(...answers),
];

const tools: readonly Row[] = [
  {
    member: 'toolConfig',
    check: 'given where tools were used',
    source: 'F',
    body: { messages: [user(hello), assistant(use('a')), user(result('a'))] },
    refused:
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  },
  {
    member: 'toolConfig.tools[].toolSpec.name',
    check: 'no name twice',
    source: 'F',
    body: { ...asking, toolConfig: { tools: [tool('grep'), tool('find'), tool('grep')] } },
    refused: 'The tool grep is already defined at toolConfig.tools.2.',
  },
  {
    member: 'toolConfig.toolChoice.tool.name',
    check: 'names a tool',
    source: 'I',
    body: { ...asking, toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'other' } } } },
    refused:
      'The tool other at toolConfig.toolChoice.tool.name is not defined at toolConfig.tools. Name a tool that is defined and try again.',
    hint: 'The tools are: get_weather.',
  },
  {
    member: 'toolConfig.toolChoice',
    check: 'said once',
    source: 'F',
    body: {
      ...asking,
      toolConfig: { ...toolConfig, toolChoice: { any: {} } },
      additionalModelRequestFields: { tool_choice: { type: 'auto' } },
    },
    refused:
      'The toolConfig.toolChoice field and additionalModelRequestFields.tool_choice.type cannot be used together. Remove one of them and try again.',
  },
  {
    member: 'toolConfig.tools[].toolSpec.inputSchema.json',
    check: 'an object, not text',
    source: 'F',
    body: {
      ...asking,
      toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: '{}' } } }] },
    },
    refused: noObject('toolConfig.tools.0.toolSpec.inputSchema.json'),
  },
  {
    member: 'messages[].content[].toolUse.input',
    check: 'an object, not text',
    source: 'F',
    body: {
      toolConfig,
      messages: [user(hello), assistant(hello, use('a', '{}')), user(result('a'))],
    },
    refused: noObject('messages.1.content.1.toolUse.input'),
  },
  {
    member: 'messages[].content[].toolResult.content[].json',
    check: 'an object, not a list',
    source: 'F',
    body: {
      toolConfig,
      messages: [user(hello), assistant(use('a')), user(result('a', { json: [1] }))],
    },
    refused: noObject('messages.2.content.0.toolResult.content.0.json'),
  },
  {
    member: 'messages[].content[].toolResult.content[].json',
    check: 'an object, not a number',
    source: 'F',
    body: {
      toolConfig,
      messages: [user(hello), assistant(use('a')), user(result('a', hello, { json: 21 }))],
    },
    refused: noObject('messages.2.content.0.toolResult.content.1.json'),
  },
  {
    member: 'additionalModelRequestFields',
    check: 'an object, not a list',
    source: 'I',
    body: { ...asking, additionalModelRequestFields: [1] },
    refused: noObject('additionalModelRequestFields'),
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'one for each use',
    source: 'F',
    body: { toolConfig, messages: loop(result('b')) },
    refused: 'Expected toolResult blocks at messages.2.content for the following Ids: a',
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'all missing ones are named',
    source: 'F',
    body: { toolConfig, messages: loop(hello) },
    refused: 'Expected toolResult blocks at messages.2.content for the following Ids: a, b',
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'none without a use',
    source: 'F',
    body: { toolConfig, messages: [user(hello, result('a'))] },
    refused:
      'The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.',
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'not more than uses',
    source: 'F',
    body: { toolConfig, messages: loop(result('a'), result('b'), result('b')) },
    refused:
      'The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.',
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'parallel results in one message',
    source: 'D',
    body: { toolConfig, messages: loop(result('b'), result('a')) },
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'results in two messages in a row',
    source: 'I',
    body: { toolConfig, messages: [...loop(result('b')), user(result('a'))] },
    hint: twoInARow,
  },
  {
    member: 'messages[].content[].toolResult.content',
    check: 'not empty where status is error',
    source: 'F',
    body: {
      toolConfig,
      messages: [
        user(hello),
        assistant(use('a')),
        user({ toolResult: { toolUseId: 'a', status: 'error', content: [] } }),
      ],
    },
    refused:
      'The content field at messages.2.content.0.toolResult cannot be empty when status value is error.',
  },
  {
    member: 'messages[].content[].toolResult.content',
    check: 'may be empty after success',
    source: 'I',
    body: {
      toolConfig,
      messages: [
        user(hello),
        assistant(use('a')),
        user({ toolResult: { toolUseId: 'a', content: [] } }),
      ],
    },
  },
];

export const ruleCases: readonly Case[] = [...speaking.flatMap(inAll), ...tools.flatMap(inAll)];
