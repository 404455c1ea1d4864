import { expect, test } from 'vitest';
import type { Template } from '../../catalog/model.ts';
import { promptFormatOf } from './prompt-format.ts';
import type { ReadPrompt } from './read-prompt.ts';
import { readPrompt } from './read-prompt.ts';

const user = (text: string) => ({ role: 'user', content: [{ text }] }) as const;
const assistant = (text: string) => ({ role: 'assistant', content: [{ text }] }) as const;
const system = (text: string) => ({ role: 'system', content: [{ text }] }) as const;
const toolSpec = { name: 'add', inputSchema: { json: { type: 'object' } } };
const callOf = (toolUseId: string) => ({ toolUse: { toolUseId, name: 'add', input: { a: 1 } } });
const resultOf = (toolUseId: string, content: object) => ({
  toolResult: { toolUseId, content: [content] },
});

const tools =
  '[AVAILABLE_TOOLS] [{"type": "function", "function": {"name": "add", "description": "", ' +
  '"parameters": {"type": "object"}}}][/AVAILABLE_TOOLS]';
const call = '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}]</s>';

const read: readonly (readonly [string, Template, string, object])[] = [
  ['one question', 'mistral-v1', '<s>[INST] a [/INST]', { messages: [user('a')] }],
  ['one without its start', 'mistral-v1', '[INST] a [/INST]', { messages: [user('a')] }],
  ['one without blanks', 'mistral-v1', '<s>[INST]a[/INST]', { messages: [user('a')] }],
  [
    // Documented: the service's own example of several turns.
    'several turns with blanks and line breaks between',
    'mistral-v1',
    '<s>[INST] a [/INST]\nb!</s> \n[INST] c [/INST]',
    { messages: [user('a'), assistant('\nb!'), user('c')] },
  ],
  [
    'blanks of the texts',
    'mistral-v3',
    '<s>[INST]  a [/INST]  b</s>[INST] c[/INST]',
    { messages: [user(' a '), assistant(' b'), user('c')] },
  ],
  [
    'an answer that is begun',
    'mistral-v3',
    '<s>[INST] a[/INST] b',
    { messages: [user('a'), assistant('b')] },
  ],
  [
    'system texts',
    'mistral-v7',
    '<s>[SYSTEM_PROMPT] s[/SYSTEM_PROMPT][INST] a[/INST][SYSTEM_PROMPT] t[/SYSTEM_PROMPT]',
    { system: [{ text: 's' }], messages: [user('a'), system('t')] },
  ],
  [
    'tools',
    'mistral-v2',
    `<s>${tools}[INST] a[/INST]`,
    { messages: [user('a')], toolConfig: { tools: [{ toolSpec }] } },
  ],
  [
    'calls without IDs, whose results are told by name and order',
    'mistral-v2',
    '<s>[INST] a[/INST][TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}, ' +
      '{"name": "add", "arguments": {"a": 1}}]</s>' +
      '[TOOL_RESULTS] [{"name": "add", "content": 2}, {"name": "add", "content": {"b": 3}}]' +
      '[/TOOL_RESULTS]',
    {
      messages: [
        user('a'),
        { role: 'assistant', content: [callOf('call00000'), callOf('call00001')] },
        {
          role: 'user',
          content: [
            resultOf('call00000', { text: '2' }),
            resultOf('call00001', { json: { b: 3 } }),
          ],
        },
      ],
    },
  ],
  [
    'calls, results and what is asked then',
    'mistral-v3',
    `<s>[INST] a[/INST]${call}[TOOL_RESULTS] {"content": "two", "call_id": "VvvODy9mT"}` +
      '[/TOOL_RESULTS][INST] b[/INST]',
    {
      messages: [
        user('a'),
        { role: 'assistant', content: [callOf('VvvODy9mT')] },
        { role: 'user', content: [resultOf('VvvODy9mT', { text: 'two' }), { text: 'b' }] },
      ],
    },
  ],
  [
    'text beside calls, and the answer to their result',
    'mistral-v7',
    `<s>[INST] a[/INST] I add.${call}[TOOL_RESULTS] VvvODy9mT[TOOL_CONTENT] {"b": 3}` +
      '[/TOOL_RESULTS] Three.</s>[INST] b[/INST]',
    {
      messages: [
        user('a'),
        { role: 'assistant', content: [{ text: 'I add.' }, callOf('VvvODy9mT')] },
        { role: 'user', content: [resultOf('VvvODy9mT', { json: { b: 3 } })] },
        assistant('Three.'),
        user('b'),
      ],
    },
  ],
];

