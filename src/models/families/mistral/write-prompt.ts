// A conversation as the one prompt that Mistral's completion models take.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
  ToolResultBlock,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import { plainBlock } from '../plain-text.ts';
import { unsupportedBlock, unsupportedField } from '../unsupported.ts';
import { createCallIds } from './call-ids.ts';
import type { CallIds } from './call-ids.ts';
import { nativeCall } from './native-call.ts';
import { toNativeTools } from './native-tools.ts';
import { hasQuestion, isResult, turnsOf, withoutOldCalls } from './old-calls.ts';
import type { Turn } from './old-calls.ts';
import type { PromptFormat } from './prompt-format.ts';
import { spacedJson } from './spaced-json.ts';
import { resultJson, resultText } from './tool-results.ts';

/** Throws ValidationException for content that is neither text nor calls nor their results. */
export function writePrompt(request: Conversation, format: PromptFormat, losses: Losses): string {
  const { messages: all = [], system = [] } = request;
  const messages = format.keepsOldCalls ? turnsOf(all) : withoutOldCalls(all, losses);
  const around: Around = {
    format,
    losses,
    ids: createCallIds(messages),
    names: namesOf(messages),
    first: messages.findIndex(hasQuestion),
    last: messages.findLastIndex(hasQuestion),
    length: messages.length,
    system: textOf(system, 'system', { format, losses }),
    tools: toolsOf(request, format, losses),
  };
  const isSection = format.system === 'in a section';
  const head = isSection && around.system !== '' ? systemSection(around.system) : '';
  if (!isSection && around.system !== '') {
    losses.add('system', 'changed', `the template has it as text ${format.system}`);
  }
  const turns = messages.map((message, at) => writeMessage(message, at, around));
  return `<s>${head}${turns.join('')}`;
}

/** What the writing of a message looks at besides the message. */
interface Around {
  readonly format: PromptFormat;
  readonly losses: Losses;
  readonly ids: CallIds;
  /** The tool of each call. */
  readonly names: ReadonlyMap<string, string>;
  /** Where the first and the last question are. */
  readonly first: number;
  readonly last: number;
  readonly length: number;
  readonly system: string;
  /** The section that offers the tools. */
  readonly tools: string;
}

function namesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ content }) => content.flatMap((block) => callsOf(block)));
  return new Map(calls.map(({ toolUseId, name }) => [toolUseId, name]));
}

function callsOf(block: ContentBlock): readonly ToolUseBlock[] {
  return 'toolUse' in block ? [block.toolUse] : [];
}

function toolsOf({ toolConfig }: Conversation, format: PromptFormat, losses: Losses): string {
  if (toolConfig === undefined) return '';
  // Captured: the refusal of tools by a model that knows none.
  if (!format.hasTools) throw new ValidationException("This model doesn't support tool use.");
  const tools = toNativeTools(
    toolConfig,
    ({ name, description = '', inputSchema, strict }, path) => {
      if (strict === true)
        losses.add(`${path}.strict`, 'left out', 'the template has no such word');
      return { name, description, parameters: inputSchema.json };
    },
    losses,
  );
  if (toolConfig.toolChoice !== undefined && !('auto' in toolConfig.toolChoice)) {
    const reason = 'the template has no choice: the model calls a tool or answers in text';
    losses.add('toolConfig.toolChoice', 'left out', reason);
  }
  const json = marked(spacedJson(tools), 'toolConfig.tools', { format, losses });
  return `[AVAILABLE_TOOLS] ${json}[/AVAILABLE_TOOLS]`;
}

type Place = Pick<Around, 'format' | 'losses'>;

/** The texts of blocks as one. mistral-common: an empty line between two. */
function textOf(
  content: readonly (ContentBlock | SystemContentBlock)[],
  path: string,
  place: Place,
): string {
  const texts = content.flatMap((block, at) =>
    isResult(block) || 'toolUse' in block ? [] : plainBlock(block, `${path}.${at}`, place.losses),
  );
  if (texts.length > 1) place.losses.add(path, 'changed', 'its texts are joined into one');
  return marked(texts.join('\n\n'), path, place);
}

/** The same text; that the model may take a part of it for a marker is told. */
function marked(text: string, path: string, { format, losses }: Place): string {
  const marker = format.markers.find((it) => text.includes(it));
  if (marker !== undefined) {
    const reason = `its text holds ${marker}, which the template reads as a marker`;
    losses.add(path, 'changed', reason);
  }
  return text;
}

function systemSection(text: string): string {
  return `[SYSTEM_PROMPT] ${text}[/SYSTEM_PROMPT]`;
}

function writeMessage({ role, content, place }: Turn, at: number, around: Around): string {
  const path = `messages.${place}.content`;
  const call = content.find((block) => isResult(block) || 'toolUse' in block);
  if (call !== undefined && !around.format.hasTools) throw unsupportedBlock(call);
  if (role === 'assistant') return writeAnswer(content, path, { ...around, at });
  if (role === 'user') return writeUser(content, path, { ...around, at });
  if (around.format.system !== 'in a section') throw unsupportedField('system');
  return systemSection(textOf(content, path, around));
}

interface At extends Around {
  readonly at: number;
}

