// Addresses of the hub: what is one, and what is none.

import { expect, test } from 'vitest';

import { parseHubAddress, partsOf } from './hub-address.ts';
import { embeddedModels } from './models.ts';
import { WeightsError } from './weights-error.ts';

test('an address names a file or a quantisation', () => {
  const rest = { user: 'a', repository: 'b-GGUF', branch: 'main' };
  expect(parseHubAddress('hf:a/b-GGUF')).toEqual({ ...rest, wanted: { quant: '' } });
  expect(parseHubAddress('hf:a/b-GGUF:Q4_0')).toEqual({ ...rest, wanted: { quant: 'Q4_0' } });
  expect(parseHubAddress('hf:a/b-GGUF/q/c.gguf')).toEqual({
    ...rest,
    wanted: { file: 'q/c.gguf' },
  });
  expect(parseHubAddress('hf:a/b-GGUF/c.gguf#v2').branch).toBe('v2');
});

test('what is no address is refused with an example of one', () => {
  const wrong = ['hf:', 'hf:a', 'hf:a/', 'hf:/b', 'hf:a/b/c', 'hf:a/b:Q4/c.gguf', 'hf:a/b:Q:4'];
  wrong.push('hf:a/b/../c.gguf', 'hf:../b', 'hf:a/b c/d.gguf', 'hf:a/b/c.gguf#', 'hf:a/b#v2');
  wrong.push('hf:a/b/c.gguf#v#2', 'hf:a/..', 'hf:a/b/c\\d.gguf', 'hf:a//c.gguf', 'hf:a/b:..');
  for (const address of wrong) {
    expect(() => parseHubAddress(address), address).toThrow(WeightsError);
    expect(() => parseHubAddress(address), address).toThrow('write hf:USER/REPOSITORY:QUANT');
  }
});

test('a file of numbered parts is all of them', () => {
  expect(partsOf('q/m-00002-of-00003.gguf')).toEqual([
    'q/m-00001-of-00003.gguf',
    'q/m-00002-of-00003.gguf',
    'q/m-00003-of-00003.gguf',
  ]);
  expect(partsOf('m.gguf')).toEqual(['m.gguf']);
});

test('the list has each name once, and an address that is one', () => {
  const names = embeddedModels.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { address, name } of embeddedModels.slice(1)) {
    expect(parseHubAddress(address).wanted, name).toHaveProperty('file');
  }
});
