// Content blocks of Converse as content blocks of the Messages format.

import type {
  CitationsContentBlock,
  ContentBlock,
  GuardrailConverseContentBlock,
  ReasoningContentBlock,
  ToolReference,
  ToolResultBlock,
  ToolResultContentBlock,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import type { JsonObject } from '../native-json.ts';
import { compact } from '../native-json.ts';
import { unsupportedBlock, unsupportedField } from '../unsupported.ts';
import { toBase64 } from './base64.ts';
import { markCachePoints } from './cache-points.ts';
import type { Place } from './cache-points.ts';
import { toNativeCitation } from './citations.ts';
import { toNativeDocument, toNativeImage, toNativeSearchResult } from './documents.ts';

/** Throws ValidationException for what the format cannot carry. */
export function toNativeContent(
  content: readonly ContentBlock[],
  place: Place,
): readonly JsonObject[] {
  return markCachePoints(content, place, toNativeBlock);
}

type Block = ContentBlock | ToolResultContentBlock;

export function toNativeBlock(block: Block, place: Place): JsonObject {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('toolUse' in block) return toNativeToolUse(block.toolUse);
  if ('toolResult' in block) return toNativeToolResult(block.toolResult, place);
  if ('reasoningContent' in block) return toNativeReasoning(block.reasoningContent);
  if ('citationsContent' in block) return toNativeCitedText(block.citationsContent, place);
  if ('image' in block) return toNativeImage(block.image, place);
  if ('document' in block) return toNativeDocument(block.document, place);
  if ('searchResult' in block) return toNativeSearchResult(block.searchResult);
  if ('json' in block) return { type: 'text', text: JSON.stringify(block.json) };
  if ('guardContent' in block) return toNativeGuarded(block.guardContent, place);
  if ('toolAddition' in block) return toNativeToolChange('tool_addition', block.toolAddition.tool);
  if ('toolRemoval' in block) return toNativeToolChange('tool_removal', block.toolRemoval.tool);
  throw unsupportedBlock(block);
}

function toNativeToolUse({ toolUseId, name, input, type }: ToolUseBlock): JsonObject {
  return { type: type ?? 'tool_use', id: toolUseId, name, input };
}

export function toNativeToolResult(
  toolResult: ToolResultBlock,
  { path, losses }: Place,
): JsonObject {
  const { toolUseId, content, status, type = 'tool_result' } = toolResult;
  const within = `${path}.toolResult.content`;
  const items = content.map((item, at) =>
    type !== 'tool_result' && 'json' in item
      ? item.json
      : toNativeBlock(item, { path: `${within}.${at}`, losses }),
  );
  if (type !== 'tool_result') return toNativeServerResult(toolResult, type, items);
  const isError = status === undefined ? undefined : status === 'error';
  return compact({ type, tool_use_id: toolUseId, content: items, is_error: isError });
}

/** The result of a tool of the maker's own: its content is an object, or a list of hits. */
function toNativeServerResult(
  { toolUseId, status }: Pick<ToolResultBlock, 'status' | 'toolUseId'>,
  type: string,
  items: readonly unknown[],
): JsonObject {
  if (!type.endsWith('_tool_result')) throw unsupportedField('toolResult.type');
  const isList = items.length !== 1 || (type === 'web_search_tool_result' && status !== 'error');
  return { type, tool_use_id: toolUseId, content: isList ? items : items[0] };
}

function toNativeReasoning(reasoning: ReasoningContentBlock): JsonObject {
  if ('redactedContent' in reasoning) return toNativeRedacted(reasoning.redactedContent);
  const { text, signature } = reasoning.reasoningText;
  return compact({ type: 'thinking', thinking: text, signature });
}

export function toNativeRedacted(bytes: Uint8Array): JsonObject {
  return { type: 'redacted_thinking', data: toBase64(bytes) };
}

function toNativeCitedText(
  { content = [], citations = [] }: CitationsContentBlock,
  { path, losses }: Place,
): JsonObject {
  const text = content.map((part) => part.text).join('');
  const natives = citations.flatMap((citation, at) => {
    const place = { path: `${path}.citationsContent.citations.${at}`, losses };
    return toNativeCitation(citation, place) ?? [];
  });
  return compact({ type: 'text', text, citations: natives.length > 0 ? natives : undefined });
}

function toNativeGuarded(guarded: GuardrailConverseContentBlock, place: Place): JsonObject {
  const { path, losses } = place;
  losses.add(`${path}.guardContent`, 'changed', 'it is content like any other to this format');
  return 'text' in guarded
    ? { type: 'text', text: guarded.text.text }
    : toNativeImage(guarded.image, place);
}

function toNativeToolChange(type: string, reference: ToolReference): JsonObject {
  const { type: kind = 'tool_reference', name, serverName } = reference;
  return { type, tool: compact({ type: kind, name, server_name: serverName }) };
}