function writeUser(content: readonly ContentBlock[], path: string, around: At): string {
  const results = content.flatMap((block, at) => (isResult(block) ? [{ ...block, at }] : []));
  if (content.slice(0, results.length).some((block) => !isResult(block))) {
    around.losses.add(path, 'changed', 'the results of tools stand before the text');
  }
  const texts = results.map(({ toolResult, at }) => ({
    toolResult,
    text: writeResultText(toolResult, `${path}.${at}.toolResult`, around),
  }));
  const question = hasQuestion({ role: 'user', content })
    ? writeQuestion(content, path, around)
    : '';
  return writeResults(texts, around) + question;
}

function writeQuestion(content: readonly ContentBlock[], path: string, around: At): string {
  const { at, first, last, system, format } = around;
  const systemAt = format.system === 'before the first question' ? first : last;
  const isTold = system !== '' && format.system !== 'in a section' && at === systemAt;
  const text = textOf(content, path, around);
  const question = isTold ? `${system}\n\n${text}` : text;
  const tools = at === last ? around.tools : '';
  return `${tools}[INST]${blankBefore(question)}${format.questionEnd}[/INST]`;
}

// What the tokenizer puts before any text that follows a marker.
function blankBefore(text: string): string {
  return text === '' ? '' : ` ${text}`;
}

interface WrittenResult {
  readonly toolResult: ToolResultBlock;
  readonly text: string;
}

function writeResultText(result: ToolResultBlock, path: string, around: Around): string {
  const text = resultText(result, path, around.losses);
  const isPlain = around.format.results === 'plain';
  return marked(isPlain ? text : resultJson(text, path, around.losses), path, around);
}

function writeResults(results: readonly WrittenResult[], around: Around): string {
  const { format, ids, names } = around;
  if (results.length === 0) return '';
  if (format.results === 'list') {
    // The calls have no IDs: what belongs together is told by names and by the order.
    const items = inOrder(results, names).map(({ toolResult: { toolUseId }, text }) => {
      const name = spacedJson(names.get(toolUseId) ?? toolUseId);
      return `{"name": ${name}, "content": ${text}}`;
    });
    return `[TOOL_RESULTS] [${items.join(', ')}][/TOOL_RESULTS]`;
  }
  const sections = results.map(({ toolResult: { toolUseId }, text }) => {
    const id = ids.of(toolUseId);
    if (format.results === 'plain') return `${id}[TOOL_CONTENT]${blankBefore(text)}`;
    return `{"content": ${text}, "call_id": "${id}"}`;
  });
  return sections.map((section) => `[TOOL_RESULTS] ${section}[/TOOL_RESULTS]`).join('');
}

/** The results in the order of their calls. */
function inOrder(
  results: readonly WrittenResult[],
  names: ReadonlyMap<string, string>,
): readonly WrittenResult[] {
  const order = new Map([...names.keys()].map((id, at) => [id, at]));
  const placeOf = ({ toolResult }: WrittenResult): number => order.get(toolResult.toolUseId) ?? -1;
  return results.toSorted((left, right) => placeOf(left) - placeOf(right));
}

function writeAnswer(content: readonly ContentBlock[], path: string, around: At): string {
  const { format, losses } = around;
  const calls = content.flatMap(callsOf);
  const text = answerText(content, path, around);
  if (text === '' && calls.length === 0) return '';
  tellAnswer(content, path, around);
  const begun = blankBefore(text) + writeCalls(calls, path, { format, losses, ids: around.ids });
  // mistral-common: an answer that is last is gone on with.
  return around.at === around.length - 1 ? begun : `${begun}</s>`;
}

function answerText(
  content: readonly ContentBlock[],
  path: string,
  { format, losses }: At,
): string {
  const text = textOf(content, path, { format, losses });
  const trimmed = format.trimsAnswers ? withoutLastBlanks(text) : text;
  if (trimmed !== text) losses.add(path, 'changed', 'the template has no blanks at its end');
  return trimmed;
}

// By hand: an expression would look at each run of blanks once for each of its blanks.
function withoutLastBlanks(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end -= 1;
  return text.slice(0, end);
}

/** What the format says of an answer less exactly than Converse. */
function tellAnswer(content: readonly ContentBlock[], path: string, { format, losses }: At): void {
  const firstCall = content.findIndex((block) => 'toolUse' in block);
  if (firstCall === -1) return;
  if (content.slice(firstCall).some((block) => !('toolUse' in block))) {
    losses.add(path, 'changed', 'its text stands before its calls');
  }
  const hasText = content.some((block) => 'text' in block);
  if (hasText && !format.hasTextBesideCalls) {
    losses.add(path, 'changed', 'the model was trained on text or calls in an answer, not on both');
  }
  if (!format.hasCallIds) {
    losses.add(`${path}.${firstCall}.toolUse.toolUseId`, 'changed', 'the template has no IDs');
  }
}

function writeCalls(
  calls: readonly ToolUseBlock[],
  path: string,
  { ids, ...place }: Place & Pick<Around, 'ids'>,
): string {
  if (calls.length === 0) return '';
  const list = calls.map((call) => nativeCall(call, place.format.hasCallIds ? ids : undefined));
  return `[TOOL_CALLS] ${marked(spacedJson(list), path, place)}`;
}