test.each(read)('%s: read under %s', (_name, ...[template, prompt, expected]) => {
  expect(readPrompt(prompt, promptFormatOf(template))).toEqual(expected);
});

const others: readonly (readonly [string, Template, string])[] = [
  ['no markers', 'mistral-v3', 'What is new?'],
  ['words before the first marker', 'mistral-v3', 'Well: [INST] a[/INST]'],
  ['nothing but the start', 'mistral-v3', '<s>'],
  ['a question without its end', 'mistral-v3', '<s>[INST] a'],
  ['a question within a question', 'mistral-v3', '<s>[INST] a[INST] b[/INST]'],
  ['words after an answer', 'mistral-v3', '<s>[INST] a[/INST] b</s> c[INST] d[/INST]'],
  ['an end without an answer', 'mistral-v3', '<s>[INST] a[/INST]</s>[INST] b[/INST]'],
  ['tools that are none', 'mistral-v3', '[AVAILABLE_TOOLS] {}[/AVAILABLE_TOOLS][INST] a[/INST]'],
  ['calls that are no JSON', 'mistral-v3', '<s>[INST] a[/INST][TOOL_CALLS] add(1)</s>'],
  ['a call without a name', 'mistral-v3', '<s>[INST] a[/INST][TOOL_CALLS] [{"id": "a"}]</s>'],
  [
    'results without a call',
    'mistral-v2',
    '[TOOL_RESULTS] [{"name": "a", "content": 1}][/TOOL_RESULTS]',
  ],
  ['a result that is no object', 'mistral-v3', '[INST] a[/INST][TOOL_RESULTS] 1[/TOOL_RESULTS]'],
  [
    'a result that says nothing',
    'mistral-v3',
    '[INST] a[/INST][TOOL_RESULTS] {"call_id": "VvvODy9mT"}[/TOOL_RESULTS]',
  ],
  [
    'an input that is no object',
    'mistral-v3',
    '[INST] a[/INST][TOOL_CALLS] [{"name": "add", "arguments": [1]}]</s>',
  ],
  ['no results', 'mistral-v2', '[INST] a[/INST][TOOL_RESULTS] [][/TOOL_RESULTS]'],
  ['no calls', 'mistral-v3', '[INST] a[/INST][TOOL_CALLS] []</s>'],
  [
    'a result without an ID',
    'mistral-v3',
    '[INST] a[/INST][TOOL_RESULTS] {"content": 1}[/TOOL_RESULTS]',
  ],
  ['a result without content', 'mistral-v7', '[INST] a[/INST][TOOL_RESULTS] a[/TOOL_RESULTS]'],
];

test.each(others)(
  'a prompt with %s is one message, whatever the template',
  (_name, template, text) => {
    const expected: ReadPrompt = { messages: [user(text)] };
    expect(readPrompt(text, promptFormatOf(template))).toEqual(expected);
  },
);

test('a marker that the template does not know is text', () => {
  const prompt = '<s>[INST] [TOOL_CALLS] is a marker [/INST]';
  const { messages } = readPrompt(prompt, promptFormatOf('mistral-v1'));
  expect(messages).toEqual([user('[TOOL_CALLS] is a marker')]);
});
