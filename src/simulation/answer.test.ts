// Every row of the simulated model's rules, and what else holds for its answers.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContentBlock, ConverseRequest, Tool } from '../protocol/api/types.generated.ts';
import { ValidationException } from '../protocol/errors.ts';
import { answer } from './answer.ts';

type Request = Omit<ConverseRequest, 'modelId'>;

const citySchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 } },
  required: ['city', 'days'],
} as const;
const tools: readonly Tool[] = [
  {
    toolSpec: {
      name: 'weather',
      description: 'Tells the weather.',
      inputSchema: { json: citySchema },
    },
  },
  { toolSpec: { name: 'now', inputSchema: { json: { type: 'object' } } } },
];

function ask(text: string, more: Request = {}): Request {
  return { messages: [{ role: 'user', content: [{ text }] }], ...more };
}

function askWith(content: readonly ContentBlock[], more: Request = {}): Request {
  return { messages: [{ role: 'user', content }], ...more };
}

function textOf(request: Request): string {
  const [block, ...rest] = answer(request).content;
  expect(rest).toEqual([]);
  if (block === undefined || !('text' in block)) throw new Error('the answer is no text');
  return block.text;
}

function callsOf(request: Request): readonly (readonly [string, unknown])[] {
  const { content, stopReason } = answer(request);
  expect(stopReason).toBe('tool_use');
  return content.map((block) => {
    if (!('toolUse' in block)) throw new Error('the answer is no tool call');
    expect(block.toolUse.toolUseId).toMatch(/^tooluse_[A-Za-z0-9_-]{22}$/);
    return [block.toolUse.name, block.toolUse.input];
  });
}

const sampled = { city: 'city', days: 3 };
const forWeather = { tools, toolChoice: { tool: { name: 'weather' } } };

test.each([
  ['a sample of its schema', 'hello', [['weather', sampled]]],
  ['a directive for it', 'do [[call weather {"city":"Rome"}]]', [['weather', { city: 'Rome' }]]],
  ['a directive without input', 'do [[call weather]]', [['weather', sampled]]],
  ['a directive for another tool', '[[call now {"a":1}]]', [['weather', sampled]]],
  [
    'the first of two directives',
    '[[call weather {"city":"A"}]] [[call weather {"city":"B"}]]',
    [['weather', { city: 'A' }]],
  ],
])('a: the chosen tool is called with the input of %s', (_case, text, calls) => {
  expect(callsOf(ask(text, { toolConfig: forWeather }))).toEqual(calls);
});

test('b: directives are calls, in order, over any, tool results and a schema', () => {
  const content: readonly ContentBlock[] = [
    { toolResult: { toolUseId: 't', content: [{ text: 'done' }] } },
    { text: 'first [[call now]]' },
    { text: 'then [[call weather {"city": "a ]] b"}]] [[call nothing {}]]' },
  ];
  const textFormat = textFormatOf({ type: 'string' });
  const request = askWith(content, {
    toolConfig: { tools, toolChoice: { any: {} } },
    outputConfig: { textFormat },
  });
  expect(callsOf(request)).toEqual([
    ['now', {}],
    ['weather', { city: 'a ]] b' }],
  ]);
});

test('b: without an offered tool a directive is plain text', () => {
  expect(textOf(ask('[[call now]]'))).toBe('echo: [[call now]]');
  expect(textOf(ask('[[call later {}]]', { toolConfig: { tools } }))).toBe(
    'echo: [[call later {}]]',
  );
});

test('c: any calls the last tool offered, with a sample', () => {
  const toolConfig = { tools: tools.toReversed(), toolChoice: { any: {} } };
  expect(callsOf(ask('hello', { toolConfig }))).toEqual([['weather', sampled]]);
});

function textFormatOf(schema: object) {
  return {
    type: 'json_schema' as const,
    structure: { jsonSchema: { schema: JSON.stringify(schema) } },
  };
}

test('d: a JSON schema is answered by its sample, also after tool results', () => {
  const outputConfig = { textFormat: textFormatOf(citySchema) };
  const toolResult = { toolUseId: 't', content: [{ text: 'done' }] };
  expect(textOf(ask('hello', { outputConfig }))).toBe('{"city":"city","days":3}');
  expect(textOf(askWith([{ toolResult }], { outputConfig }))).toBe('{"city":"city","days":3}');
});

test('d: a schema that is no JSON is refused', () => {
  const structure = { jsonSchema: { schema: '{' } };
  const request = ask('x', { outputConfig: { textFormat: { type: 'json_schema', structure } } });
  expect(() => answer(request)).toThrow(ValidationException);
});

test('e: each tool result is a line with its content in the order received', () => {
  const image = { format: 'png', source: { bytes: new Uint8Array(1) } } as const;
  const document = { format: 'txt', name: 'notes', source: { text: 'x' } } as const;
  const request = askWith([
    {
      toolResult: {
        toolUseId: '1',
        content: [{ text: 'sunny' }, { json: { zulu: 1, alpha: [true, null] } }, { image }],
      },
    },
    { text: 'not said' },
    { toolResult: { toolUseId: '2', status: 'error', content: [{ document }, { text: 'no' }] } },
    { toolResult: { toolUseId: '3', status: 'success', content: [] } },
  ]);
  expect(textOf(request)).toBe(
    'result: sunny {"zulu":1,"alpha":[true,null]} [image]\nerror: [document] no\nresult: ',
  );
});

