// Content blocks of the Messages format as content blocks of Converse.

import type {
  Citation,
  ContentBlock,
  ToolReference,
  ToolResultBlock,
  ToolResultContentBlock,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { fromBase64, isExactBase64 } from './base64.ts';
import type { Place } from './cache-points.ts';
import { cachePointOf } from './cache-points.ts';
import { fromNativeCitation } from './citations.ts';
import { fromNativeDocument, fromNativeImage, fromNativeSearchResult } from './documents.ts';

/** A text or blocks; a marked block is followed by its cache point. */
export function fromNativeContent(
  content: unknown,
  { path, losses }: Place,
): readonly ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }];
  const blocks: ContentBlock[] = [];
  for (const [at, item] of listOf(content).entries()) {
    const native = objectOf(item);
    const block = fromNativeBlock(native, { path: `${path}.${at}`, losses });
    if (block !== undefined) blocks.push(block, ...cachePointOf(native));
  }
  return blocks;
}

/** Undefined, and a loss, for a kind of block that is not known. */
export function fromNativeBlock(native: JsonObject, place: Place): ContentBlock | undefined {
  const type = stringOf(native['type']) ?? '';
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read !== undefined) return read(native, place);
  if (type.endsWith('_tool_result')) return { toolResult: fromServerResult(native, place) };
  place.losses.add(place.path, 'left out', `Converse has no block of the kind ${type}`);
  return undefined;
}

const readers: Readonly<Record<string, (native: JsonObject, place: Place) => ContentBlock>> = {
  text: fromNativeText,
  image: (native, { path }) => ({ image: fromNativeImage(native, path) }),
  document: (native, place) => ({ document: fromNativeDocument(native, place) }),
  search_result: (native, place) => ({ searchResult: fromNativeSearchResult(native, place) }),
  thinking: fromNativeReasoning,
  redacted_thinking: (native, place) => ({
    reasoningContent: { redactedContent: redactedBytes(native, place) },
  }),
  tool_use: (native, place) => ({ toolUse: fromNativeToolUse(native, place) }),
  server_tool_use: (native, place) => ({
    toolUse: { ...fromNativeToolUse(native, place), type: 'server_tool_use' },
  }),
  tool_result: (native, place) => ({ toolResult: fromNativeToolResult(native, place) }),
  tool_addition: (native) => ({ toolAddition: { tool: fromReference(native['tool']) } }),
  tool_removal: (native) => ({ toolRemoval: { tool: fromReference(native['tool']) } }),
};

function fromNativeText({ text, citations }: JsonObject): ContentBlock {
  const plain = stringOf(text) ?? '';
  const cited = citationsOf(citations);
  if (cited.length === 0) return { text: plain };
  return { citationsContent: { content: [{ text: plain }], citations: cited } };
}

function citationsOf(citations: unknown): readonly Citation[] {
  return listOf(citations).map((citation) => fromNativeCitation(objectOf(citation)));
}

function fromNativeReasoning({ thinking, signature }: JsonObject): ContentBlock {
  const signed = stringOf(signature) ?? '';
  const text = stringOf(thinking) ?? '';
  const reasoningText = signed === '' ? { text } : { text, signature: signed };
  return { reasoningContent: { reasoningText } };
}

/** The bytes of redacted reasoning, which go back to the model as they came. */
function redactedBytes({ data }: JsonObject, { path, losses }: Place): Uint8Array {
  if (!isExactBase64(data)) {
    losses.add(path, 'changed', 'the redacted data is no base64 text as it is written anew');
  }
  return fromBase64(data);
}

/** The use of a tool; who called it and from which set has no place in Converse. */
function fromNativeToolUse(native: JsonObject, place: Place): ToolUseBlock {
  const { id, name, input } = native;
  tellCaller(native, place);
  return {
    toolUseId: stringOf(id) ?? '',
    name: stringOf(name) ?? '',
    input: (input ?? {}) as DocumentValue,
  };
}

function tellCaller(native: JsonObject, { path, losses }: Place): void {
  const { caller, toolset_name: toolset } = native;
  if (isJsonObject(caller) && caller['type'] !== 'direct') {
    losses.add(`${path}.caller`, 'left out', 'Converse does not say who calls a tool');
  }
  if (typeof toolset === 'string') {
    losses.add(`${path}.toolset_name`, 'left out', 'Converse has no sets of tools');
  }
}

function fromNativeToolResult(native: JsonObject, { path, losses }: Place): ToolResultBlock {
  const { tool_use_id: id, content, is_error: isError } = native;
  tellCaller(native, { path, losses });
  const within = `${path}.content`;
  const items = content === '' ? [] : fromNativeContent(content, { path: within, losses });
  if (items.some((item) => 'cachePoint' in item)) {
    losses.add(within, 'left out', 'Converse has no cache points within a tool result');
  }
  return {
    toolUseId: stringOf(id) ?? '',
    content: items.filter(isResultContent),
    ...(typeof isError === 'boolean' && { status: isError ? 'error' : 'success' }),
  };
}

function isResultContent(block: ContentBlock): block is ContentBlock & ToolResultContentBlock {
  return 'text' in block || 'image' in block || 'document' in block || 'searchResult' in block;
}

/** The result of a tool of the maker's own, its parts as JSON. */
function fromServerResult(native: JsonObject, place: Place): ToolResultBlock {
  const { type, tool_use_id: id, content } = native;
  tellCaller(native, place);
  const isError = isJsonObject(content) && stringOf(content['type'])?.endsWith('_error') === true;
  return {
    toolUseId: stringOf(id) ?? '',
    content: serverContent(content),
    type: stringOf(type) ?? '',
    ...(isError && { status: 'error' }),
  };
}

function serverContent(content: unknown): readonly ToolResultContentBlock[] {
  if (typeof content === 'string') return [{ text: content }];
  const items = isJsonObject(content) ? [content] : listOf(content);
  return items.map((json) => ({ json: json as DocumentValue }));
}

function fromReference(tool: unknown): ToolReference {
  const { type, name, server_name: serverName } = objectOf(tool);
  return compact({ type, name, serverName });
}
