// Reads a prompt that a client wrote in one of Mistral's templates back into a conversation.

import type {
  ContentBlock,
  ConversationRole,
  Message,
  ToolConfiguration,
  ToolResultBlock,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { Conversation } from '../family.ts';
import { isJsonObject, listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { callIdAt, isCallId } from './call-ids.ts';
import { fromNativeTool } from './native-tools.ts';
import type { Marker, PromptFormat } from './prompt-format.ts';
import { resultContent, resultOf } from './tool-results.ts';

export type ReadPrompt = Pick<Conversation, 'messages' | 'system' | 'toolConfig'>;

/** A prompt that is not in the template is the user's one message. */
export function readPrompt(prompt: string, format: PromptFormat): ReadPrompt {
  const sections = sectionsOf(prompt, format);
  const read = sections === undefined ? undefined : new PromptReader(format).read(sections);
  return read ?? { messages: [{ role: 'user', content: [{ text: prompt }] }] };
}

interface Section {
  readonly marker: Marker;
  /** Up to the next marker. */
  readonly text: string;
}

/** The markers and what follows each, undefined where the prompt begins without one. */
function sectionsOf(prompt: string, { markers }: PromptFormat): readonly Section[] | undefined {
  const escaped = markers.map((marker) => marker.replaceAll(/[[\]/]/g, String.raw`\$&`));
  const parts = prompt.split(new RegExp(`(${escaped.join('|')})`));
  if (!isBlank(parts[0])) return undefined;
  const sections: Section[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    sections.push({ marker: parts[at] as Marker, text: parts[at + 1] ?? '' });
  }
  return sections[0]?.marker === '<s>' ? sections : [{ marker: '<s>', text: '' }, ...sections];
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

/** What ends a section that has an end of its own. */
const closings: Partial<Readonly<Record<Marker, Marker>>> = {
  '[AVAILABLE_TOOLS]': '[/AVAILABLE_TOOLS]',
  '[INST]': '[/INST]',
  '[SYSTEM_PROMPT]': '[/SYSTEM_PROMPT]',
};

/** A message that may become longer. */
interface OpenMessage extends Message {
  readonly content: ContentBlock[];
}

class PromptReader {
  readonly #format: PromptFormat;
  readonly #messages: OpenMessage[] = [];
  readonly #system: ContentBlock[] = [];
  /** The calls that no result has answered yet. */
  #open: ToolUseBlock[] = [];
  #calls = 0;
  #toolConfig: ToolConfiguration | undefined;

  constructor(format: PromptFormat) {
    this.#format = format;
  }

  /** Undefined where the sections do not follow one another as in the template. */
  read(sections: readonly Section[]): ReadPrompt | undefined {
    for (let at = 0; at < sections.length;) {
      const taken = this.#take(sections.slice(at, at + 3));
      if (taken === 0) return undefined;
      at += taken;
    }
    if (this.#messages.length === 0) return undefined;
    const system = this.#system.flatMap((block) => ('text' in block ? [block] : []));
    return {
      messages: this.#messages,
      ...(system.length > 0 && { system }),
      ...(this.#toolConfig !== undefined && { toolConfig: this.#toolConfig }),
    };
  }

  /** Reads what begins with the first section; gives how many belong to it, none where none fit. */
  #take([section, next, third]: readonly Section[]): number {
    if (section === undefined) return 0;
    const { marker, text } = section;
    const closing = closings[marker];
    if (closing !== undefined) {
      return next?.marker === closing && this.#takeClosed(marker, text, next.text) ? 2 : 0;
    }
    switch (marker) {
      case '<s>':
        return this.#messages.length === 0 && isBlank(text) ? 1 : 0;
      case '</s>':
        return this.#messages.at(-1)?.role === 'assistant' && isBlank(text) ? 1 : 0;
      case '[TOOL_CALLS]':
        return this.#takeCalls(text) ? 1 : 0;
      case '[TOOL_RESULTS]':
        return this.#takeResults(text, next, third);
      default:
        return 0;
    }
  }

  #takeClosed(marker: Marker, text: string, after: string): boolean {
    if (marker === '[INST]') {
      this.#say('user', [{ text: this.#questionOf(text) }]);
      this.#answer(after);
      return true;
    }
    if (!isBlank(after)) return false;
    if (marker === '[AVAILABLE_TOOLS]') return this.#takeTools(text);
    if (this.#messages.length === 0) this.#system.push({ text: unspaced(text) });
    else this.#say('system', [{ text: unspaced(text) }]);
    return true;
  }

  #questionOf(text: string): string {
    const { questionEnd } = this.#format;
    const begun = unspaced(text);
    return begun.endsWith(questionEnd) ? begun.slice(0, begun.length - questionEnd.length) : begun;
  }

  #takeTools(json: string): boolean {
    const native = parseNative(json);
    const tools = listOf(native).flatMap((tool) => fromNativeTool(tool) ?? []);
    if (tools.length === 0 || tools.length !== listOf(native).length) return false;
    this.#toolConfig = { tools };
    return true;
  }

  /** What follows the end of a question or of results is the answer's text. */
  #answer(text: string): void {
    if (!isBlank(text)) this.#say('assistant', [{ text: unspaced(text) }]);
  }

  #takeCalls(json: string): boolean {
    const native = parseNative(json);
    if (!Array.isArray(native)) return false;
    const calls = listOf(native).map((call) => this.#callOf(call));
    const whole = calls.filter((call) => call !== undefined);
    if (whole.length === 0 || whole.length !== calls.length) return false;
    this.#open = whole;
    this.#say(
      'assistant',
      whole.map((toolUse) => ({ toolUse })),
    );
    return true;
  }

  #callOf(native: unknown): ToolUseBlock | undefined {
    const { name, arguments: input, id } = objectOf(native);
    if (typeof name !== 'string' || !isJsonObject(input)) return undefined;
    const toolUseId = isCallId(id) ? id : callIdAt(this.#calls);
    this.#calls += 1;
    return { toolUseId, name, input: input as DocumentValue };
  }

  #takeResults(text: string, next: Section | undefined, third: Section | undefined): number {
    const isPlain = this.#format.results === 'plain';
    if (isPlain && next?.marker !== '[TOOL_CONTENT]') return 0;
    const closing = isPlain ? third : next;
    if (closing?.marker !== '[/TOOL_RESULTS]') return 0;
    const results = isPlain ? plainResults(text, next?.text ?? '') : this.#jsonResults(text);
    if (results === undefined) return 0;
    this.#say(
      'user',
      results.map((toolResult) => ({ toolResult })),
    );
    this.#answer(closing.text);
    return isPlain ? 3 : 2;
  }

  #jsonResults(json: string): readonly ToolResultBlock[] | undefined {
    const native = parseNative(json);
    const items = this.#format.results === 'list' ? listOf(native) : [native];
    const results = items.map((item) => this.#resultOf(item));
    const whole = results.filter((result) => result !== undefined);
    return whole.length > 0 && whole.length === results.length ? whole : undefined;
  }

  #resultOf(item: unknown): ToolResultBlock | undefined {
    if (!isJsonObject(item) || item['content'] === undefined) return undefined;
    const { name, call_id: id } = item;
    const toolUseId = this.#format.hasCallIds ? stringOf(id) : this.#openCall(name);
    return isCallId(toolUseId) ? { toolUseId, content: resultOf(item['content']) } : undefined;
  }

  /** The first open call of the tool, which the result answers. */
  #openCall(name: unknown): string | undefined {
    const at = this.#open.findIndex((call) => call.name === name);
    return at === -1 ? undefined : this.#open.splice(at, 1)[0]?.toolUseId;
  }

  /** Results, one after the other or with a question, are one message; so are text and calls. */
  #say(role: ConversationRole, content: readonly ContentBlock[]): void {
    const before = this.#messages.at(-1);
    const isSame =
      before?.role === role &&
      (role === 'assistant' || 'toolResult' in (before.content.at(-1) ?? {}));
    if (!isSame) this.#messages.push({ role, content: [...content] });
    else for (const block of content) before.content.push(block);
  }
}

function plainResults(id: string, text: string): readonly ToolResultBlock[] | undefined {
  const toolUseId = id.trim();
  return isCallId(toolUseId) ? [{ toolUseId, content: resultContent(unspaced(text)) }] : undefined;
}

/** The blank that the tokenizer puts before a text is no part of it. */
function unspaced(text: string): string {
  return text.startsWith(' ') ? text.slice(1) : text;
}