test('f: otherwise the text of the last message is echoed, its blocks joined by a newline', () => {
  const content = [{ text: 'one' }, { cachePoint: { type: 'default' } }, { text: 'two' }] as const;
  const messages = [
    { role: 'user', content: [{ text: 'first' }] },
    { role: 'assistant', content: [{ text: 'reply' }] },
    { role: 'user', content },
  ] as const;
  expect(textOf({ messages })).toBe('echo: one\ntwo');
  expect(textOf(ask('[[call now]]', { toolConfig: { tools: [] } }))).toBe('echo: [[call now]]');
});

test.each([
  [{}, ['echo: one two three', 'end_turn', 4]],
  [{ maxTokens: 4 }, ['echo: one two three', 'end_turn', 4]],
  [{ maxTokens: 3 }, ['echo: one two', 'max_tokens', 3]],
  [{ maxTokens: 1 }, ['echo:', 'max_tokens', 1]],
  [{ stopSequences: ['two'] }, ['echo: one ', 'stop_sequence', 2]],
  [{ stopSequences: ['three', 'two'] }, ['echo: one ', 'stop_sequence', 2]],
  [{ stopSequences: ['four'] }, ['echo: one two three', 'end_turn', 4]],
  [{ stopSequences: ['three'], maxTokens: 2 }, ['echo: one', 'max_tokens', 2]],
  [{ stopSequences: ['one'], maxTokens: 3 }, ['echo: ', 'stop_sequence', 1]],
  [{ stopSequences: ['echo'] }, ['', 'stop_sequence', 1]],
])('text under %j is cut to %j', (inferenceConfig, expected) => {
  const { content, stopReason, usage } = answer(ask('one two three', { inferenceConfig }));
  const texts = content.map((block) => ('text' in block ? block.text : 'no text'));
  expect([...texts, stopReason, usage.outputTokens]).toEqual(expected);
});

test('a tool call is not cut', () => {
  const inferenceConfig = { maxTokens: 1, stopSequences: ['city'] };
  const request = ask('[[call weather {"city": "a b c"}]]', {
    inferenceConfig,
    toolConfig: { tools },
  });
  expect(callsOf(request)).toEqual([['weather', { city: 'a b c' }]]);
  expect(answer(request).usage.outputTokens).toBe(3);
});

test('the IDs of calls are the same for the same request and never twice in a conversation', () => {
  const messages: NonNullable<Request['messages']>[number][] = [];
  const seen = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    messages.push({ role: 'user', content: [{ text: '[[call now]][[call now]][[call now]]' }] });
    const { content } = answer({ messages: [...messages], toolConfig: { tools } });
    expect(answer({ messages: [...messages], toolConfig: { tools } }).content).toEqual(content);
    for (const block of content) if ('toolUse' in block) seen.add(block.toolUse.toolUseId);
    messages.push({ role: 'assistant', content });
  }
  expect(seen.size).toBe(60);
});

const base = ask('one two');
const count = (request: Request): number => answer(request).usage.inputTokens;

test('input tokens are the words of all that is text', () => {
  expect(count(base)).toBe(2);
  expect(count({ messages: [] })).toBe(1);
  expect(count({})).toBe(1);
  expect(count({ ...base, system: [{ text: 'be  brief\n' }] })).toBe(4);
});

test.each<[string, Request]>([
  ['system', { ...base, system: [{ text: 'x' }] }],
  ['guarded system', { ...base, system: [{ guardContent: { text: { text: 'x' } } }] }],
  ['a text block', askWith([{ text: 'one two' }, { text: 'x' }])],
  ['a guarded block', askWith([{ text: 'one two' }, { guardContent: { text: { text: 'x' } } }])],
  [
    'a tool use',
    askWith([{ text: 'one two' }, { toolUse: { toolUseId: 't', name: 'now', input: {} } }]),
  ],
  [
    'a tool result',
    askWith([{ text: 'one two' }, { toolResult: { toolUseId: 't', content: [{ json: 1 }] } }]),
  ],
  [
    'reasoning',
    askWith([{ text: 'one two' }, { reasoningContent: { reasoningText: { text: 'x' } } }]),
  ],
  ['citations', askWith([{ text: 'one two' }, { citationsContent: { content: [{ text: 'x' }] } }])],
  [
    'a text document',
    askWith([
      { text: 'one two' },
      { document: { format: 'txt', name: 'd', source: { bytes: Buffer.from('x') } } },
    ]),
  ],
  ['a tool', { ...base, toolConfig: { tools: tools.slice(0, 1) } }],
])('input tokens grow with %s', (_case, request) => {
  expect(count(request)).toBeGreaterThan(count(base));
});

function withSpec(description: string, json: Readonly<Record<string, string>>): Request {
  const toolSpec = { name: 'f', description, inputSchema: { json } };
  return { ...base, toolConfig: { tools: [{ toolSpec }] } };
}

test('input tokens grow with the description and the schema of a tool', () => {
  const small = count(withSpec('does', {}));
  expect(count(withSpec('does more', {}))).toBe(small + 1);
  const larger = count(withSpec('does', { title: 'more' }));
  expect(larger).toBeGreaterThan(small);
  expect(count(withSpec('does', { title: 'even more' }))).toBe(larger + 1);
  expect(count(withSpec('does', { title: 'more', type: 'object' }))).toBeGreaterThan(larger);
});

test('totals are sums, and an answer in words counts at least one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { usage } = answer(ask(text));
      expect(usage.totalTokens).toBe(usage.inputTokens + usage.outputTokens);
      expect(usage.inputTokens).toBeGreaterThan(0);
      expect(usage.outputTokens).toBeGreaterThan(0);
    }),
  );
});
