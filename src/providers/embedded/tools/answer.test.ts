// Results in words: every value is named, and nothing else is.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { answerFrom } from './answer.ts';
import type { PastCall } from './conversation.ts';
import { createFakeScorer } from '../../../../test/fake-scorer.ts';
import type { Json } from './schema.ts';

const scorer = createFakeScorer();

function callOf(value: Json, error = false): PastCall {
  return { name: 'get_weather', input: { city: 'Seattle' }, result: { error, values: [value] } };
}

function tell(...values: readonly Json[]): Promise<string> {
  return answerFrom(
    'What is the weather?',
    values.map((value) => callOf(value)),
    scorer,
  );
}

test('a flat result is one sentence that names its values as they are', async () => {
  const value = { temperature: '54F', condition: 'cloudy', humidity: '82%' };
  expect(await tell(value)).toBe(
    'The temperature is 54F, the condition is cloudy, and the humidity is 82%.',
  );
  expect(await tell({ piecesLeft: 0, open: true })).toBe(
    'The pieces left is 0 and the open is true.',
  );
  expect(await tell('bonjour')).toBe('The result is bonjour.');
});

test('the model chooses among openings that name what was asked about', async () => {
  const fond = createFakeScorer((text) => (text.includes(' in Seattle') ? 1 : 0));
  expect(await answerFrom('?', [callOf({ temperature: '54F' })], fond)).toBe(
    'The temperature in Seattle is 54F.',
  );
});

test('of several results each says what it belongs to', async () => {
  expect(await tell({ a: 1 }, { a: 2 })).toBe('The a in Seattle is 1. The a in Seattle is 2.');
});

test('arrays and nested results are listed, a line an entry', async () => {
  expect(await tell([{ id: 1001, customer: 'Kim' }, { id: 1007 }])).toBe(
    'Here is the result of get weather for Seattle:\n- id: 1001, customer: Kim\n- id: 1007',
  );
  expect(await tell({ day: { high: 3 }, tags: ['a'] })).toContain('day:\n  high: 3\ntags:\n  - a');
});

test('an error is told as one', async () => {
  const text = await answerFrom('?', [callOf('no such city', true)], scorer);
  expect(text).toBe('The tool get weather failed for Seattle: no such city.');
});

test('a tool without a result is told so', async () => {
  const call = { ...callOf(''), result: { error: false, values: [] } };
  expect(await answerFrom('?', [call], scorer)).toBe('The tool get weather gave no result.');
});

test('every value of any result is named', async () => {
  const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z0-9%]{1,12}$/));
  const result = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.oneof(scalar, fc.array(scalar)),
  );
  await fc.assert(
    fc.asyncProperty(result, async (value) => {
      const text = await tell(value);
      for (const one of Object.values(value).flat()) expect(text).toContain(String(one));
    }),
    { numRuns: 200 },
  );
});
