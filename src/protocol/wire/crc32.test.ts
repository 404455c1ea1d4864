import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, crc32ByTable } from './crc32.ts';

test('the check value of CRC-32 comes out', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  expect(crc32ByTable(Buffer.from('123456789'))).toBe(0xcbf43926);
});

test('the table gives what zlib gives, also when it goes on from a start', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      const whole = Buffer.concat([first, second]);
      expect(crc32ByTable(whole)).toBe(crc32(whole));
      expect(crc32ByTable(second, crc32ByTable(first))).toBe(crc32(whole));
    }),
  );
});
