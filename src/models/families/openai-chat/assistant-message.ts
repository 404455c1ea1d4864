// A message of the assistant in OpenAI's format: one text, its reasoning, and its calls after it.

import type { ContentBlock, ReasoningContentBlock } from '../../../protocol/api/types.generated.ts';
import type { JsonObject } from '../native-json.ts';
import { plainBlock } from '../plain-text.ts';
import { toNativeCall } from './calls.ts';
import type { Place } from './place.ts';
import { within } from './place.ts';
import type { OpenaiQuirks } from './quirks.ts';
import {
  afterReasoning,
  beforeReasoning,
  tagOf,
  tellClosing,
  tellOpening,
} from './reasoning-tags.ts';

/** Throws ValidationException for content that the format has no place for. */
export function toNativeAssistant(
  content: readonly ContentBlock[],
  quirks: OpenaiQuirks,
  place: Place,
): JsonObject {
  const calls = content.flatMap((block) => ('toolUse' in block ? toNativeCall(block.toolUse) : []));
  const text = joined(textsOf(content, place), 'texts', place);
  const reasoning = joined(reasoningOf(content, quirks, place), 'reasoning', place);
  tellOrder(content, place);
  return {
    role: 'assistant',
    ...contentOf({ text, reasoning, hasCalls: calls.length > 0 }, quirks, place),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function textsOf(content: readonly ContentBlock[], place: Place): readonly string[] {
  return content.flatMap((block, at) => {
    if ('toolUse' in block || 'reasoningContent' in block) return [];
    return plainBlock(block, `${place.path}.${at}`, place.losses);
  });
}

function reasoningOf(
  content: readonly ContentBlock[],
  { reasoningField }: OpenaiQuirks,
  place: Place,
): readonly string[] {
  return content.flatMap((block, at) => {
    if (!('reasoningContent' in block)) return [];
    const inner = within(place, `${at}.reasoningContent`);
    if (reasoningField !== 'none') return reasoningText(block.reasoningContent, inner);
    place.losses.add(inner.path, 'left out', 'the native format keeps no reasoning');
    return [];
  });
}

function reasoningText(reasoning: ReasoningContentBlock, { path, losses }: Place): string[] {
  if ('redactedContent' in reasoning) {
    losses.add(`${path}.redactedContent`, 'left out', 'the native format keeps none');
    return [];
  }
  const { text, signature } = reasoning.reasoningText;
  if (signature !== undefined) {
    losses.add(`${path}.reasoningText.signature`, 'left out', 'the native format signs nothing');
  }
  return [text];
}

function joined(
  texts: readonly string[],
  what: string,
  { path, losses }: Place,
): string | undefined {
  if (texts.length > 1) losses.add(path, 'changed', `its ${what} are joined into one`);
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** The format knows one order: reasoning, text, calls. */
function tellOrder(content: readonly ContentBlock[], { path, losses }: Place): void {
  const ranks = content.filter((block) => !('cachePoint' in block)).map(rankOf);
  if (ranks.every((rank, at) => at === 0 || rank >= (ranks[at - 1] ?? 0))) return;
  losses.add(path, 'changed', 'its text stands after its reasoning, and its calls after both');
}

function rankOf(block: ContentBlock): number {
  if ('reasoningContent' in block) return 0;
  return 'toolUse' in block ? 2 : 1;
}

interface Written {
  readonly text: string | undefined;
  readonly reasoning: string | undefined;
  readonly hasCalls: boolean;
}

function contentOf(
  { text, reasoning, hasCalls }: Written,
  quirks: OpenaiQuirks,
  place: Place,
): JsonObject {
  const tag = tagOf(quirks);
  if (tag !== undefined && reasoning !== undefined) {
    tellClosing(reasoning, tag, place);
    const before = `${beforeReasoning(tag)}${reasoning}${afterReasoning(tag)}`;
    return { content: `${before}${text ?? ''}` };
  }
  if (text !== undefined) tellOpening(text, place);
  // A message that only calls has no content; one that does nothing still has to have some.
  const content = text ?? (hasCalls ? null : '');
  return reasoning === undefined ? { content } : { content, [quirks.reasoningField]: reasoning };
}
