// Reasoning as text between tags at the beginning of an answer: read in any pieces, and written.

import { reasoningTagBlanksCharsMax } from '../../../limits.ts';
import type { Place } from './place.ts';
import type { OpenaiQuirks } from './quirks.ts';

export interface ReasoningTag {
  readonly open: string;
  readonly close: string;
  /** Line breaks within the tags, and two after them, belong to neither. */
  readonly isPadded: boolean;
}

export const thinkTag: ReasoningTag = { open: '<think>', close: '</think>', isPadded: true };

// Documented: gpt-oss, as InvokeModel answers.
const reasoningTag: ReasoningTag = {
  open: '<reasoning>',
  close: '</reasoning>',
  isPadded: false,
};

const tags = [thinkTag, reasoningTag] as const;

/** The tags that reasoning is written between, where the server takes it so. */
export function tagOf({ reasoningField }: OpenaiQuirks): ReasoningTag | undefined {
  if (reasoningField === 'think-tags') return thinkTag;
  return reasoningField === 'reasoning-tags' ? reasoningTag : undefined;
}

export function beforeReasoning({ open, isPadded }: ReasoningTag): string {
  return isPadded ? `${open}\n` : open;
}

export function afterReasoning({ close, isPadded }: ReasoningTag): string {
  return isPadded ? `\n${close}\n\n` : close;
}

/** Says of reasoning that its text ends it. */
export function tellClosing(text: string, { close }: ReasoningTag, { path, losses }: Place): void {
  if (!text.includes(close)) return;
  losses.add(path, 'changed', `its text holds ${close}, which ends the reasoning`);
}

/** Says of an answer that it begins as reasoning does. */
export function tellOpening(text: string, { path, losses }: Place): void {
  const tag = tags.find(({ open }) => text.trimStart().startsWith(open));
  if (tag === undefined) return;
  losses.add(path, 'changed', `its text begins with ${tag.open}, which opens reasoning`);
}

export interface ReasoningSink {
  text(text: string): void;
  reasoning(text: string): void;
}

/**
 * `start`: a tag may come. `again`: the tag of the prompt may come again. `opened`: the line break
 * after it may come. `inside`: reasoning. `closed`: the line breaks after the closing tag may come.
 * `text`: the answer.
 */
type State = 'again' | 'closed' | 'inside' | 'opened' | 'start' | 'text';

/** Text goes in as it is made, and goes on as soon as it cannot be part of a tag any more. */
export class ReasoningReader {
  readonly #sink: ReasoningSink;
  #state: State = 'start';
  #tag: ReasoningTag = thinkTag;
  #held = '';
  #breaks = 0;

  constructor(sink: ReasoningSink) {
    this.#sink = sink;
  }

  /** The tag stands in the prompt already; a model may write it again. */
  static within(tag: ReasoningTag, sink: ReasoningSink): ReasoningReader {
    const reader = new ReasoningReader(sink);
    reader.#tag = tag;
    reader.#state = 'again';
    return reader;
  }

  push(text: string): void {
    if (this.#state === 'text') {
      this.#sink.text(text);
      return;
    }
    let rest: string | undefined = this.#held + text;
    this.#held = '';
    while (rest !== undefined && rest !== '') rest = this.#step(rest);
  }

  /** What was held back; blanks before anything else are nothing. */
  end(): void {
    const held = this.#held;
    this.#held = '';
    if (this.#state === 'inside' || this.#state === 'again') this.#sink.reasoning(held);
    else if (held.trim() !== '') this.#sink.text(held);
    this.#state = 'text';
  }

  /** Reads on and gives what is still to be read; undefined where more must come. */
  #step(text: string): string | undefined {
    switch (this.#state) {
      case 'start':
        return this.#readStart(text);
      case 'again':
        return this.#readAgain(text);
      case 'opened':
        return this.#readOpened(text);
      case 'inside':
        return this.#readInside(text);
      case 'closed':
        return this.#readClosed(text);
      case 'text':
        this.#sink.text(text);
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }

  #readStart(text: string): string | undefined {
    const begun = text.trimStart();
    const isNear = text.length - begun.length <= reasoningTagBlanksCharsMax;
    const tag = isNear ? tags.find(({ open }) => begun.startsWith(open)) : undefined;
    if (tag !== undefined) {
      this.#enter(tag);
      return begun.slice(tag.open.length);
    }
    if (isNear && tags.some(({ open }) => open.startsWith(begun))) {
      this.#held = text;
      return undefined;
    }
    this.#state = 'text';
    return text;
  }

  #readAgain(text: string): string | undefined {
    const { open } = this.#tag;
    if (text.length < open.length && open.startsWith(text)) {
      this.#held = text;
      return undefined;
    }
    const isAgain = text.startsWith(open);
    this.#state = isAgain ? 'opened' : 'inside';
    return isAgain ? text.slice(open.length) : text;
  }

  #enter(tag: ReasoningTag): void {
    this.#tag = tag;
    this.#state = tag.isPadded ? 'opened' : 'inside';
  }

  #readOpened(text: string): string {
    this.#state = 'inside';
    return text.startsWith('\n') ? text.slice(1) : text;
  }

  #readInside(text: string): string | undefined {
    const { close, isPadded } = this.#tag;
    const at = text.indexOf(close);
    if (at === -1) {
      const kept = Math.max(
        beginsAtEnd(text, close),
        isPadded ? beginsAtEnd(text, `\n${close}`) : 0,
      );
      this.#sink.reasoning(text.slice(0, text.length - kept));
      this.#held = text.slice(text.length - kept);
      return undefined;
    }
    const inner = text.slice(0, at);
    this.#sink.reasoning(isPadded && inner.endsWith('\n') ? inner.slice(0, -1) : inner);
    this.#state = isPadded ? 'closed' : 'text';
    return text.slice(at + close.length);
  }

  #readClosed(text: string): string {
    if (text.startsWith('\n') && this.#breaks < 2) {
      this.#breaks += 1;
      return text.slice(1);
    }
    this.#state = 'text';
    return text;
  }
}

/** How many of the last letters may be the beginning of the tag. */
function beginsAtEnd(text: string, tag: string): number {
  let length = Math.min(text.length, tag.length - 1);
  while (length > 0 && !text.endsWith(tag.slice(0, length))) length -= 1;
  return length;
}
