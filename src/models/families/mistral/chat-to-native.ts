// Messages of Converse as the chat models take them.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { compact } from '../native-json.ts';
import { plainBlock } from '../plain-text.ts';
import type { CallIds } from './call-ids.ts';
import { createCallIds } from './call-ids.ts';
import { imageChunk, nativeContent, reasoningChunk, textChunk } from './chat-content.ts';
import { resultText } from './tool-results.ts';

/** Throws ValidationException for content that the format has no place for. */
export function toNativeMessages(
  { messages = [], system = [] }: Conversation,
  losses: Losses,
): readonly JsonObject[] {
  const ids = createCallIds(messages);
  const turns = messages.flatMap(({ role, content }, at) => {
    const place: Place = { path: `messages.${at}.content`, ids, losses };
    if (role === 'user') return toUser(content, place);
    if (role === 'system') return toSystem(content, place);
    return toAssistant(content, place, at === messages.length - 1);
  });
  return [...toSystem(system, { path: 'system', ids, losses }), ...turns];
}

interface Place {
  readonly path: string;
  readonly ids: CallIds;
  readonly losses: Losses;
}

function toSystem(
  content: readonly (ContentBlock | SystemContentBlock)[],
  { path, losses }: Place,
): readonly JsonObject[] {
  const texts = content.flatMap((block, at) => plainBlock(block, `${path}.${at}`, losses));
  if (texts.length === 0) return [];
  return [{ role: 'system', content: nativeContent(texts.map(textChunk)) }];
}

/** Results are messages of their own, before what the user says. */
function toUser(content: readonly ContentBlock[], place: Place): readonly JsonObject[] {
  const { path, ids, losses } = place;
  const results: JsonObject[] = [];
  const chunks: JsonObject[] = [];
  for (const [at, block] of content.entries()) {
    if (!('toolResult' in block)) {
      chunks.push(...toChunks(block, `${path}.${at}`, losses));
      continue;
    }
    if (chunks.length > 0)
      losses.add(path, 'changed', 'the results of tools stand before the text');
    const text = resultText(block.toolResult, `${path}.${at}.toolResult`, losses);
    const id = ids.of(block.toolResult.toolUseId);
    results.push({ role: 'tool', tool_call_id: id, content: text });
  }
  if (chunks.length === 0) return results;
  return [...results, { role: 'user', content: nativeContent(chunks) }];
}

/** The last message, where it is the assistant's, is gone on with. */
function toAssistant(
  content: readonly ContentBlock[],
  { path, ids, losses }: Place,
  isLast: boolean,
): readonly JsonObject[] {
  const firstCall = content.findIndex((block) => 'toolUse' in block);
  const after = firstCall === -1 ? [] : content.slice(firstCall);
  if (after.some((block) => !('toolUse' in block))) {
    losses.add(path, 'changed', 'its text stands before its calls');
  }
  const chunks = content.flatMap((block, at) =>
    'toolUse' in block ? [] : toChunks(block, `${path}.${at}`, losses),
  );
  const calls = content.flatMap((block) =>
    'toolUse' in block ? [toNativeCall(block.toolUse, ids)] : [],
  );
  if (chunks.length === 0 && calls.length === 0) return [];
  const message = {
    role: 'assistant',
    content: nativeContent(chunks),
    tool_calls: calls.length > 0 ? calls : undefined,
    prefix: isLast ? true : undefined,
  };
  return [compact(message)];
}

export function toNativeCall({ toolUseId, name, input }: ToolUseBlock, ids: CallIds): JsonObject {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { id: ids.of(toolUseId), type: 'function', function: { name, arguments: text } };
}

/** What one block is in a list; none where it is left out, and that is told. */
export function toChunks(
  block: Message['content'][number],
  path: string,
  losses: Losses,
): readonly JsonObject[] {
  if ('image' in block) return [imageChunk(block.image)];
  if ('reasoningContent' in block && 'reasoningText' in block.reasoningContent) {
    const { text, signature } = block.reasoningContent.reasoningText;
    if (signature !== undefined) {
      const member = `${path}.reasoningContent.reasoningText.signature`;
      losses.add(member, 'left out', 'the native format signs nothing');
    }
    return [reasoningChunk(text)];
  }
  return plainBlock(block, path, losses).map(textChunk);
}
