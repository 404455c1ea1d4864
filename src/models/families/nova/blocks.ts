// Content blocks between Converse and Nova, whose are the same but for the bytes, which are base64.

import type {
  CachePointBlock,
  ContentBlock,
  DocumentBlock,
  GuardrailConverseContentBlock,
  SystemContentBlock,
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf } from '../native-json.ts';
import { unsupportedBlock } from '../unsupported.ts';

/** A block of a request or an answer. Throws ValidationException for what Nova does not know. */
export function encodeBlock(
  block: ContentBlock | SystemContentBlock,
  path: string,
  losses: Losses,
): readonly JsonObject[] {
  if ('cachePoint' in block) return [encodeCachePoint(block.cachePoint, path, losses)];
  if ('guardContent' in block) return [encodeGuarded(block.guardContent, path, losses)];
  if ('document' in block) return [encodeDocument(block.document, path, losses)];
  if ('toolResult' in block) return [encodeToolResult(block.toolResult, path)];
  const kind = Object.keys(block)[0] ?? '';
  if (!alike.has(kind)) throw unsupportedBlock(block);
  return [toWire(block)];
}

const alike = new Set([
  'text',
  'image',
  'video',
  'audio',
  'toolUse',
  'reasoningContent',
  'citationsContent',
]);

/** The same value with base64 text in place of bytes. */
export function toWire(value: object): JsonObject {
  return objectOf(wireValue(value));
}

function wireValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return base64Of(value);
  if (Array.isArray(value)) return value.map(wireValue);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, wireValue(it)]));
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function encodeCachePoint(cachePoint: CachePointBlock, path: string, losses: Losses): JsonObject {
  if (cachePoint.ttl !== undefined) {
    losses.add(`${path}.cachePoint.ttl`, 'left out', 'the native format knows one time to live');
  }
  return { cachePoint: { type: cachePoint.type } };
}

/** What a guardrail looks at is content like any other to the model. */
function encodeGuarded(
  guarded: GuardrailConverseContentBlock,
  path: string,
  losses: Losses,
): JsonObject {
  losses.add(`${path}.guardContent`, 'changed', 'it is content like any other to this format');
  return 'text' in guarded ? { text: guarded.text.text } : toWire({ image: guarded.image });
}

function encodeDocument(document: DocumentBlock, path: string, losses: Losses): JsonObject {
  const { format, name, source, context, citations } = document;
  if (context !== undefined) losses.add(`${path}.document.context`, 'left out', noSuchMember);
  if (citations !== undefined) losses.add(`${path}.document.citations`, 'left out', noSuchMember);
  if ('bytes' in source || 's3Location' in source) {
    return toWire({ document: { ...(format && { format }), name, source } });
  }
  losses.add(`${path}.document.source`, 'changed', 'the native format has texts as bytes only');
  const text = 'text' in source ? source.text : source.content.map((part) => part.text).join('\n');
  return toWire({ document: { format: 'txt', name, source: { bytes: Buffer.from(text) } } });
}

const noSuchMember = 'the native format has no such member';

function encodeToolResult(toolResult: ToolResultBlock, path: string): JsonObject {
  for (const inner of toolResult.content) checkToolResultContent(inner, path);
  return toWire({ toolResult });
}

function checkToolResultContent(inner: ToolResultContentBlock, path: string): void {
  if ('searchResult' in inner) throw unsupportedBlock(inner);
  if (!('document' in inner)) return;
  // Recorded: the whole result is what is told of.
  throw new ValidationException(
    `The model returned the following errors: Malformed input request: #/${path.replaceAll('.', '/')}: ` +
      'extraneous key [toolResult] is not permitted, please reformat your input and try again.',
    { hint: 'Put the document into the message, beside the result of the tool.' },
  );
}

/** A native block with bytes in place of base64 text; undefined where its kind is not known. */
export function decodeBlock(native: unknown): ContentBlock | undefined {
  const [kind = '', value] = Object.entries(objectOf(native))[0] ?? [];
  if (kind === 'text') return typeof value === 'string' ? { text: value } : undefined;
  if (!isJsonObject(value) || !decoded.has(kind)) return undefined;
  return { [kind]: decodeBody(value) } as unknown as ContentBlock;
}

const decoded = new Set([...alike, 'cachePoint', 'document', 'toolResult']);

/** Bytes stand at two places only; inputs and JSON of tools are not looked into. */
function decodeBody(body: JsonObject): JsonObject {
  const { source, redactedContent, content } = body;
  const bytes = objectOf(source)['bytes'];
  return {
    ...body,
    ...(typeof bytes === 'string' && { source: { bytes: Buffer.from(bytes, 'base64') } }),
    ...(typeof redactedContent === 'string' && {
      redactedContent: Buffer.from(redactedContent, 'base64'),
    }),
    ...(Array.isArray(content) && { content: listOf(content).map(decodeInner) }),
  };
}

function decodeInner(inner: unknown): unknown {
  const { json } = objectOf(inner);
  return json === undefined ? (decodeBlock(inner) ?? inner) : { json };
}
