// Which sequence reads a text, on sequences that only count.

import type { Token } from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { prepareSequence, type ScoringSequence } from './scoring-sequences.ts';

interface Fake extends ScoringSequence {
  readonly held: () => string;
}

function createSequence(canCopy = true): Fake {
  let held: Token[] = [];
  const sequence = {
    get nextTokenIndex() {
      return held.length;
    },
    async eraseContextTokenRanges([range]: readonly { start: number }[]) {
      held = held.slice(0, range?.start);
    },
    async controlledEvaluate(tokens: readonly Token[]) {
      held.push(...tokens);
      return [];
    },
    tokens: () => held,
    ...(canCopy && {
      async _copyStateFromOtherSequence(other: { tokens(): Token[] }, length: number) {
        held = other.tokens().slice(0, length);
        return held.length === length;
      },
    }),
  };
  return { sequence: sequence as never, read: [], held: () => String.fromCharCode(...held) };
}

/** Reads `prefix`, which lasts, and `text`; says what of it had to be read. */
async function read(sequences: readonly Fake[], prefix: string, text: string): Promise<string> {
  const tokens = Array.from(prefix + text, (letter) => letter.charCodeAt(0) as Token);
  const one = await prepareSequence(sequences, { tokens, keepMax: prefix.length });
  one.lasting = prefix.length;
  const rest = tokens.slice(one.read.length);
  await one.sequence.controlledEvaluate(rest);
  one.read.push(...rest);
  expect(sequences.map(({ held }) => held())).toContain(prefix + text);
  return String.fromCharCode(...rest);
}

test('the examples are read once, and each tool keeps its purpose', async () => {
  const sequences = [createSequence(), createSequence(), createSequence()];
  expect(await read(sequences, 'examples:weather:', 'rain')).toBe('examples:weather:rain');
  expect(await read(sequences, 'examples:time:', 'noon')).toBe('time:noon');
  expect(await read(sequences, 'examples:money:', 'euro')).toBe('money:euro');
  expect(await read(sequences, 'examples:weather:', 'snow')).toBe('snow');
  expect(await read(sequences, 'examples:time:', 'one')).toBe('one');
});

test('what was not used for longest makes room', async () => {
  const sequences = [createSequence(), createSequence()];
  await read(sequences, 'examples:weather:', 'rain');
  await read(sequences, 'examples:time:', 'noon');
  await read(sequences, 'examples:weather:', 'snow');
  expect(await read(sequences, 'examples:money:', 'euro')).toBe('money:euro');
  expect(await read(sequences, 'examples:weather:', 'hail')).toBe('hail');
  expect(await read(sequences, 'examples:time:', 'one')).toBe('time:one');
});

test('where states cannot be copied everything is read', async () => {
  const sequences = [createSequence(false), createSequence(false)];
  await read(sequences, 'examples:weather:', 'rain');
  expect(await read(sequences, 'examples:time:', 'noon')).toBe('examples:time:noon');
  expect(await read(sequences, 'examples:weather:', 'snow')).toBe('snow');
});

test('what was read beyond the known end is given up', async () => {
  const [sequence] = [createSequence()];
  await read([sequence], 'examples:weather:', 'rain');
  await sequence.sequence.controlledEvaluate([33 as Token]);
  expect(await read([sequence], 'examples:weather:', 'snow')).toBe('snow');
});

test('without a sequence nothing can be read', async () => {
  await expect(prepareSequence([], { tokens: [], keepMax: 0 })).rejects.toThrow('no sequence');
});
