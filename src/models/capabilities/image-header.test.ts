import { expect, test } from 'vitest';
import { readImageHeader } from './image-header.ts';

// Written by Pillow 13 as 3 by 2 pixels, and cut after their headers.
const images = {
  png: '89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d',
  gif: '474946383761030002008100',
  jpeg:
    'ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d' +
    '0c0b0b0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d3832' +
    '3c2e333432ffdb0043010909090c0b0c180d0d1832211c21323232323232323232323232323232323232' +
    '3232323232323232323232323232323232323232323232323232323232323232ffc00011080002000303' +
    '0122000211010311',
  lossy: '524946463a00000057454250565038202e0000009001009d012a03000200014026',
  lossless: '524946461e000000574542505650384c110000002f0240000007508f2217a5ff',
  extended: '524946465e00000057454250565038580a0000000800000002000001000056503820',
} as const;

test.each([
  ['png', images.png],
  ['gif', images.gif],
  ['gif', images.gif.replace('3761', '3961')],
  ['jpeg', images.jpeg.replace('ffc000', 'ffc200')],
  ['jpeg', images.jpeg],
  ['webp', images.lossy],
  ['webp', images.lossless],
  ['webp', images.extended],
])('an image of %s of 3 by 2 pixels is read from %s', (format, hex) => {
  expect(readImageHeader(Buffer.from(hex, 'hex'))).toEqual({
    format,
    size: { width: 3, height: 2 },
  });
});

test.each(Object.entries(images))('however soon %s ends, nothing is made up', (_name, hex) => {
  const bytes = Buffer.from(hex, 'hex');
  const whole = readImageHeader(bytes);
  for (let length = 0; length < bytes.length; length += 1) {
    const header = readImageHeader(new Uint8Array(bytes.subarray(0, length)));
    expect([undefined, whole?.format]).toContain(header?.format);
    expect([undefined, whole?.size]).toContainEqual(header?.size);
  }
});

test('a JPEG may fill its markers up, and tables are no frames', () => {
  const hex = 'ffd8ffffc40004aabbffffffcc0003aaffc2000b080002000301';
  expect(readImageHeader(Buffer.from(hex, 'hex'))?.size).toEqual({ width: 3, height: 2 });
});

test.each(['', 'text', 'GIF', 'RIFF0000AVI ', '%PDF-1.7'])('%j is no image', (text) => {
  expect(readImageHeader(Buffer.from(text))).toBeUndefined();
});

test('an image in the middle of a buffer is read from its own bytes', () => {
  const png = Buffer.from(images.png, 'hex');
  const bytes = Buffer.concat([Buffer.from('before'), png]).subarray(6);
  expect(readImageHeader(bytes)?.size).toEqual({ width: 3, height: 2 });
});
