// The stop sequences: what comes out never depends on how the text was split.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { StopSequences } from './stop-sequences.ts';

function run(pieces: readonly string[], sequences: readonly string[]): [string, string[]] {
  const stop = new StopSequences(sequences);
  const out: string[] = [];
  for (const piece of pieces) out.push(stop.push(piece));
  out.push(stop.end());
  return [out.join(''), out];
}

function expected(text: string, sequences: readonly string[]): string {
  const starts = sequences.map((sequence) => text.indexOf(sequence)).filter((at) => at !== -1);
  return starts.length === 0 ? text : text.slice(0, Math.min(...starts));
}

// Few letters, so that sequences occur, overlap and nearly occur all the time.
const word = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength });

test('any split gives the text before the earliest stop sequence', () => {
  fc.assert(
    fc.property(
      fc.array(word(4), { maxLength: 12 }),
      fc.array(word(5), { minLength: 1, maxLength: 4 }),
      (pieces, sequences) => {
        const text = pieces.join('');
        expect(run(pieces, sequences)[0]).toBe(expected(text, sequences));
        expect(run(Array.from(text), sequences)[0]).toBe(expected(text, sequences));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('text that cannot begin a stop sequence comes out at once', () => {
  expect(run(['Hello', ' wor', 'ld\n', '\nMore'], ['\n\n'])[1]).toEqual([
    'Hello',
    ' wor',
    'ld',
    '',
    '',
  ]);
});

test('a partial match that fails comes out whole', () => {
  expect(run(['a<', 'en', 'x>'], ['<end>'])[1]).toEqual(['a', '', '<enx>', '']);
});

test('the matched stop sequence is named, and nothing follows it', () => {
  const stop = new StopSequences(['END', 'STOP']);
  expect(stop.push('go ST')).toBe('go ');
  expect(stop.matched).toBeUndefined();
  expect(stop.push('OP now')).toBe('');
  expect(stop.matched).toBe('STOP');
  expect(stop.push('more')).toBe('');
  expect(stop.end()).toBe('');
});

test('an earlier sequence still under way decides before a later finished one', () => {
  expect(run(['abc', 'd'], ['abcd', 'bc'])[0]).toBe('');
  expect(run(['abc', 'x'], ['abcd', 'bc'])[0]).toBe('a');
  expect(run(['abc'], ['abcd', 'bc'])[0]).toBe('a');
});

test('without stop sequences text passes untouched', () => {
  expect(run(['a', 'b'], [])[1]).toEqual(['a', 'b', '']);
});
