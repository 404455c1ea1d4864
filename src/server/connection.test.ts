// Which addresses are this machine's own.

import { expect, test } from 'vitest';
import { isLoopbackAddress } from './connection.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.127', false],
  ['128.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['fe80::1', false],
  ['', false],
  [undefined, false],
])('the address %s is local: %s', (address, local) => {
  expect(isLoopbackAddress(address)).toBe(local);
});
