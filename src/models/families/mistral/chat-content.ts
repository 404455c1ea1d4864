// The content of messages to and from the chat models: text, or a list of typed chunks.

import type { ContentBlock, ImageBlock } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, stringOf } from '../native-json.ts';
import { unsupportedS3 } from '../unsupported.ts';

/** One text is told as text, all else as a list. */
export function nativeContent(chunks: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first, ...others] = chunks;
  if (first === undefined) return '';
  return others.length === 0 && typeof first['text'] === 'string' ? first['text'] : chunks;
}

export function textChunk(text: string): JsonObject {
  return { type: 'text', text };
}

export function reasoningChunk(text: string): JsonObject {
  return { type: 'thinking', thinking: [textChunk(text)] };
}

export function imageChunk({ format, source }: ImageBlock): JsonObject {
  if (!('bytes' in source)) throw unsupportedS3();
  const { buffer, byteOffset, byteLength } = source.bytes;
  const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { type: 'image_url', image_url: { url: `data:image/${format};base64,${base64}` } };
}

/** The chunks of a content, a text being a list of one. */
export function chunksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [textChunk(content)];
  return listOf(content).map(objectOf);
}

/** The text of a chunk of reasoning, undefined where it is none. */
export function reasoningOf({ type, thinking }: JsonObject): string | undefined {
  if (type !== 'thinking') return undefined;
  if (typeof thinking === 'string') return thinking;
  return listOf(thinking)
    .map((part) => stringOf(objectOf(part)['text']) ?? '')
    .join('');
}

/** Of what an answer holds, what Converse has no place for is left out, and told. */
export function tellStrange({ type }: JsonObject, losses: Losses): void {
  if (typeof type !== 'string' || type === 'text' || type === 'thinking') return;
  const reason = `an answer has no place for a chunk of the type ${type}`;
  losses.add('choices.0.message.content', 'left out', reason);
}

/** The image of a chunk; `path` names it in a refusal. */
export function imageBlock({ image_url: image }: JsonObject, path: string): ContentBlock {
  const url = stringOf(image) ?? stringOf(objectOf(image)['url']) ?? '';
  const comma = url.indexOf(',');
  const format = /^data:image\/(png|jpeg|gif|webp);base64$/.exec(url.slice(0, comma))?.[1];
  if (format === undefined) {
    // Converse knows no addresses of images.
    throw new ValidationException(
      `The format of the value at ${path}.image_url is invalid. ` +
        'Provide a base64 data URL of a png, jpeg, gif or webp image and try again.',
    );
  }
  const bytes = Buffer.from(url.slice(comma + 1), 'base64');
  return { image: { format: format as ImageBlock['format'], source: { bytes } } };
}
