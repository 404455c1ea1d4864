// Messages of Converse in OpenAI's format.

import type {
  ContentBlock,
  Message,
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { plainBlock, plainText } from '../plain-text.ts';
import { unsupportedBlock, unsupportedField } from '../unsupported.ts';
import { toNativeAssistant } from './assistant-message.ts';
import { toAudioPart, toDocumentPart, toImagePart } from './media.ts';
import type { Place } from './place.ts';
import { within } from './place.ts';
import type { OpenaiQuirks } from './quirks.ts';

export interface Writing {
  readonly quirks: OpenaiQuirks;
  readonly losses: Losses;
}

/** Throws ValidationException for content that the format has no place for. */
export function toNativeMessages(
  { messages = [], system = [] }: Conversation,
  writing: Writing,
): readonly JsonObject[] {
  const { losses } = writing;
  const turns = messages.flatMap((message, at) =>
    toNativeMessage(message, writing, { path: `messages.${at}.content`, losses }),
  );
  return [...systemMessage(system, writing, 'system'), ...turns];
}

function toNativeMessage(
  { role, content }: Message,
  writing: Writing,
  place: Place,
): readonly JsonObject[] {
  if (role === 'system') return systemMessage(content, writing, place.path);
  if (role === 'assistant') return [toNativeAssistant(content, writing.quirks, place)];
  return userMessages(content, writing, place);
}

function systemMessage(
  content: Parameters<typeof plainText>[0],
  { quirks, losses }: Writing,
  path: string,
): readonly JsonObject[] {
  const text = plainText(content, path, losses);
  return text === ''
    ? []
    : [{ role: quirks.developerRole ? 'developer' : 'system', content: text }];
}

/** Results are messages of their own, before what else the user says. */
function userMessages(
  content: readonly ContentBlock[],
  writing: Writing,
  place: Place,
): readonly JsonObject[] {
  const results: JsonObject[] = [];
  const parts: JsonObject[] = [];
  let isOrdered = true;
  for (const [at, block] of content.entries()) {
    const inner = within(place, at);
    if ('toolResult' in block) {
      isOrdered &&= parts.length === 0;
      results.push(toolMessage(block.toolResult, writing, within(inner, 'toolResult')));
    } else parts.push(...toParts(block, writing.quirks, inner));
  }
  if (!isOrdered) {
    place.losses.add(place.path, 'changed', 'its tool results stand before what else it holds');
  }
  const all = [...resultImages(content, writing, place), ...parts];
  if (all.length === 0 && results.length > 0) return results;
  return [...results, { role: 'user', content: contentOf(all, writing, place) }];
}

function contentOf(parts: readonly JsonObject[], { quirks }: Writing, place: Place): unknown {
  const texts = parts.map(({ text }) => text);
  if (texts.length === 0) return '';
  if (texts.length === 1 && texts[0] !== undefined) return texts[0];
  if (quirks.contentParts) return parts;
  place.losses.add(place.path, 'changed', 'its texts are joined into one');
  return texts.join('\n');
}

function toParts(
  block: ContentBlock,
  { contentParts, carriesFiles }: OpenaiQuirks,
  place: Place,
): readonly JsonObject[] {
  if (contentParts && 'image' in block) return [toImagePart(block.image, within(place, 'image'))];
  if (contentParts && 'audio' in block) return [toAudioPart(block.audio)];
  if (contentParts && carriesFiles && 'document' in block) {
    return [toDocumentPart(block.document, within(place, 'document'))];
  }
  if (contentParts && 'guardContent' in block && 'image' in block.guardContent) {
    const { path, losses } = place;
    losses.add(`${path}.guardContent`, 'changed', 'it is an image like any other to this format');
    return [toImagePart(block.guardContent.image, place)];
  }
  return plainBlock(block, place.path, place.losses).map((text) => ({ type: 'text', text }));
}

function toolMessage(
  { toolUseId, content, status, type }: ToolResultBlock,
  { quirks }: Writing,
  place: Place,
): JsonObject {
  if (type !== undefined) throw unsupportedField('toolResult.type');
  const texts = content.map((item, at) => resultText(item, quirks, within(place, `content.${at}`)));
  if (texts.length > 1) {
    place.losses.add(`${place.path}.content`, 'changed', 'its texts are joined into one');
  }
  const text = texts.join('\n');
  const message = { role: 'tool', tool_call_id: toolUseId };
  if (status !== 'error') return { ...message, content: text };
  place.losses.add(`${place.path}.status`, 'changed', 'the text says that it is an error');
  return { ...message, content: `Error: ${text}` };
}

function resultText(item: ToolResultContentBlock, quirks: OpenaiQuirks, place: Place): string {
  if ('text' in item) return item.text;
  if ('json' in item) return JSON.stringify(item.json);
  if (!('image' in item) || !quirks.contentParts) throw unsupportedBlock(item);
  const reason = "a tool's result is text here: the image stands in the user's message after it";
  place.losses.add(`${place.path}.image`, 'changed', reason);
  return '(The image is in the next message.)';
}

/** The images of results, each behind words that say whose it is. */
function resultImages(
  content: readonly ContentBlock[],
  { quirks }: Writing,
  place: Place,
): readonly JsonObject[] {
  return content.flatMap((block, at) => {
    if (!('toolResult' in block) || !quirks.contentParts) return [];
    const { toolUseId, content: items } = block.toolResult;
    return items.flatMap((item, index) => {
      if (!('image' in item)) return [];
      const inner = within(place, `${at}.toolResult.content.${index}.image`);
      const text = `The image of the tool result ${toolUseId}:`;
      return [{ type: 'text', text }, toImagePart(item.image, inner)];
    });
  });
}
