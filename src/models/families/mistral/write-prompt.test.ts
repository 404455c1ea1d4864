import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import { createLosses } from '../losses.ts';
import { promptFormatOf } from './prompt-format.ts';
import { writePrompt } from './write-prompt.ts';
import type { Template } from '../../catalog/model.ts';

const ask: Message = { role: 'user', content: [{ text: 'Hello' }] };
const toolConfig = {
  tools: [{ toolSpec: { name: 'add', inputSchema: { json: { type: 'object' } } } }],
} as const;

const call: ContentBlock = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } } };
const result = (content: readonly object[], rest: object = {}) =>
  ({ toolResult: { toolUseId: 'VvvODy9mT', content, ...rest } }) as ContentBlock;
const exchange = (...content: readonly ContentBlock[]): Conversation => ({
  messages: [ask, { role: 'assistant', content: [call] }, { role: 'user', content }],
  toolConfig,
});
const lost: readonly (readonly [string, Template, Conversation, readonly object[]])[] = [
  [
    'a system text',
    'mistral-v3',
    { messages: [ask], system: [{ text: 'a' }] },
    [{ member: 'system', handling: 'changed' }],
  ],
  [
    'a marker in a text',
    'mistral-v3',
    { messages: [{ role: 'user', content: [{ text: 'What is [/INST]?' }] }] },
    [
      {
        member: 'messages.0.content',
        handling: 'changed',
        reason: 'its text holds [/INST], which the template reads as a marker',
      },
    ],
  ],
  [
    'a marker in a result',
    'mistral-v7',
    exchange(result([{ text: 'a [TOOL_CONTENT]' }])),
    [{ member: 'messages.2.content.0.toolResult', handling: 'changed' }],
  ],
  [
    'a marker of another template',
    'mistral-v1',
    { messages: [{ role: 'user', content: [{ text: 'What is [TOOL_CALLS]?' }] }] },
    [],
  ],
  [
    'a choice of a tool',
    'mistral-v3',
    { messages: [ask], toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    [{ member: 'toolConfig.toolChoice', handling: 'left out' }],
  ],
  [
    "the model's own choice",
    'mistral-v3',
    { messages: [ask], toolConfig: { ...toolConfig, toolChoice: { auto: {} } } },
    [],
  ],
  [
    'a strict tool and a cache point',
    'mistral-v3',
    {
      messages: [ask],
      toolConfig: {
        tools: [
          { toolSpec: { ...toolConfig.tools[0].toolSpec, strict: true } },
          { cachePoint: { type: 'default' } },
        ],
      },
    },
    [
      { member: 'toolConfig.tools.0.toolSpec.strict', handling: 'left out' },
      { member: 'toolConfig.tools.1.cachePoint', handling: 'left out' },
    ],
  ],
  [
    'the status of a result',
    'mistral-v3',
    exchange(result([{ text: 'a' }], { status: 'error' })),
    [{ member: 'messages.2.content.0.toolResult.status', handling: 'left out' }],
  ],
  [
    'parts of a result',
    'mistral-v3',
    exchange(result([{ text: 'a' }, { json: { b: 1 } }])),
    [{ member: 'messages.2.content.0.toolResult.content', handling: 'changed' }],
  ],
  [
    'a result whose text is JSON',
    'mistral-v3',
    exchange(result([{ text: '{"b":1}' }])),
    [{ member: 'messages.2.content.0.toolResult.content.0.text', handling: 'changed' }],
  ],
  [
    'a result before whose JSON a blank stands',
    'mistral-v3',
    exchange(result([{ text: ' 7' }])),
    [{ member: 'messages.2.content.0.toolResult.content', handling: 'changed' }],
  ],
  ['a result that is a number', 'mistral-v3', exchange(result([{ text: '7' }])), []],
  [
    'text before a result',
    'mistral-v3',
    exchange({ text: 'So:' }, result([{ text: 'a' }])),
    [{ member: 'messages.2.content', handling: 'changed' }],
  ],
  ['text after a result', 'mistral-v3', exchange(result([{ text: 'a' }]), { text: 'So?' }), []],
  [
    'text after a call, beside it',
    'mistral-v3',
    { messages: [ask, { role: 'assistant', content: [call, { text: 'b' }] }, ask], toolConfig },
    [
      { member: 'messages.1.content', reason: 'its text stands before its calls' },
      { member: 'messages.1.content', handling: 'changed' },
    ],
  ],
  [
    'a call whose ID the template lacks',
    'mistral-v2',
    exchange(result([{ text: 'a' }])),
    [{ member: 'messages.1.content.0.toolUse.toolUseId', handling: 'changed' }],
  ],
  [
    'a call of the past under the second template',
    'mistral-v2',
    { ...exchange(result([{ text: 'a' }]), { text: 'And now?' }) },
    [
      { member: 'messages.1.content.0.toolUse', handling: 'left out' },
      { member: 'messages.2.content.0.toolResult', handling: 'left out' },
    ],
  ],
  [
    'reasoning',
    'mistral-v3',
    {
      messages: [
        ask,
        {
          role: 'assistant',
          content: [{ reasoningContent: { reasoningText: { text: 'Hm' } } }, { text: 'b' }],
        },
        ask,
      ],
    },
    [{ member: 'messages.1.content.0.reasoningContent', handling: 'left out' }],
  ],
];

test.each(lost)('%s: what is lost of it is told', (_name, ...[template, request, losses]) => {
  const told = createLosses();
  writePrompt(request, promptFormatOf(template), told);
  expect(told.list).toEqual(losses.map((loss) => expect.objectContaining(loss) as object));
});

test('two results under the second template are told in the order of their calls', () => {
  const callOf = (toolUseId: string, name: string): ContentBlock => ({
    toolUse: { toolUseId, name, input: {} },
  });
  const resultOf = (toolUseId: string): ContentBlock => ({
    toolResult: { toolUseId, content: [{ text: toolUseId }] },
  });
  const request: Conversation = {
    messages: [
      ask,
      { role: 'assistant', content: [callOf('a', 'add'), callOf('b', 'add')] },
      { role: 'user', content: [resultOf('b'), resultOf('a')] },
    ],
    toolConfig,
  };
  const prompt = writePrompt(request, promptFormatOf('mistral-v2'), createLosses());
  expect(prompt).toMatch(
    /\[TOOL_RESULTS\] \[\{"name": "add", "content": "a"\}, \{"name": "add", "content": "b"\}\]\[/,
  );
});

/** What each template makes of one conversation. Rendered by mistral-common. */
const conversation: Conversation = {
  system: [{ text: 'Be kind.' }],
  messages: [
    ask,
    { role: 'assistant', content: [call] },
    { role: 'user', content: [result([{ json: { b: 2 } }])] },
  ],
  toolConfig,
};

const offer =
  '[AVAILABLE_TOOLS] [{"type": "function", "function": {"name": "add", "description": "", ' +
  '"parameters": {"type": "object"}}}][/AVAILABLE_TOOLS]';

test.each([
  [
    'mistral-v2',
    `<s>${offer}[INST] Be kind.\n\nHello[/INST][TOOL_CALLS] [{"name": "add", "arguments": ` +
      '{"a": 1}}]</s>[TOOL_RESULTS] [{"name": "add", "content": {"b": 2}}][/TOOL_RESULTS]',
  ],
  [
    'mistral-v3',
    `<s>${offer}[INST] Be kind.\n\nHello[/INST][TOOL_CALLS] [{"name": "add", "arguments": ` +
      '{"a": 1}, "id": "VvvODy9mT"}]</s>[TOOL_RESULTS] {"content": {"b": 2}, ' +
      '"call_id": "VvvODy9mT"}[/TOOL_RESULTS]',
  ],
  [
    'mistral-v7',
    `<s>[SYSTEM_PROMPT] Be kind.[/SYSTEM_PROMPT]${offer}[INST] Hello[/INST][TOOL_CALLS] ` +
      '[{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}]</s>' +
      '[TOOL_RESULTS] VvvODy9mT[TOOL_CONTENT] {"b": 2}[/TOOL_RESULTS]',
  ],
] as const)('%s writes system text, tools, calls and results', (template, prompt) => {
  expect(writePrompt(conversation, promptFormatOf(template), createLosses())).toBe(prompt);
});

test('mistral-v1 writes the system text before the first question', () => {
  const answer: Message = { role: 'assistant', content: [{ text: 'Hi' }] };
  const request = { system: [{ text: 'Be kind.' }], messages: [ask, answer, ask] };
  expect(writePrompt(request, promptFormatOf('mistral-v1'), createLosses())).toBe(
    '<s>[INST] Be kind.\n\nHello [/INST] Hi</s>[INST] Hello [/INST]',
  );
});

test('long runs of blanks are passed over at once', () => {
  const text = `${' '.repeat(300_000)}x`;
  const answer: Message = { role: 'assistant', content: [{ text: `${text}  ` }] };
  const prompt = writePrompt(
    { messages: [ask, answer, ask] },
    promptFormatOf('mistral-v3'),
    createLosses(),
  );
  expect(prompt).toBe(`<s>[INST] Hello[/INST] ${text}</s>[INST] Hello[/INST]`);
});
