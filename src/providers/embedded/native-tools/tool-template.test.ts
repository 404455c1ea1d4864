// Conversations with tools as templates write them, and what is learnt from how they do.

import { readFileSync } from 'node:fs';

import * as library from 'node-llama-cpp';
import type { LlamaModel } from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { toText, toTokens } from '../../../../test/fake-model.ts';
import type { Message } from '../../../protocol/api/types.generated.ts';
import type { OfferedTool } from '../tools/tool.ts';
import { compileSchema } from '../tools/validator.ts';
import { hasTools } from './call-format.ts';
import { toTemplateMessages } from './tool-messages.ts';
import { createToolTemplate, type ToolTemplate } from './tool-template.ts';

const model = {
  tokenizer: toTokens,
  tokenize: toTokens,
  isSpecialToken: () => false,
  tokens: { bos: null, shouldPrependBosToken: false },
} as unknown as LlamaModel;

function read(style: string): string {
  return readFileSync(`test/embedded/templates/${style}.jinja`, 'utf8');
}

function create(template: string): ToolTemplate {
  const made = createToolTemplate({ template, library, model });
  if (made === undefined) throw new Error('The template has tools.');
  return made;
}

const schema = { type: 'object', properties: {} };
const tools: readonly OfferedTool[] = [
  { name: 'find', description: 'Finds', schema, validator: compileSchema(schema) },
];

/** What is written, the texts of others in angle quotes. */
function write(template: ToolTemplate, messages: readonly Message[], system = ''): string {
  const prompt = toTemplateMessages({ messages, system: system === '' ? [] : [{ text: system }] });
  return template
    .write({ messages: prompt, tools, reasons: true })
    .flat()
    .map((part) => ('text' in part ? `«${part.text}»` : toText(part.control)))
    .join('');
}

const asked: Message = { role: 'user', content: [{ text: 'Where?' }] };

function callOf(toolUseId: string, place: string) {
  return { toolUse: { toolUseId, name: 'find', input: { place } } };
}

function resultOf(toolUseId: string, text: string) {
  return { toolResult: { toolUseId, content: [{ text }] } };
}

const called: readonly Message[] = [
  asked,
  { role: 'assistant', content: [{ text: 'Hm.' }, callOf('one', 'a "b"')] },
  { role: 'user', content: [resultOf('one', 'c "d"')] },
];
const calledTwice: readonly Message[] = [
  asked,
  { role: 'assistant', content: [callOf('one', 'a'), callOf('two', 'b')] },
  { role: 'user', content: [resultOf('two', 'B'), resultOf('one', 'A')] },
];

test('a template has tools where its code uses them', () => {
  for (const style of ['hermes', 'llama', 'mistral']) expect(hasTools(read(style))).toBe(true);
  expect(hasTools('{{ messages[0].content }} You have tools.')).toBe(false);
  expect(hasTools('{% if message.tools %}x{% endif %}')).toBe(false);
  expect(hasTools("{{ '<tools>' }}")).toBe(false);
});

test('the way of calls is learnt from the template', () => {
  expect(create(read('hermes')).style.format).toEqual({
    opening: '<tool_call>\n{"name": "',
    middle: '", "arguments": ',
    closing: '}\n</tool_call>',
    next: '\n<tool_call>\n{"name": "',
  });
  expect(create(read('llama')).style.format).toEqual({
    opening: '{"name": "',
    middle: '", "parameters": ',
    closing: '}',
    next: undefined,
  });
  expect(create(read('mistral')).style.format).toEqual({
    opening: '[TOOL_CALLS] [{"name": "',
    middle: '", "arguments": ',
    closing: ', "id": "call00000"}',
    next: ', {"name": "',
  });
});

const chatml =
  '{% for m in messages %}<{{ m.role }}>{{ m.content }}{% if m.tool_calls %}{% for c in m.tool_calls %}';
const end = '{% endfor %}{% endif %}</>{% endfor %}{% if tools %}{% endif %}';

test('arguments are given as text to a template that writes them as they are', () => {
  const template = `${chatml}[[{{ c.function.name }}|{{ c.function.arguments + '' }}]]${end}`;
  const { style } = create(template);
  expect(style.format).toMatchObject({ opening: '[[', middle: '|', closing: ']]', next: '[[' });
});

