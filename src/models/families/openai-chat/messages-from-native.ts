// Messages of OpenAI's format in Converse.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, stringOf } from '../native-json.ts';
import { fromNativeCalls } from './calls.ts';
import { fromAudioPart, fromFilePart, fromImagePart } from './media.ts';
import type { Place } from './place.ts';
import { tellRest, within } from './place.ts';
import type { OpenaiQuirks } from './quirks.ts';
import { fieldReasoning } from './reasoning-fields.ts';
import { ReasoningReader, tagOf } from './reasoning-tags.ts';

export interface Reading {
  readonly quirks: OpenaiQuirks;
  readonly losses: Losses;
}

export interface Turns {
  readonly system: readonly SystemContentBlock[];
  readonly messages: readonly Message[];
}

/** What the system says before all others is the conversation's; later it is a message. */
export function fromNativeMessages(natives: readonly unknown[], reading: Reading): Turns {
  const system: SystemContentBlock[] = [];
  const messages: Message[] = [];
  for (const [at, item] of natives.entries()) {
    const native = objectOf(item);
    const place = { path: `messages.${at}`, losses: reading.losses };
    tellRest(native, known, place);
    if (isSystem(native) && messages.length === 0) system.push(...systemTexts(native, place));
    else append(messages, fromNativeMessage(native, reading, place));
  }
  return { system, messages };
}

function isSystem({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

// What is read of a message; a client may send back what an answer said besides.
const known = new Set([
  'role',
  'content',
  'refusal',
  'tool_calls',
  'tool_call_id',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
]);

function systemTexts(native: JsonObject, place: Place): readonly { readonly text: string }[] {
  return textsOf(native['content'], within(place, 'content')).flatMap((text) =>
    text === '' ? [] : [{ text }],
  );
}

/** Results, and what the user says after them, are one message. */
function append(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  const isResults = last?.content.every((block) => 'toolResult' in block) === true;
  if (last?.role !== 'user' || message.role !== 'user' || !isResults) messages.push(message);
  else messages.splice(-1, 1, { role: 'user', content: [...last.content, ...message.content] });
}

function fromNativeMessage(native: JsonObject, reading: Reading, place: Place): Message {
  if (isSystem(native)) return { role: 'system', content: systemTexts(native, place) };
  if (native['role'] === 'tool') return { role: 'user', content: [resultOf(native, place)] };
  if (native['role'] === 'assistant') {
    return { role: 'assistant', content: assistantContent(native, reading, place) };
  }
  return { role: 'user', content: partsOf(native['content'], within(place, 'content')) };
}

function resultOf({ tool_call_id: id, content }: JsonObject, place: Place): ContentBlock {
  const blocks = partsOf(content, within(place, 'content'));
  const items = blocks.map((block, at): ToolResultContentBlock => {
    if ('text' in block || 'image' in block || 'document' in block) return block;
    throw notAllowedAt(within(place, `content.${at}`));
  });
  const said = items.filter((item) => !('text' in item) || item.text !== '');
  return { toolResult: { toolUseId: stringOf(id) ?? '', content: said } };
}

function assistantContent(native: JsonObject, reading: Reading, place: Place): ContentBlock[] {
  const blocks: ContentBlock[] = [];
  const reasoning = fieldReasoning(native);
  if (reasoning !== '') blocks.push(reasoningBlock(reasoning));
  for (const text of answerTexts(native, place)) blocks.push(...textBlocks(text, reading));
  blocks.push(...fromNativeCalls(native['tool_calls'], within(place, 'tool_calls')));
  return blocks;
}

function answerTexts({ content, refusal }: JsonObject, place: Place): readonly string[] {
  const texts = textsOf(content, within(place, 'content'));
  return typeof refusal === 'string' ? [...texts, refusal] : texts;
}

/** In history a tag is a tag only where the server is one that takes it so. */
function textBlocks(text: string, { quirks }: Reading): readonly ContentBlock[] {
  if (text === '') return [];
  if (tagOf(quirks) === undefined) return [{ text }];
  const read = { text: '', reasoning: '' };
  const reader = new ReasoningReader({
    text: (piece) => (read.text += piece),
    reasoning: (piece) => (read.reasoning += piece),
  });
  reader.push(text);
  reader.end();
  const blocks: ContentBlock[] = read.reasoning === '' ? [] : [reasoningBlock(read.reasoning)];
  return read.text === '' ? blocks : [...blocks, { text: read.text }];
}

export function reasoningBlock(text: string): ContentBlock {
  return { reasoningContent: { reasoningText: { text } } };
}

/** Content that is text only. Throws ValidationException for any other part. */
function textsOf(content: unknown, place: Place): readonly string[] {
  return partsOf(content, place).map((block, at) => {
    if ('text' in block) return block.text;
    throw notAllowedAt(within(place, at));
  });
}

function notAllowedAt({ path }: Place): ValidationException {
  return new ValidationException(
    `The value at ${path} is not allowed in a message of this role. Remove it and try again.`,
  );
}

function partsOf(content: unknown, place: Place): readonly ContentBlock[] {
  if (typeof content === 'string') return [{ text: content }];
  return listOf(content).map((part, at) => partOf(objectOf(part), within(place, at)));
}

function partOf(part: JsonObject, place: Place): ContentBlock {
  const type = stringOf(part['type']) ?? '';
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read !== undefined) {
    tellRest(part, new Set(['type', type]), place);
    return read(part, place);
  }
  throw new ValidationException(
    `The value at ${place.path}.type is not valid. ` +
      `Provide one of ${Object.keys(readers).join(', ')} and try again.`,
  );
}

const readers: Readonly<Record<string, (part: JsonObject, place: Place) => ContentBlock>> = {
  text: ({ text }) => ({ text: stringOf(text) ?? '' }),
  image_url: (part, place) => ({ image: fromImagePart(part, place) }),
  input_audio: (part, place) => ({ audio: fromAudioPart(part, place) }),
  file: (part, place) => ({ document: fromFilePart(part, place) }),
  refusal: ({ refusal }) => ({ text: stringOf(refusal) ?? '' }),
};
