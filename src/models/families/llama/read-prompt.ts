// The conversation that a prompt of Llama 3 and 4 holds: turns, tools, calls and their results.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolConfiguration,
  ToolResultBlock,
} from '../../../protocol/api/types.generated.ts';
import type { Template } from '../../catalog/model.ts';
import type { Losses } from '../losses.ts';
import { isJsonObject, parseNative } from '../native-json.ts';
import { readAnswer } from './answer-reader.ts';
import type { AnswerItem } from './answer-reader.ts';
import { readImage } from './images.ts';
import type { Markers } from './markers.ts';
import { readSystem } from './system-text.ts';
import { readToolList } from './tool-list.ts';
import type { Turn } from './turns.ts';
import { readTurns } from './turns.ts';

export interface ReadConversation {
  readonly messages: readonly Message[];
  readonly system?: readonly SystemContentBlock[];
  readonly toolConfig?: ToolConfiguration;
}

export interface PromptPlace {
  readonly markers: Markers;
  readonly template: Template | undefined;
  /** Base64, in the order of their markers in the prompt. */
  readonly images: readonly string[];
}

/** Undefined where the prompt is not in the template, or nothing is said in it. */
export function readPrompt(
  prompt: string,
  place: PromptPlace,
  losses: Losses,
): ReadConversation | undefined {
  const turns = readTurns(prompt, place.markers);
  if (turns === undefined) return undefined;
  const isSystem = turns[0]?.role === 'system';
  const first = isSystem ? turns[1] : turns[0];
  const toolConfig = first?.role === 'user' ? readToolList(first.text) : undefined;
  const skipped = (isSystem ? 1 : 0) + (toolConfig === undefined ? 0 : 1);
  const messages = readMessages(turns.slice(skipped), { ...place, toolConfig }, losses);
  if (messages.length === 0) return undefined;
  const hasTools = toolConfig !== undefined;
  const system = isSystem ? readSystem(turns[0]?.text ?? '', { ...place, hasTools }) : '';
  return {
    messages,
    ...(system !== '' && { system: [{ text: system }] }),
    ...(hasTools && { toolConfig }),
  };
}

/** The names of the tools that are offered. */
export function toolNamesOf(toolConfig: ToolConfiguration | undefined): ReadonlySet<string> {
  const tools = toolConfig?.tools ?? [];
  return new Set(tools.flatMap((tool) => ('toolSpec' in tool ? tool.toolSpec.name : [])));
}

interface Reading extends PromptPlace {
  readonly toolConfig: ToolConfiguration | undefined;
}

function readMessages(
  turns: readonly Turn[],
  reading: Reading,
  losses: Losses,
): readonly Message[] {
  const images = [...reading.images];
  const reader = createTurnReader(reading, images);
  const messages: Message[] = [];
  for (const [at, turn] of turns.entries()) {
    // The last turn is the one to be written.
    if (at === turns.length - 1 && turn.text.trim() === '') break;
    const message = reader(turn);
    const before = messages.at(-1);
    if (turn.role === 'ipython' && message.content.every((block) => 'text' in block)) {
      losses.add(`messages.${messages.length}`, 'changed', 'no call is known that it answers');
    }
    const isSame = turns[at - 1]?.role === 'ipython' && message.role === before?.role;
    if (before === undefined || !isSame) messages.push(message);
    else messages.splice(-1, 1, { ...before, content: [...before.content, ...message.content] });
  }
  return withImages(messages, images.map(toImage));
}

function createTurnReader(reading: Reading, images: string[]): (turn: Turn) => Message {
  const names = toolNamesOf(reading.toolConfig);
  // The format has no IDs: results follow in the order of their calls.
  let ids = 0;
  let open: string[] = [];
  const createToolUseId = (): string => {
    ids += 1;
    const id = `tooluse_${String(ids).padStart(22, '0')}`;
    open.push(id);
    return id;
  };
  return ({ role, text }) => {
    if (role === 'assistant') {
      open = [];
      const items = readAnswer(text, { markers: reading.markers, names, trimsStart: false });
      // What is broken stays what it was: the history is not ours to mend.
      const isBroken = items.some((item) => 'call' in item && 'json' in item.call);
      return { role, content: isBroken ? [{ text }] : toContent(items, createToolUseId) };
    }
    const id = role === 'ipython' ? open.shift() : undefined;
    if (id !== undefined) return { role: 'user', content: [{ toolResult: readResult(id, text) }] };
    const content = readContent(text, reading.markers, images);
    return { role: role === 'system' ? 'system' : 'user', content };
  };
}

function toContent(
  items: readonly AnswerItem[],
  createToolUseId: () => string,
): readonly ContentBlock[] {
  if (items.length === 0) return [{ text: '' }];
  return items.flatMap((item): readonly ContentBlock[] => {
    if ('text' in item) return [item];
    if ('json' in item.call) return [];
    const { name, input } = item.call;
    return [{ toolUse: { toolUseId: createToolUseId(), name, input } }];
  });
}

const failed = /^failed\n\[stderr\]([^]*)\[\/stderr\]$/;
const completed = /^completed\n\[stdout\]([^]*)\[\/stdout\]$/;

function readResult(toolUseId: string, text: string): ToolResultBlock {
  const error = failed.exec(text)?.[1];
  const told = error ?? completed.exec(text)?.[1] ?? text;
  const json = parseNative(told);
  const content = isJsonObject(json) ? { json } : { text: told };
  return { toolUseId, content: [content], ...(error !== undefined && { status: 'error' }) };
}

/** An image stands where its marker does. A marker without an image is text. */
function readContent(text: string, markers: Markers, images: string[]): readonly ContentBlock[] {
  const blocks: ContentBlock[] = [];
  let rest = text;
  for (let at = rest.indexOf(markers.image); at !== -1; at = rest.indexOf(markers.image)) {
    const image = images.shift();
    if (image === undefined) break;
    if (at > 0) blocks.push({ text: rest.slice(0, at) });
    blocks.push(toImage(image));
    rest = rest.slice(at + markers.image.length);
  }
  if (rest !== '' || blocks.length === 0) blocks.push({ text: rest });
  return blocks;
}

/** Images that no marker stands for belong to the last that the user says. */
export function withImages(
  messages: readonly Message[],
  images: readonly ContentBlock[],
): readonly Message[] {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  if (images.length === 0 || at === -1) return messages;
  return messages.map((message, index) =>
    index === at ? { ...message, content: [...images, ...message.content] } : message,
  );
}

export function toImage(base64: string): ContentBlock {
  return { image: readImage(base64) };
}
