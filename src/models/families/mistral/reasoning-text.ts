// Tells reasoning from the answer where both are one text: reasoning comes first, between tags.

/** Where what was read goes to. */
export interface ReasoningSink {
  text(text: string): void;
  reasoning(text: string): void;
}

// Documented by the maker: Magistral's tokens, and the tags of its first template.
const tags = [
  { open: '<think>', close: '</think>' },
  { open: '[THINK]', close: '[/THINK]' },
] as const;

/**
 * `start`: the text may begin with a tag. `reasoning`: between the tags. `gap`: the blanks between
 * reasoning and answer, which belong to neither. `text`: the answer.
 */
type State = 'gap' | 'reasoning' | 'start' | 'text';

/** Text goes in as it is made, and goes on as soon as it cannot be part of a tag any more. */
export class ReasoningText {
  readonly #sink: ReasoningSink;
  #state: State = 'start';
  #held = '';
  /** What stands before the first letter: of text a part, of reasoning none. */
  #blanks = '';
  #close = '';

  constructor(sink: ReasoningSink) {
    this.#sink = sink;
  }

  push(text: string): void {
    if (this.#state === 'text') {
      if (text !== '') this.#sink.text(text);
      return;
    }
    let rest: string | undefined = this.#held + text;
    this.#held = '';
    while (rest !== undefined && rest !== '') rest = this.#step(rest);
  }

  /** Reasoning that is no part of the text: what is text after it has no tags. */
  reason(text: string): void {
    if (text === '') return;
    this.end();
    this.#sink.reasoning(text);
  }

  /** What was held back; blanks alone are nothing. */
  end(): void {
    const held = this.#held;
    this.#held = '';
    if (this.#state === 'reasoning') this.#tell(held);
    else if (held !== '') this.#sink.text(this.#blanks + held);
    this.#state = 'text';
  }

  /** Reads on and gives what is still to be read; undefined where more must come. */
  #step(text: string): string | undefined {
    switch (this.#state) {
      case 'start':
        return this.#readStart(text);
      case 'reasoning':
        return this.#readReasoning(text);
      case 'gap':
        return this.#readGap(text);
      case 'text':
        this.#sink.text(text);
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }

  #readStart(text: string): string | undefined {
    const begun = text.trimStart();
    this.#blanks += text.slice(0, text.length - begun.length);
    const tag = tags.find(({ open }) => begun.startsWith(open));
    if (tag !== undefined) {
      this.#state = 'reasoning';
      this.#close = tag.close;
      return begun.slice(tag.open.length);
    }
    if (tags.some(({ open }) => open.startsWith(begun))) {
      this.#held = begun;
      return undefined;
    }
    this.#state = 'text';
    return this.#blanks + begun;
  }

  #readReasoning(text: string): string | undefined {
    const at = text.indexOf(this.#close);
    if (at !== -1) {
      this.#tell(text.slice(0, at));
      this.#state = 'gap';
      return text.slice(at + this.#close.length);
    }
    const kept = beginningAtEnd(text, this.#close);
    this.#tell(text.slice(0, text.length - kept));
    this.#held = text.slice(text.length - kept);
    return undefined;
  }

  #readGap(text: string): string | undefined {
    const rest = text.trimStart();
    if (rest !== '') this.#state = 'text';
    return rest;
  }

  #tell(text: string): void {
    if (text !== '') this.#sink.reasoning(text);
  }
}

/** How many of the last letters may be the beginning of the tag. */
function beginningAtEnd(text: string, tag: string): number {
  let length = Math.min(text.length, tag.length - 1);
  while (length > 0 && !text.endsWith(tag.slice(0, length))) length -= 1;
  return length;
}
