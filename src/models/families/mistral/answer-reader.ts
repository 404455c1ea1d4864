// Reads what the completion models write, in any pieces: text goes on at once, a call when whole.

import { nativeCallCharsMax } from '../../../limits.ts';
import { JsonEnd } from '../../../protocol/stream/json-end.ts';
import { isJsonObject, parseNative } from '../native-json.ts';

/** A call as the model wrote it. */
export interface ReadCall {
  readonly name: string;
  /** Absent where the format has none, or the model left it out. */
  readonly id: unknown;
  /** JSON, or what the model wrote for it. */
  readonly input: string;
}

/** Where what was read goes to. */
export interface AnswerSink {
  text(text: string): void;
  call(call: ReadCall): void;
  /** What follows the marker of calls is none. Throws. */
  malformed(): never;
  /** The answer ended within a call because it was as long as it may be. */
  cut(): void;
}

export interface AnswerReaderOptions {
  /** Whether the model may call: without tools the marker is text like any other. */
  readonly hasTools: boolean;
  /** Whether the answer goes on with what the caller began: its first blank is its own. */
  readonly isBegun: boolean;
}

/**
 * `text`: a marker may begin. `marked`: the list should begin. `list`: between two calls. `call`:
 * within one. `single`: within one that stands in no list.
 */
type State = 'call' | 'list' | 'marked' | 'single' | 'text';

const marker = '[TOOL_CALLS]';

export class AnswerReader {
  readonly #sink: AnswerSink;
  readonly #hasTools: boolean;
  #state: State = 'text';
  /** What may be the beginning of the marker. */
  #held = '';
  /** Blanks at the start of a text: those before a call are nothing. Undefined within the text. */
  #blanks: string | undefined = '';
  #ownsBlank: boolean;
  #calls = 0;
  #parts: string[] = [];
  #length = 0;
  #end = new JsonEnd();

  constructor({ hasTools, isBegun }: AnswerReaderOptions, sink: AnswerSink) {
    this.#hasTools = hasTools;
    this.#ownsBlank = isBegun;
    this.#sink = sink;
  }

  push(text: string): void {
    let rest = this.#held + text;
    this.#held = '';
    while (rest !== '') rest = this.#step(rest);
  }

  /** `isCut`: the model was stopped at the most tokens. */
  end(isCut: boolean): void {
    if (this.#state === 'text') {
      this.#text(this.#held);
    } else if (isCut) {
      this.#sink.cut();
    } else if (this.#state !== 'list' || this.#calls === 0) {
      this.#sink.malformed();
    }
    this.#held = '';
  }

  /** Reads on and gives what is still to be read. */
  #step(text: string): string {
    switch (this.#state) {
      case 'text':
        return this.#readText(text);
      case 'marked':
      case 'list':
        return this.#readList(text);
      case 'call':
      case 'single':
        return this.#readCall(text);
      default:
        return this.#state satisfies never;
    }
  }

  #readText(text: string): string {
    const at = this.#hasTools ? text.indexOf('[') : -1;
    if (at === -1) return this.#text(text);
    this.#text(text.slice(0, at));
    const rest = text.slice(at);
    if (rest.startsWith(marker)) return this.#enter(rest.slice(marker.length));
    if (marker.startsWith(rest)) {
      this.#held = rest;
      return '';
    }
    this.#text('[');
    return rest.slice(1);
  }

  #enter(rest: string): string {
    this.#state = 'marked';
    this.#calls = 0;
    return rest;
  }

  #text(text: string): '' {
    if (this.#blanks === undefined) {
      if (text !== '') this.#sink.text(text);
      return '';
    }
    const begun = this.#blanks + text;
    const isBlank = text.trim() === '';
    this.#blanks = isBlank ? begun : undefined;
    if (isBlank) return '';
    this.#sink.text(begun.startsWith(' ') && !this.#ownsBlank ? begun.slice(1) : begun);
    return '';
  }

  #readList(text: string): string {
    const rest = text.trimStart();
    if (rest === '') return '';
    const sign = rest.charAt(0);
    if (sign === '{') return this.#open(rest);
    if (this.#state === 'marked' && sign === '[') this.#state = 'list';
    else if (this.#state === 'list' && sign === ']') this.#leave();
    else if (this.#state === 'marked' || sign !== ',') this.#sink.malformed();
    return rest.slice(1);
  }

  #open(rest: string): string {
    this.#state = this.#state === 'marked' ? 'single' : 'call';
    this.#end = new JsonEnd();
    this.#parts = [];
    this.#length = 0;
    return rest;
  }

  #leave(): void {
    this.#state = 'text';
    this.#blanks = '';
    this.#ownsBlank = false;
  }

  #readCall(text: string): string {
    const count = this.#end.push(text);
    this.#length += count;
    if (this.#length > nativeCallCharsMax) this.#sink.malformed();
    this.#parts.push(text.slice(0, count));
    if (this.#end.isWhole) this.#tell(parseNative(this.#parts.join('')));
    return text.slice(count);
  }

  #tell(native: unknown): void {
    const { name, arguments: input = {}, id } = isJsonObject(native) ? native : {};
    if (typeof name !== 'string') this.#sink.malformed();
    this.#calls += 1;
    this.#sink.call({ name, id, input: typeof input === 'string' ? input : JSON.stringify(input) });
    if (this.#state === 'single') this.#leave();
    else this.#state = 'list';
  }
}
