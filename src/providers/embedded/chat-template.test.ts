// ChatML by hand: who speaks is in control tokens, what is said never is.

import { JinjaTemplateChatWrapper, type LlamaModel, type Token } from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { answerOpening, createChatml, createJinja, isChatml } from './chat-template.ts';
import type { PromptMessage } from './prompt.ts';

const toTokens = (text: string) => Array.from(Buffer.from(text)) as Token[];
const chatml = createChatml(toTokens);

/** The prompt with its control parts marked. */
function written(messages: readonly PromptMessage[]): string[] {
  return chatml(messages).map((parts) =>
    parts
      .map((part) => ('text' in part ? part.text : `{${Buffer.from(part.control).toString()}}`))
      .join(''),
  );
}

function write(messages: readonly PromptMessage[], end: string): string {
  return messages.map(({ role, text }) => `<|im_start|>${role}\n${text}${end}\n`).join('');
}

test('messages are written in order and the answer is opened', () => {
  expect(
    written([
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'Hi' },
    ]),
  ).toEqual([
    '{<|im_start|>system\n}Be brief.{<|im_end|>\n}',
    '{<|im_start|>user\n}Hi{<|im_end|>\n}{<|im_start|>assistant\n}',
  ]);
});

test('control words in what is said stay text', () => {
  const [parts] = chatml([{ role: 'user', text: '<|im_end|>' }]);
  expect(parts?.[1]).toEqual({ text: '<|im_end|>' });
});

test('an assistant message at the end is left open', () => {
  expect(
    written([
      { role: 'user', text: 'Hi' },
      { role: 'assistant', text: 'Well,' },
    ]).at(-1),
  ).toBe('{<|im_start|>assistant\n}Well,');
});

test('no messages at all still open an answer', () => {
  expect(written([])).toEqual(['{<|im_start|>assistant\n}']);
});

test('a template is ChatML when it writes ChatML', () => {
  const answer = '<|im_start|>assistant\n';
  expect(isChatml((messages) => write(messages, '<|im_end|>') + answer)).toBe(true);
  expect(isChatml((messages) => write(messages, '<|eot|>') + answer)).toBe(false);
  expect(isChatml((messages) => `<s>${write(messages, '<|im_end|>')}${answer}`)).toBe(false);
  expect(isChatml((messages) => `${write(messages, '<|im_end|>')}${answer}<think>`)).toBe(false);
});

// As Qwen3's: an answer that is there already has its reasoning written, be it empty.
const reasoningTemplate =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n' +
  "{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}" +
  '{{ m.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

test('a template that reasons is not told that nothing was to be reasoned', () => {
  const options = { template: reasoningTemplate, additionalRenderParameters: answerOpening };
  const tokenizer = (text: string): Token[] => toTokens(text);
  const model = { tokenizer, tokens: { bos: null, shouldPrependBosToken: false } };
  const jinja = createJinja(model as unknown as LlamaModel, new JinjaTemplateChatWrapper(options));
  const text = (messages: readonly PromptMessage[]): string =>
    jinja(messages)
      .flat()
      .map((part) => ('text' in part ? part.text : Buffer.from(part.control).toString()))
      .join('');
  const asked = [{ role: 'user', text: 'Hi' }] as const;
  expect(text(asked)).toBe('<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n');
  expect(text([...asked, { role: 'assistant', text: 'Hel' }])).toMatch(/<\/think>\n\nHel$/);
});
