// Images, documents and sounds: bytes in Converse, data URLs and base64 in parts of the content.

import type {
  AudioBlock,
  DocumentBlock,
  ImageBlock,
} from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { objectOf, stringOf } from '../native-json.ts';
import { unsupportedBlock, unsupportedS3 } from '../unsupported.ts';
import type { Place } from './place.ts';

export function toImagePart({ format, source, error }: ImageBlock, place: Place): JsonObject {
  if (!('bytes' in source)) throw unsupportedS3();
  if (error !== undefined) {
    place.losses.add(`${place.path}.error`, 'left out', 'the native format has no such member');
  }
  const url = `data:image/${format};base64,${toBase64(source.bytes)}`;
  return { type: 'image_url', image_url: { url } };
}

const imageFormats = ['png', 'jpeg', 'gif', 'webp'] as const;

/** Throws ValidationException for an image that does not come with the request. */
export function fromImagePart(part: JsonObject, { path, losses }: Place): ImageBlock {
  const { url, detail = 'auto' } = imageUrlOf(part['image_url']);
  if (detail !== 'auto') {
    const reason = 'Converse does not say how closely an image is looked at';
    losses.add(`${path}.image_url.detail`, 'left out', reason);
  }
  const { mediaType, bytes } = dataUrlOf(url, `${path}.image_url.url`);
  const name = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  const format = imageFormats.find((it) => `image/${it}` === name);
  if (format === undefined) {
    throw new ValidationException(
      `The value at ${path}.image_url.url is an image of the type ${mediaType}. ` +
        'Provide png, jpeg, gif or webp and try again.',
    );
  }
  return { format, source: { bytes } };
}

/** Some clients write the URL alone. */
function imageUrlOf(image: unknown): { url: unknown; detail?: unknown } {
  if (typeof image === 'string') return { url: image };
  const { url, detail } = objectOf(image);
  return detail === undefined || detail === null ? { url } : { url, detail };
}

export function toAudioPart(audio: AudioBlock): JsonObject {
  const { format, source } = audio;
  if (!('bytes' in source)) throw unsupportedS3();
  if (format !== 'wav' && format !== 'mp3') throw unsupportedBlock({ audio });
  return { type: 'input_audio', input_audio: { data: toBase64(source.bytes), format } };
}

export function fromAudioPart(part: JsonObject, { path }: Place): AudioBlock {
  const { data, format } = objectOf(part['input_audio']);
  const bytes = bytesOf(stringOf(data) ?? '', `${path}.input_audio.data`);
  if (format === 'wav' || format === 'mp3') return { format, source: { bytes } };
  throw new ValidationException(
    `The value at ${path}.input_audio.format is not valid. Provide wav or mp3 and try again.`,
  );
}

/** A PDF is a file; what is text already is a part of the text. */
export function toDocumentPart(document: DocumentBlock, { path, losses }: Place): JsonObject {
  const { name, context, citations } = document;
  if (citations?.enabled === true) {
    losses.add(`${path}.citations`, 'left out', 'the native format cites nothing');
  }
  const text = textOf(document);
  if (text !== undefined) {
    losses.add(path, 'changed', 'it is sent as a part of the text');
    const about = context === undefined ? '' : `${context}\n`;
    return { type: 'text', text: `<document name="${name}">\n${about}${text}\n</document>` };
  }
  if (context !== undefined) {
    losses.add(`${path}.context`, 'left out', 'the native format has no such member');
  }
  return { type: 'file', file: { filename: `${name}.pdf`, file_data: pdfUrlOf(document) } };
}

const textFormats: ReadonlySet<string> = new Set(['csv', 'html', 'md', 'txt']);

function textOf({ format = 'pdf', source }: DocumentBlock): string | undefined {
  if ('text' in source) return source.text;
  if ('content' in source) return source.content.map(({ text }) => text).join('\n');
  if (!('bytes' in source)) throw unsupportedS3();
  return textFormats.has(format) ? new TextDecoder().decode(source.bytes) : undefined;
}

function pdfUrlOf(document: DocumentBlock): string {
  const { format = 'pdf', source } = document;
  if (format !== 'pdf' || !('bytes' in source)) throw unsupportedBlock({ document });
  return `data:application/pdf;base64,${toBase64(source.bytes)}`;
}

/** Throws ValidationException for a file that is kept elsewhere, or is no PDF. */
export function fromFilePart(part: JsonObject, place: Place): DocumentBlock {
  const { file_data: data, file_id: id, filename } = objectOf(part['file']);
  const path = `${place.path}.file`;
  if (data === undefined && id !== undefined) {
    throw new ValidationException(
      `The value at ${path}.file_id names a file that is kept elsewhere. ` +
        'Provide the file itself as file_data and try again.',
    );
  }
  const { mediaType, bytes } = dataUrlOf(data, `${path}.file_data`);
  if (mediaType !== 'application/pdf') {
    throw new ValidationException(
      `The value at ${path}.file_data is a file of the type ${mediaType}. ` +
        'Provide application/pdf and try again.',
    );
  }
  const name = nameOf(stringOf(filename) ?? '', place);
  return { format: 'pdf', name, source: { bytes } };
}

const notAllowed = /[^A-Za-z0-9_ ()[\]-]| (?= )/g;
const nameCharsMax = 200;

/** Converse wants a name, of certain letters, where the native format takes any, or none. */
function nameOf(filename: string, { path, losses }: Place): string {
  const given = filename.replace(/\.pdf$/i, '');
  if (given === '') {
    losses.add(`${path}.file.filename`, 'emulated', 'a document without a name is given one');
    return `Document ${path.replaceAll(/\D+/g, ' ').trim().replaceAll(' ', '-')}`;
  }
  const name = given.replaceAll(notAllowed, '-').slice(0, nameCharsMax);
  if (name !== given) {
    const reason = 'a name in Converse holds fewer kinds of letters';
    losses.add(`${path}.file.filename`, 'changed', reason);
  }
  return name;
}

interface Data {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const dataUrl = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i;

/** Nothing is fetched on behalf of a client. */
function dataUrlOf(url: unknown, path: string): Data {
  const text = stringOf(url) ?? '';
  const head = dataUrl.exec(text);
  if (head === null) {
    throw new ValidationException(
      `The value at ${path} is not a data URL with base64 data, and nothing is fetched from ` +
        'other addresses. Provide data:<type>;base64,<data> and try again.',
    );
  }
  const bytes = bytesOf(text.slice(head[0].length), path);
  return { mediaType: (head[1] ?? '').toLowerCase(), bytes };
}

function bytesOf(base64: string, path: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  if (base64 === '' || bytes.toString('base64') !== base64) {
    throw new ValidationException(`The value at ${path} is not valid base64 data.`);
  }
  return bytes;
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
