import { expect, test } from 'vitest';
import { wholeAnswer } from './whole-answer.ts';

const head = { id: 'a', created: 1, model: 'm', object: 'chat.completion.chunk' };

function chunk(delta: object, rest: object = {}) {
  return { ...head, choices: [{ index: 0, finish_reason: null, delta, ...rest }] };
}

// As llama.cpp's server sends them.
test('texts are joined, and what the last chunk counts is kept', () => {
  const usage = { completion_tokens: 2, prompt_tokens: 3, total_tokens: 5 };
  const chunks = [
    chunk({ role: 'assistant', content: null }),
    chunk({ reasoning_content: 'Hm' }),
    chunk({ reasoning_content: '.' }),
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    chunk({}, { finish_reason: 'stop' }),
    { ...head, choices: [], usage, timings: { cache_n: 1 } },
  ];
  expect(wholeAnswer(chunks)).toEqual({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'Hello', reasoning_content: 'Hm.' },
      },
    ],
    usage,
    timings: { cache_n: 1 },
  });
});

test('the pieces of several calls are joined each to its own', () => {
  const call = (index: number, piece: object, rest: object = {}) =>
    chunk({ tool_calls: [{ index, ...rest, function: piece }] });
  const chunks = [
    chunk({ role: 'assistant', content: null }),
    call(0, { name: 'one', arguments: '{' }, { id: 'x', type: 'function' }),
    call(0, { arguments: '"a":1}' }),
    call(1, { name: 'two', arguments: '' }, { id: 'y', type: 'function' }),
    call(1, { arguments: '{}' }),
    chunk({}, { finish_reason: 'tool_calls' }),
  ];
  expect(wholeAnswer(chunks)).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          content: null,
          tool_calls: [
            { id: 'x', type: 'function', function: { name: 'one', arguments: '{"a":1}' } },
            { id: 'y', type: 'function', function: { name: 'two', arguments: '{}' } },
          ],
        },
      },
    ],
  });
});

test('several choices stay apart, and their probabilities are in a row', () => {
  const of = (index: number, text: string, finish: string | null = null) => ({
    ...head,
    choices: [
      {
        index,
        delta: { content: text },
        finish_reason: finish,
        logprobs: { content: [{ token: text }] },
      },
    ],
  });
  const chunks = [of(0, 'a'), of(1, 'b'), of(0, 'c', 'stop'), of(1, 'd', 'length')];
  expect(wholeAnswer(chunks)).toMatchObject({
    choices: [
      { message: { content: 'ac' }, logprobs: { content: [{ token: 'a' }, { token: 'c' }] } },
      { message: { content: 'bd' }, finish_reason: 'length' },
    ],
  });
});

test.each([[[]], [[chunk({ content: 'a' })]]])('without an end %j is no answer', (chunks) => {
  expect(() => wholeAnswer(chunks)).toThrow('ended before it was whole');
});
