// Real documents of every format, and those that cannot be read.

import { expect, test } from 'vitest';
import { docx, pdf, xlsx } from '../../../test/documents.ts';
import { createEnvironment } from '../../environment.ts';
import { documentPagesMax } from '../../limits.ts';
import type { DocumentFormat } from '../../protocol/api/types.generated.ts';
import { documentText } from './document-text.ts';

const { clock } = createEnvironment();
const { signal } = new AbortController();

async function read(format: DocumentFormat, bytes: Uint8Array | string) {
  const document = { path: 'messages.0.content.1.document', format, bytes: Buffer.from(bytes) };
  return documentText(document, { clock, signal });
}

const page =
  '<title>Hidden</title><style>p{}</style><h1>Head</h1><p>One <b>two</b>\n three</p>' +
  '<ul><li>a</li><li>b</li></ul><table><tr><td>x</td><td>y</td></tr></table><script>1</script>';

test.each<[DocumentFormat, Uint8Array | string, string]>([
  ['txt', 'Plain\ntext', 'Plain\ntext'],
  ['md', '# Head', '# Head'],
  ['csv', 'a,b\n1,2', 'a,b\n1,2'],
  ['html', page, 'Head\n\nOne two three\n\n- a\n\n- b\n\nx\ty'],
  ['pdf', pdf(['First page', 'Second page']), 'First page\n\nSecond page'],
  ['docx', docx('Dear reader', ['left', 'right']), 'Dear reader\n\nleft\n\nright'],
  [
    'xlsx',
    xlsx('Sales', [
      ['city', 'sum'],
      ['Paris', 7],
    ]),
    '# Sales\ncity\tsum\nParis\t7',
  ],
])('%s is read', async (format, bytes, text) => {
  expect(await read(format, bytes)).toEqual({ text, isCut: false });
});

test('text in UTF-16 is read by its first bytes', async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('é', 'utf16le')]);
  expect((await read('txt', bytes)).text).toBe('é');
});

test('of a long document the first pages are read', async () => {
  const lines = Array.from({ length: documentPagesMax + 1 }, (_, at) => `page ${at + 1}`);
  const { text, isCut } = await read('pdf', pdf(lines));
  expect(isCut).toBe(true);
  expect(text.endsWith(`page ${documentPagesMax}`)).toBe(true);
});

test.each(['pdf', 'docx', 'xlsx'] as const)('a %s that is none is refused', async (format) => {
  await expect(read(format, 'nonsense')).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('messages.0.content.1.document'),
  });
});

test.each(['doc', 'xls'] as const)('%s is refused with the cure', async (format) => {
  await expect(read(format, 'old')).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(`Save it as ${format}x`),
  });
});

test('more documents than threads are read in line', async () => {
  const documents = Array.from({ length: 5 }, (_, at) => read('html', `<p>${at}</p>`));
  const texts = (await Promise.all(documents)).map(({ text }) => text);
  expect(texts).toEqual(['0', '1', '2', '3', '4']);
});

test('an abort ends the reading', async () => {
  const controller = new AbortController();
  const document = { path: 'a', format: 'pdf', bytes: pdf(['x']) } as const;
  const reading = documentText(document, { clock, signal: controller.signal });
  controller.abort(new Error('gone'));
  await expect(reading).rejects.toThrow('gone');
});
