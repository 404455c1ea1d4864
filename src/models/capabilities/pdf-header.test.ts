import { expect, test } from 'vitest';
import { readPdfHeader } from './pdf-header.ts';

const head = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n';
const pdf = (text: string) => Buffer.from(`${head}${text}`, 'latin1');
const kids = (count: number) =>
  Array.from({ length: count }, (_, index) => `${index} 0 R`).join(' ');

test.each([
  ['a flat tree', 3, '2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>\nendobj'],
  ['a count before its type', 3, '2 0 obj <</Count 3/Kids[3 0 R]/Type/Pages>> endobj'],
  ['a long list', 400, `2 0 obj <</Type/Pages/Kids[${kids(400)}]/Count 400>> endobj`],
  ['a long list first', 400, `2 0 obj <</Kids[${kids(400)}]/Count 400/Type/Pages>> endobj`],
  [
    'a tree of nodes, after an outline',
    12,
    '9 0 obj <</Type/Outlines/Count 99>> endobj\n' +
      '3 0 obj <</Type/Pages/Parent 2 0 R/Count 5>> endobj\n' +
      '2 0 obj <</Type/Pages/Resources<</Font<</F 9 0 R>>>>/Count 12>> endobj\n' +
      '4 0 obj <</Type/Pages/Parent 2 0 R/Count 7>> endobj\n',
  ],
  ['a compressed tree', undefined, '2 0 obj << /Type /ObjStm /N 5 >> stream x endstream endobj'],
])('the pages of %s are %s', (_what, pages, text) => {
  expect(readPdfHeader(pdf(text))).toEqual({ pages, isEncrypted: false });
});

test('a file made for the web says its pages first', () => {
  const text = '%PDF-1.5\n7 0 obj <</Linearized 1/L 999/O 9/E 88/N 101/T 77>> endobj';
  expect(readPdfHeader(Buffer.from(text))?.pages).toBe(101);
});

test.each([
  ['trailer << /Root 1 0 R /Encrypt 8 0 R >>', true],
  ['9 0 obj <</Type/XRef/Encrypt 8 0 R/Root 1 0 R>>', true],
  ['trailer <</Encrypt<</Filter/Standard>>>>', true],
  ['trailer << /Root 1 0 R >> (how to /Encrypt a file)', false],
  ['4 0 obj <</EncryptMetadata false>>', false],
])('%s is encrypted: %s', (text, isEncrypted) => {
  expect(readPdfHeader(pdf(text))?.isEncrypted).toBe(isEncrypted);
});

test('what is no PDF has no header', () => {
  expect(readPdfHeader(Buffer.from('a text about %PDF-1.7'))).toBeUndefined();
});

test('a file made to be slow is read in good time', () => {
  const nodes = pdf('<</Type/Pages/Count 1 '.repeat(200_000));
  const begun = performance.now();
  expect(readPdfHeader(nodes)?.pages).toBe(1);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