test('a template whose calls are not JSON is left to the other method', () => {
  const members = '{% for k in c.function.arguments %}<{{ k }}>{% endfor %}';
  const template = `${chatml}<f={{ c.function.name }}>${members}</f>${end}`;
  expect(createToolTemplate({ template, library, model })).toBeUndefined();
  expect(createToolTemplate({ template: '{{ messages }}', library, model })).toBeUndefined();
});

test('Hermes: calls between tags, results as the user', () => {
  expect(write(create(read('hermes')), called, 'Brief.')).toBe(
    '<|im_start|>system\n«Brief.»\n\n# Tools\n\n<tools>\n{"type": "function", "function": ' +
      '{"name": "find", "description": "Finds", "parameters": {"type": "object", "properties": ' +
      '{}}}}\n</tools>\n\nCall one so:\n<tool_call>\n{"name": NAME, "arguments": OBJECT}\n' +
      '</tool_call><|im_end|>\n<|im_start|>user\n«Where?»<|im_end|>\n<|im_start|>assistant\n«Hm.»' +
      '\n<tool_call>\n{"name": "find", "arguments": {"place": "«a \\"b\\"»"}}\n</tool_call>' +
      '<|im_end|>\n<|im_start|>user\n<tool_response>\n«c "d"»\n</tool_response><|im_end|>\n' +
      '<|im_start|>assistant\n',
  );
});

test('Llama: one call at a time, each with its result, which is JSON', () => {
  const written = write(create(read('llama')), calledTwice);
  const head = '<|im_start|>assistant\n\n{"name": "find", "parameters": {"place": "';
  expect(written.slice(written.indexOf('«Where?»'))).toBe(
    `«Where?»<|im_end|>${head}«a»"}}<|im_end|><|im_start|>ipython\n\n"«A»"<|im_end|>` +
      `${head}«b»"}}<|im_end|><|im_start|>ipython\n\n"«B»"<|im_end|><|im_start|>assistant\n\n`,
  );
});

test('Mistral: a list of calls with IDs of nine characters', () => {
  const written = write(create(read('mistral')), calledTwice);
  expect(written.slice(written.indexOf('[INST]'))).toBe(
    '[INST] «Where?»[/INST][TOOL_CALLS] [{"name": "find", "arguments": {"place": "«a»"}, "id": ' +
      '"call00000"}, {"name": "find", "arguments": {"place": "«b»"}, "id": "call00001"}]EOS' +
      '[TOOL_RESULTS] {"content": «B», "call_id": "call00001"}[/TOOL_RESULTS]' +
      '[TOOL_RESULTS] {"content": «A», "call_id": "call00000"}[/TOOL_RESULTS]',
  );
});

test('an answer that is begun is gone on with', () => {
  const begun: Message = { role: 'assistant', content: [{ text: 'It is' }] };
  expect(write(create(read('hermes')), [asked, begun])).toMatch(/assistant\n«It is»$/);
});

test('a system message goes to the user where the template refuses it', () => {
  const refusing =
    "{% if messages[0].role == 'system' %}{{ raise_exception('No system') }}{% endif %}";
  const template = create(refusing + read('hermes'));
  expect(write(template, [asked], 'Brief.')).toContain('user\n«Brief.»\n\n«Where?»<|im_end|>');
});

test('what the template refuses altogether is refused in its words', () => {
  const limited = "{% if messages | length > 4 %}{{ raise_exception('Too many') }}{% endif %}";
  const template = create(limited + read('hermes'));
  expect(() => write(template, [...called, ...called])).toThrow(
    /^The model's chat template refuses this conversation: .*Too many/,
  );
});

test('a result that failed says so, and what the user adds follows it', () => {
  const failed = { toolResult: { ...resultOf('one', 'no').toolResult, status: 'error' as const } };
  const last: Message = { role: 'user', content: [{ text: 'Go on.' }, failed] };
  expect(toTemplateMessages({ messages: [...called.slice(0, 2), last] }).slice(2)).toEqual([
    { role: 'tool', content: 'Error: no', tool_call_id: 'call00000', name: 'find' },
    { role: 'user', content: 'Go on.' },
  ]);
});
