// A conversation as the prompt of Llama 3 and 4: turns with headers, tools in JSON.

import type {
  ContentBlock,
  Message,
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import type { Template } from '../../catalog/model.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import { plainBlock, plainText } from '../plain-text.ts';
import { unsupportedBlock } from '../unsupported.ts';
import { writeAnswer } from './answer-writer.ts';
import { writeImage } from './images.ts';
import { tellMarkers } from './markers.ts';
import type { Markers } from './markers.ts';
import { writeSystem } from './system-text.ts';
import { writeToolList } from './tool-list.ts';
import type { Turn } from './turns.ts';
import { writeTurns } from './turns.ts';

export interface Prompt {
  readonly prompt: string;
  /** Base64, in the order of their markers. */
  readonly images: readonly string[];
}

interface Writing {
  readonly markers: Markers;
  readonly template: Template | undefined;
  readonly losses: Losses;
  readonly images: string[];
}

export function writePrompt(
  request: Conversation,
  { markers, template }: Pick<Writing, 'markers' | 'template'>,
  losses: Losses,
): Prompt {
  const { messages = [], system = [], toolConfig } = request;
  const writing: Writing = { markers, template, losses, images: [] };
  const turns: Turn[] = [];
  const text = plainText(system, 'system', losses);
  tellMarkers(text, { path: 'system', template }, losses);
  const header = writeSystem(text, { hasTools: toolConfig !== undefined, template });
  if (header !== undefined) turns.push({ role: 'system', text: header, end: 'turn' });
  if (toolConfig !== undefined) {
    const list = writeToolList(toolConfig, losses);
    tellMarkers(list, { path: 'toolConfig', template }, losses);
    turns.push({ role: 'user', text: list, end: 'turn' });
  }
  for (const at of messages.keys()) turns.push(...writeMessage(messages, at, writing));
  const last = turns.at(-1);
  // An answer that the caller has begun is gone on with.
  if (last?.role === 'assistant') turns.splice(-1, 1, { role: last.role, text: last.text });
  else turns.push({ role: 'assistant', text: '' });
  return { prompt: writeTurns(turns, markers), images: writing.images };
}

function writeMessage(messages: readonly Message[], at: number, writing: Writing): readonly Turn[] {
  const message = messages[at];
  if (message === undefined) return [];
  const path = `messages.${at}.content`;
  if (message.role === 'assistant') return [writeAssistant(message, path, writing)];
  const results = inOrderOfCalls(message, messages[at - 1]);
  const rest = message.content.map((block) => ('toolResult' in block ? undefined : block));
  const isMixed = message.content.some(
    (block, at) => 'toolResult' in block && rest.slice(0, at).some((it) => it !== undefined),
  );
  if (isMixed) writing.losses.add(path, 'changed', 'results of tools stand before all else');
  const turns = results.map(({ block, path: at }) => writeResult(block, `${path}.${at}`, writing));
  if (results.length > 0 && rest.every((block) => block === undefined)) return turns;
  const role = message.role === 'system' ? 'system' : 'user';
  return [...turns, { role, text: writeContent(rest, path, writing), end: 'turn' }];
}

interface PlacedResult {
  readonly block: ToolResultBlock;
  readonly path: number;
}

/** The format links a result to its call by the order alone. */
function inOrderOfCalls(message: Message, before: Message | undefined): readonly PlacedResult[] {
  const ids = (before?.content ?? []).flatMap((block) =>
    'toolUse' in block ? block.toolUse.toolUseId : [],
  );
  const places = new Map(ids.map((id, at) => [id, at]));
  const results = message.content.flatMap((block, path) =>
    'toolResult' in block ? { block: block.toolResult, path } : [],
  );
  const placeOf = ({ block }: PlacedResult) => places.get(block.toolUseId) ?? ids.length;
  return results.toSorted((left, right) => placeOf(left) - placeOf(right));
}

/** As the maker's own code tells of tools, but that a result stands bare where all went well. */
function writeResult(result: ToolResultBlock, path: string, writing: Writing): Turn {
  const { content, status } = result;
  const { losses, markers, template } = writing;
  if (content.length > 1) losses.add(path, 'changed', 'its contents are joined into one text');
  const text = content.map(resultText).join('\n');
  tellMarkers(text, { path, template }, losses);
  const told = status === 'error' ? `failed\n[stderr]${text}[/stderr]` : text;
  // From llama_models.llama4.chat_format, which ends the message there, not the turn.
  const end = markers.callEnd === undefined ? 'turn' : 'message';
  return { role: 'ipython', text: told, end };
}

function resultText(block: ToolResultContentBlock): string {
  if ('text' in block) return block.text;
  if ('json' in block) return JSON.stringify(block.json);
  throw unsupportedBlock(block);
}

function writeAssistant({ content }: Message, path: string, writing: Writing): Turn {
  const { losses, template } = writing;
  const { text, hasCall } = writeAnswer(content, { path, template, isTrimmed: false }, losses);
  return { role: 'assistant', text, end: hasCall ? 'message' : 'turn' };
}

/** Texts and the markers of images; a line break between two texts. */
function writeContent(
  content: readonly (ContentBlock | undefined)[],
  path: string,
  { losses, markers, template, images }: Writing,
): string {
  const written: string[] = [];
  let isAfterText = false;
  for (const [at, block] of content.entries()) {
    if (block === undefined) continue;
    if ('image' in block) {
      images.push(writeImage(block.image, `${path}.${at}.image`, losses));
      written.push(markers.image);
      isAfterText = false;
      continue;
    }
    for (const text of plainBlock(block, `${path}.${at}`, losses)) {
      tellMarkers(text, { path, template }, losses);
      if (isAfterText) losses.add(path, 'changed', 'its texts are joined into one');
      written.push(isAfterText ? `\n${text}` : text);
      isAfterText = true;
    }
  }
  return written.join('');
}
