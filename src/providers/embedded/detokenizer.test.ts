// Characters come out whole, whatever bytes the tokens hold.

import { expect, test } from 'vitest';

import { Detokenizer } from './detokenizer.ts';

const decode = (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens));

/** A vocabulary of single bytes: the worst case. */
function run(bytes: Iterable<number>): string[] {
  const detokenizer = new Detokenizer<number>(decode);
  const out = [...bytes].map((byte) => detokenizer.push(byte));
  out.push(detokenizer.end());
  return out;
}

test('a character of several tokens comes out once it is whole', () => {
  expect(run(Buffer.from('a👩é'))).toEqual(['a', '', '', '', '👩', '', 'é', '']);
});

test('half a character at the end is dropped', () => {
  expect(run([...Buffer.from('ok'), 0xf0, 0x9f])).toEqual(['o', 'k', '', '', '']);
});

test('half a character that is the whole answer becomes a replacement character', () => {
  expect(run([0xf0, 0x9f])).toEqual(['', '', '\uFFFD']);
});

test('bytes that are no character are not held for ever', () => {
  const out = run([0xff, 0xff, 0xff, 0xff, 0xff, 0x41]);
  expect(out.join('')).toContain('A');
  expect(out.filter((text) => text !== '').length).toBeGreaterThan(0);
});

test('the tokens before are handed over, so that a space can be placed', () => {
  const seen: (readonly number[])[] = [];
  const detokenizer = new Detokenizer<number>((tokens, previous) => {
    seen.push(previous);
    return decode(tokens);
  });
  for (const byte of Buffer.from('abcdef')) detokenizer.push(byte);
  expect(seen.at(-1)).toEqual([...Buffer.from('bcde')]);
});
