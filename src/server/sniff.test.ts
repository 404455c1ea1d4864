// The first bytes of a connection and the protocol that they begin.

import { expect, test } from 'vitest';
import { protocolOf } from './sniff.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

test('only the whole preface begins HTTP/2', () => {
  expect(protocolOf(Buffer.from(preface))).toBe('http2');
  expect(protocolOf(Buffer.from(`${preface}\u0000\u0000`))).toBe('http2');
  for (let length = 0; length < preface.length; length++) {
    expect(protocolOf(Buffer.from(preface.slice(0, length)))).toBeUndefined();
  }
});

test('the first byte that differs from the preface begins HTTP/1.1', () => {
  for (let length = 0; length < preface.length; length++) {
    expect(protocolOf(Buffer.from(`${preface.slice(0, length)}~`))).toBe('http1');
  }
  expect(protocolOf(Buffer.from('POST / HTTP/1.1\r\n'))).toBe('http1');
});
