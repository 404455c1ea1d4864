// Reasoning and answer told apart, however the text is split.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { endsInReasoning, hasReasoningTags, ReasoningSplitter } from './reasoning.ts';

interface Split {
  readonly reasoning: string;
  readonly text: string;
}

function split(pieces: readonly string[], startsInReasoning = false): Split {
  const splitter = new ReasoningSplitter(startsInReasoning);
  const out = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
  const firstText = out.findIndex((piece) => 'text' in piece);
  const behind = firstText === -1 ? [] : out.slice(firstText);
  expect(behind.some((piece) => 'reasoning' in piece)).toBe(false);
  expect(out).not.toContainEqual({ text: '' });
  expect(out).not.toContainEqual({ reasoning: '' });
  return {
    reasoning: out.map((piece) => ('reasoning' in piece ? piece.reasoning : '')).join(''),
    text: out.map((piece) => ('text' in piece ? piece.text : '')).join(''),
  };
}

const cases: readonly (readonly [written: string, startsInReasoning: boolean, Split])[] = [
  ['<think>\nHm, so.\n</think>\n\nYes.', false, { reasoning: 'Hm, so.', text: 'Yes.' }],
  ['\n<think>a\n\nb</think>c', false, { reasoning: 'a\n\nb', text: 'c' }],
  ['<think>\n\n</think>\n\nYes.', false, { reasoning: '', text: 'Yes.' }],
  ['No tags at all. ', false, { reasoning: '', text: 'No tags at all. ' }],
  [' <thin', false, { reasoning: '', text: ' <thin' }],
  [
    'I write <think>x</think> here',
    false,
    { reasoning: '', text: 'I write <think>x</think> here' },
  ],
  ['<think>never closed </thin', false, { reasoning: 'never closed </thin', text: '' }],
  ['<think>a </b> c</think> d', false, { reasoning: 'a </b> c', text: 'd' }],
  ['<think>a</think>b</think> <think>', false, { reasoning: 'a', text: 'b</think> <think>' }],
  ['begun before\n</think>\n\nYes.', true, { reasoning: 'begun before', text: 'Yes.' }],
  ['</think>Yes.', true, { reasoning: '', text: 'Yes.' }],
  ['<think>only</think>\n', false, { reasoning: 'only', text: '' }],
];

test('the tags part the reasoning from the answer', () => {
  for (const [written, startsInReasoning, expected] of cases) {
    expect(split([written], startsInReasoning), written).toEqual(expected);
  }
});

test('any split of the text gives the same', () => {
  const word = fc.constantFrom('<think>', '</think>', '<', '</', 'th', 'ink>', ' ', '\n', 'a', 'Ä');
  const whole = fc.array(word, { maxLength: 14 }).map((words) => words.join(''));
  fc.assert(
    fc.property(whole, fc.boolean(), fc.array(fc.nat(60)), (text, startsInReasoning, cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(split(pieces, startsInReasoning)).toEqual(split([text], startsInReasoning));
    }),
    { numRuns: 2_000 },
  );
});

test('reasoning comes out as it is written, not at its end', () => {
  const splitter = new ReasoningSplitter(false);
  expect(splitter.push('<think>\nFirst')).toEqual([{ reasoning: 'First' }]);
  expect(splitter.push(' second ')).toEqual([{ reasoning: ' second' }]);
  expect(splitter.push('</thi')).toEqual([]);
  expect(splitter.push('nk>\n\nDone')).toEqual([{ text: 'Done' }]);
});

test('only a template that closes reasoning has tags, and only an open end begins in it', () => {
  expect(hasReasoningTags("{% if '</think>' in content %}")).toBe(true);
  expect(hasReasoningTags("{{ '<|im_start|>' }}")).toBe(false);
  expect(endsInReasoning('<|assistant|><think>\n')).toBe(true);
  expect(endsInReasoning('<|assistant|><think>\n\n</think>\n\n')).toBe(false);
});
