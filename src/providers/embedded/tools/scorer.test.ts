// The scorer on a sequence that is no model: what it reads, and what it finds likeliest.

import type { Token } from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { scoredTextTokensMax } from '../../../limits.ts';
import { SequenceScorer } from './scorer.ts';

type Input = Token | [Token, { generateNext: { logits: { filter: { tokens: Token[] } } } }];

/** Every character is a token; the likelihood of a token is a function of what it follows. */
function createScorer(logit: (before: string, next: string) => number, likeliest = '\0') {
  let held: number[] = [];
  const reads: string[] = [];
  const letters = (tokens: readonly number[]): string => String.fromCharCode(...tokens);
  const sequence = {
    get nextTokenIndex() {
      return held.length;
    },
    async eraseContextTokenRanges([range]: { start: number }[]) {
      held = held.slice(0, range?.start);
    },
    async controlledEvaluate(inputs: Input[]) {
      reads.push(letters(inputs.map((input) => (Array.isArray(input) ? input[0] : input))));
      const outputs: unknown[] = [];
      for (const [index, input] of inputs.entries()) {
        held.push(Array.isArray(input) ? input[0] : input);
        if (!Array.isArray(input)) continue;
        const before = letters(held);
        const { tokens } = input[1].generateNext.logits.filter;
        const logits = tokens.map((token) => [token, logit(before, letters([token]))] as const);
        const selected = likeliest.charCodeAt(held.length % likeliest.length);
        // Holes where nothing was asked, as in the library; 0 is the greatest logit of all.
        outputs[index] = {
          next: { logits: new Map([...logits, [selected, 0]]), totalLogitWeight: 1 },
        };
      }
      outputs.length = inputs.length;
      return outputs;
    },
  };
  const scorer = new SequenceScorer({
    sequences: [{ sequence: sequence as never, read: [] }],
    tokenize: (text) => Array.from(text, (letter) => letter.charCodeAt(0) as Token),
    detokenize: letters,
    signal: new AbortController().signal,
  });
  return { scorer, reads };
}

test("a score is the sum over the text's own tokens", async () => {
  const { scorer } = createScorer((before) => (before.length < 4 ? -100 : -1));
  expect(await scorer.score('Say:', 'abc')).toBe(-3);
});

test('what is read already is not read again', async () => {
  const { scorer, reads } = createScorer(() => -1);
  await scorer.score('Say:', 'abc');
  await scorer.score('Say:', 'xyz');
  expect(reads).toEqual(['Say:ab', ':xy']);
});

test('the likeliest texts come first, and one that is the beginning of another counts', async () => {
  const likely = new Set(['Rome']);
  const { scorer } = createScorer((before, next) => {
    const said = before.slice(before.indexOf(':') + 1) + next;
    return [...likely].some((word) => word.startsWith(said)) ? -0.1 : -5;
  });
  const texts = ['Paris', 'Roma', 'Rom', 'Rome', 'Milano'];
  const ranked = await scorer.rank('City:', texts, 2);
  expect(ranked.map(({ index }) => texts[index])).toEqual(['Rom', 'Rome']);
  expect(await scorer.choose('City:', ['Paris', 'Rome'])).toBe(1);
  expect(await scorer.choose('City:', [])).toBeUndefined();
  expect(await scorer.choose('City:', ['only'])).toBe(0);
});

test('ranking finds what scoring every text finds', async () => {
  const { scorer } = createScorer(
    (before, next) => -((before.length * 7 + next.charCodeAt(0)) % 5),
  );
  const texts = ['abc', 'abd', 'ab', 'xyz', 'xaz', 'b'];
  const scores = [];
  for (const text of texts) scores.push({ text, score: await scorer.score('P:', text) });
  const [best] = scores.toSorted((a, b) => b.score - a.score);
  const [ranked] = await scorer.rank('P:', texts, 1);
  expect(texts[ranked?.index ?? 0]).toBe(best?.text);
  expect(ranked?.score).toBeCloseTo(best?.score ?? NaN);
});

test('the model writes up to a quotation mark, or nothing', async () => {
  const prefix = 'Say: "';
  const write = (text: string): Promise<string | undefined> =>
    // The letter after as many as the prefix has is the first.
    createScorer(() => -9, text.slice(-prefix.length) + text.slice(0, -prefix.length)).scorer.write(
      prefix,
    );
  expect(await write('good morning" and more')).toBe('good morning');
  expect(await write('two lines\n"        ')).toBeUndefined();
  expect(await write('  "       ')).toBeUndefined();
  expect(await write('and so on ')).toBeUndefined();
});

test('of a text without end beginning and end are kept', () => {
  const { scorer } = createScorer(() => -1);
  const clipped = scorer.clip(`Once ${'word '.repeat(50_000)}the end`);
  expect(clipped).toMatch(/^Once word .* \.\.\. .* the end$/);
  expect(clipped.length).toBeLessThanOrEqual(scoredTextTokensMax);
  expect(scorer.clip('short')).toBe('short');
});
