// Documents and images: their sources, as bytes in Converse and as text in the Messages format.

import type {
  DocumentBlock,
  DocumentFormat,
  DocumentSource,
  ImageBlock,
  ImageFormat,
  SearchResultBlock,
} from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { unsupportedBlock, unsupportedS3 } from '../unsupported.ts';
import { fromBase64, isExactBase64, toBase64 } from './base64.ts';
import type { Place } from './cache-points.ts';

export function toNativeImage(image: ImageBlock, { path, losses }: Place): JsonObject {
  const { format, source, error } = image;
  if (!('bytes' in source)) throw unsupportedS3();
  if (error !== undefined) {
    losses.add(`${path}.image.error`, 'left out', 'the native format has no such member');
  }
  const data = toBase64(source.bytes);
  return { type: 'image', source: { type: 'base64', media_type: `image/${format}`, data } };
}

const imageFormats = ['png', 'jpeg', 'gif', 'webp'] as const;

/** Throws ValidationException for bytes that are no base64 text. */
export function fromNativeImage(native: JsonObject, path: string): ImageBlock {
  const source = objectOf(native['source']);
  const mediaType = stringOf(source['media_type']);
  const format: ImageFormat | undefined = imageFormats.find((it) => `image/${it}` === mediaType);
  if (format === undefined) {
    // Reported from the field.
    throw new ValidationException(
      `${path}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', ` +
        "'image/gif' or 'image/webp'",
    );
  }
  return { format, source: { bytes: bytesAt(source, `${path}.image`) } };
}

function bytesAt(source: JsonObject, path: string): Uint8Array {
  const { data } = source;
  if (data === '' || !isExactBase64(data)) {
    throw new ValidationException(`${path}.source.base64: invalid base64 data`);
  }
  return fromBase64(data);
}

export function toNativeDocument(document: DocumentBlock, place: Place): JsonObject {
  const { name, context, citations } = document;
  return compact({
    type: 'document',
    source: toNativeSource(document, place),
    title: name,
    context,
    citations,
  });
}

// What is text already. The other formats are files that only a program can read.
const textFormats: ReadonlySet<DocumentFormat> = new Set(['csv', 'html', 'md', 'txt']);

function toNativeSource(document: DocumentBlock, { path, losses }: Place): JsonObject {
  const { format, source } = document;
  if ('s3Location' in source) throw unsupportedS3();
  if ('content' in source) {
    return { type: 'content', content: source.content.map(({ text }) => ({ type: 'text', text })) };
  }
  if ('text' in source) return plainSource(source.text);
  const { bytes } = source;
  if (format === 'pdf' || (format === undefined && isPdf(bytes))) {
    return { type: 'base64', media_type: 'application/pdf', data: toBase64(bytes) };
  }
  if (format !== undefined && !textFormats.has(format)) throw unsupportedBlock({ document });
  const reason = `a ${format ?? 'txt'} file is sent as plain text`;
  losses.add(`${path}.document.source`, 'changed', reason);
  return plainSource(new TextDecoder().decode(bytes));
}

function plainSource(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data };
}

function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 5)) === '%PDF-';
}

export function fromNativeDocument(native: JsonObject, { path, losses }: Place): DocumentBlock {
  const { title, context, citations } = native;
  const { format, source } = fromNativeSource(objectOf(native['source']), { path, losses });
  const name = nameOf(stringOf(title) ?? '', { path, losses });
  return {
    ...(format !== undefined && { format }),
    name,
    source,
    ...(typeof context === 'string' && { context }),
    ...citationsConfig(citations),
  };
}

/** `enabled` is optional in the native format only. */
function citationsConfig(native: unknown): Pick<DocumentBlock, 'citations'> {
  return isJsonObject(native) ? { citations: { enabled: native['enabled'] === true } } : {};
}

const notAllowed = /[^A-Za-z0-9_ ()[\]-]| (?= )/g;
// The service model: DocumentBlockNameString.
const nameCharsMax = 200;

/** Converse wants a name, of certain letters; the native format takes any title, or none. */
function nameOf(title: string, { path, losses }: Place): string {
  const plain = title.replaceAll(notAllowed, '-').slice(0, nameCharsMax);
  if (title !== '' && plain === title) return title;
  if (title === '') {
    losses.add(`${path}.document.name`, 'emulated', 'a document without a title is given a name');
    return `Document ${path
      .split('.')
      .filter((step) => /^\d+$/.test(step))
      .join('-')}`;
  }
  const reason = 'a name holds fewer kinds of letters than a title';
  losses.add(`${path}.document.name`, 'changed', reason);
  return plain;
}

interface Source {
  readonly format?: DocumentFormat;
  readonly source: DocumentSource;
}

function fromNativeSource(source: JsonObject, place: Place): Source {
  const { type, data, content } = source;
  if (type === 'base64') {
    return { format: 'pdf', source: { bytes: bytesAt(source, `${place.path}.document`) } };
  }
  if (type === 'text') return { source: { text: stringOf(data) ?? '' } };
  if (typeof content === 'string') return { source: { content: [{ text: content }] } };
  return { source: { content: textsOf(listOf(content), place) } };
}

function textsOf(blocks: readonly unknown[], { path, losses }: Place): readonly { text: string }[] {
  return blocks.map((block) => {
    const { type, text, cache_control: control } = objectOf(block);
    if (type !== 'text') throw unsupportedBlock({ [stringOf(type) ?? 'document']: {} });
    if (isJsonObject(control)) {
      const reason = 'Converse has no cache points within a block';
      losses.add(`${path}.cache_control`, 'left out', reason);
    }
    return { text: stringOf(text) ?? '' };
  });
}

export function toNativeSearchResult(searchResult: SearchResultBlock): JsonObject {
  const { source, title, content, citations } = searchResult;
  const texts = content.map(({ text }) => ({ type: 'text', text }));
  return compact({ type: 'search_result', source, title, content: texts, citations });
}

export function fromNativeSearchResult(native: JsonObject, place: Place): SearchResultBlock {
  const { source, title, content, citations } = native;
  return {
    source: stringOf(source) ?? '',
    title: stringOf(title) ?? '',
    content: textsOf(listOf(content), place),
    ...citationsConfig(citations),
  };
}
