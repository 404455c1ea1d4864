// Images, sounds and files in OpenAI's format: data URLs both ways, and how others are refused.

import { expect, test } from 'vitest';
import type { DocumentBlock } from '../../../protocol/api/types.generated.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { createOpenaiChat, openaiChat } from '../openai-chat.ts';
import {
  fromAudioPart,
  fromFilePart,
  fromImagePart,
  toDocumentPart,
  toImagePart,
} from './media.ts';

const place = () => ({ path: 'p', losses: createLosses() });
const base64 = Buffer.from('bytes').toString('base64');
const bytes = Buffer.from('bytes');
const imageOf = (url: unknown): JsonObject => ({ type: 'image_url', image_url: { url } });
const fileOf = (file: JsonObject): JsonObject => ({ type: 'file', file });

test.each(['png', 'jpeg', 'gif', 'webp'] as const)(
  'an image in %s is carried both ways',
  (format) => {
    const part = imageOf(`data:image/${format};base64,${base64}`);
    const image = { format, source: { bytes } };
    expect(toImagePart(image, place())).toEqual(part);
    expect(fromImagePart(part, place())).toEqual(image);
  },
);

test.each([
  ['another name of the type', imageOf(`data:image/jpg;base64,${base64}`), 'jpeg'],
  ['a type with a setting', imageOf(`data:image/png;charset=utf-8;base64,${base64}`), 'png'],
  ['large letters', imageOf(`DATA:IMAGE/PNG;BASE64,${base64}`), 'png'],
  ['the URL alone', { image_url: `data:image/png;base64,${base64}` }, 'png'],
])('an image is read: %s', (_name, part, format) => {
  expect(fromImagePart(part, place())).toEqual({ format, source: { bytes } });
});

test.each([
  [
    imageOf('https://example.com/a.png'),
    'The value at p.image_url.url is not a data URL with base64 data, and nothing is fetched from ' +
      'other addresses. Provide data:<type>;base64,<data> and try again.',
  ],
  [imageOf(undefined), 'is not a data URL'],
  [imageOf('data:image/png,abc'), 'is not a data URL'],
  [imageOf('data:image/png;base64,'), 'is not valid base64 data'],
  [imageOf('data:image/png;base64,a%b='), 'is not valid base64 data'],
  [
    imageOf(`data:image/tiff;base64,${base64}`),
    'The value at p.image_url.url is an image of the type image/tiff. ' +
      'Provide png, jpeg, gif or webp and try again.',
  ],
])('an image is refused: %o', (part, message) => {
  expect(() => fromImagePart(part, place())).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    }),
  );
});

test('a sound in another format is refused', () => {
  const part = { input_audio: { data: base64, format: 'ogg' } };
  expect(() => fromAudioPart(part, place())).toThrow('Provide wav or mp3');
});

const pdf = `data:application/pdf;base64,${base64}`;

test.each<[string, JsonObject, string, readonly string[]]>([
  ['a plain name', { filename: 'Report.pdf', file_data: pdf }, 'Report', []],
  ['other letters', { filename: 'Réport: 1.PDF', file_data: pdf }, 'R-port- 1', ['changed']],
  ['no name', { file_data: pdf }, 'Document 4', ['emulated']],
])('a file is a document: %s', (_name, ...[file, name, told]) => {
  const losses = createLosses();
  const document = fromFilePart(fileOf(file), { path: 'messages.4', losses });
  expect(document).toEqual({ format: 'pdf', name, source: { bytes } });
  expect(losses.list.map(({ handling }) => handling)).toEqual(told);
});

test.each([
  [{ file_id: 'file-1' }, 'The value at p.file.file_id names a file that is kept elsewhere.'],
  [{ file_data: `data:text/csv;base64,${base64}` }, 'is a file of the type text/csv'],
  [{}, 'The value at p.file.file_data is not a data URL'],
])('a file is refused: %o', (file, message) => {
  expect(() => fromFilePart(fileOf(file), place())).toThrow(message);
});

test('a document in PDF is a file', () => {
  const losses = createLosses();
  const document: DocumentBlock = {
    format: 'pdf',
    name: 'Report',
    source: { bytes },
    context: 'Of May',
    citations: { enabled: true },
  };
  expect(toDocumentPart(document, { path: 'p', losses })).toEqual(
    fileOf({ filename: 'Report.pdf', file_data: pdf }),
  );
  expect(losses.list.map(({ member }) => member)).toEqual(['p.citations', 'p.context']);
});

test.each<[string, DocumentBlock]>([
  ['bytes', { format: 'csv', name: 'Report', source: { bytes } }],
  ['text', { name: 'Report', source: { text: 'bytes' } }],
  ['content', { name: 'Report', source: { content: [{ text: 'bytes' }] } }],
])('a document that is text already is text: %s', (_name, document) => {
  const losses = createLosses();
  expect(toDocumentPart({ ...document, context: 'Of May' }, { path: 'p', losses })).toEqual({
    type: 'text',
    text: '<document name="Report">\nOf May\nbytes\n</document>',
  });
  expect(losses.list).toMatchObject([{ member: 'p', handling: 'changed' }]);
});

test('a document of another program is refused', () => {
  const document: DocumentBlock = { format: 'docx', name: 'Report', source: { bytes } };
  expect(() => toDocumentPart(document, place())).toThrow('the document content block');
});

test('files are carried where the server takes them', () => {
  expect(openaiChat.carries.has('documents')).toBe(false);
  expect(createOpenaiChat({ carriesFiles: true }).carries.has('documents')).toBe(true);
});
