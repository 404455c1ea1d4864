// Reads what Llama writes, in any pieces: passes text on at once and holds calls until they are
// whole.

import { nativeCallCharsMax } from '../../../limits.ts';
import type { BrokenCall, Call } from './call.ts';
import { CallCandidate, functionOpening } from './call-candidate.ts';
import type { CallForm } from './call-heads.ts';
import type { Markers } from './markers.ts';

export type AnswerItem = { readonly text: string } | { readonly call: BrokenCall | Call };

export interface AnswerReaderOptions {
  /** Of the template; undefined where its turns have none. */
  readonly markers: Markers | undefined;
  /** What may be called; what calls anything else is text. */
  readonly names: ReadonlySet<string>;
  /** Blanks at the start are the template's, but for an answer that the caller began. */
  readonly trimsStart: boolean;
}

/** Reads a whole text. Texts beside one another are one. */
export function readAnswer(text: string, options: AnswerReaderOptions): readonly AnswerItem[] {
  const reader = new AnswerReader(options);
  const items: AnswerItem[] = [];
  for (const item of [...reader.push(text), ...reader.end()]) {
    const last = items.at(-1);
    if (last === undefined || !('text' in last && 'text' in item)) items.push(item);
    else items.splice(-1, 1, { text: last.text + item.text });
  }
  return items;
}

/**
 * `start`: a call may begin. `text`: a marker may. `marked`: the marker of calls was read.
 * `call`: what may be a call is held. `between`: a call was read, another may follow. `ended`: a
 * marker was read that nothing should follow.
 */
type State = 'between' | 'call' | 'ended' | 'marked' | 'start' | 'text';

const functionClosing = '</function>';

export class AnswerReader {
  readonly #options: AnswerReaderOptions;
  readonly #inText: readonly string[];
  readonly #afterCalls: readonly string[];
  #state: State = 'start';
  #candidate: CallCandidate | undefined;
  /** The start of what may become a marker. */
  #held = '';
  /** The marker that the state comes from: text where nothing of its kind follows. */
  #marker = '';
  #text: string[] = [];
  #items: AnswerItem[] = [];

  constructor(options: AnswerReaderOptions) {
    const { markers, names } = options;
    const ends = markers === undefined ? ['</s>'] : [markers.endOfTurn, markers.endOfMessage];
    const calls = markers === undefined || names.size === 0 ? [] : [markers.call, functionOpening];
    this.#options = options;
    this.#inText = [...ends, ...calls];
    this.#afterCalls = [...this.#inText, functionClosing, markers?.callEnd ?? functionClosing];
  }

  push(text: string): readonly AnswerItem[] {
    let rest = this.#held + text;
    this.#held = '';
    while (rest !== '') rest = this.#step(rest);
    return this.#take();
  }

  /** What was held back: a call that is cut is told as one. */
  end(): readonly AnswerItem[] {
    if (this.#candidate !== undefined) this.#cut(this.#candidate);
    if (this.#state === 'marked') this.#text.push(this.#marker);
    this.#text.push(this.#held);
    this.#held = '';
    return this.#take();
  }

  /** Reads on and returns what is still to be read. */
  #step(text: string): string {
    switch (this.#state) {
      case 'start':
        return this.#readStart(text);
      case 'text':
        return this.#readText(text);
      case 'marked':
        return this.#readMarked(text);
      case 'call':
        return this.#readCall(text, this.#candidate);
      case 'between':
        return this.#readBetween(text);
      case 'ended':
        return this.#toText(this.#marker, text);
      default:
        return this.#state satisfies never;
    }
  }

  #readStart(text: string): string {
    const rest = this.#options.trimsStart ? text.trimStart() : text;
    if (rest !== '' && !this.#begin(rest, '')) this.#state = 'text';
    return rest;
  }

  #readText(text: string): string {
    const at = text.indexOf('<');
    this.#text.push(at === -1 ? text : text.slice(0, at));
    return at === -1 ? '' : this.#readSign(text.slice(at), this.#inText);
  }

  /** The text begins with a sign that markers begin with. */
  #readSign(text: string, markers: readonly string[]): string {
    const marker = markers.find((it) => text.startsWith(it));
    if (marker !== undefined) return this.#enter(marker, text);
    if (!markers.some((it) => it.startsWith(text))) return this.#toText('<', text.slice(1));
    this.#held = text;
    return '';
  }

  #enter(marker: string, text: string): string {
    const { markers } = this.#options;
    if (marker === functionOpening) return this.#hold('function', '', text);
    const rest = text.slice(marker.length);
    if (marker === functionClosing || marker === markers?.callEnd) return rest;
    this.#marker = marker;
    this.#state = marker === markers?.call ? 'marked' : 'ended';
    return rest;
  }

  #readMarked(text: string): string {
    const rest = text.trimStart();
    this.#marker += text.slice(0, text.length - rest.length);
    if (rest === '' || this.#begin(rest, this.#marker)) return rest;
    if (rest.startsWith(functionOpening)) return this.#hold('function', this.#marker, rest);
    // Anything else is code for an interpreter that nobody offered.
    if (!functionOpening.startsWith(rest)) return this.#toText(this.#marker, rest);
    this.#held = rest;
    return '';
  }

  #readBetween(text: string): string {
    const rest = text.replace(separators, '');
    if (rest === '' || this.#begin(rest, '')) return rest;
    if (rest.startsWith('<')) return this.#readSign(rest, this.#afterCalls);
    return this.#toText('', rest);
  }

  /** Whether the text begins as a call does. */
  #begin(text: string, before: string): boolean {
    if (this.#options.names.size === 0) return false;
    if (text.startsWith('{')) this.#hold('object', before, '');
    else if (text.startsWith('[')) this.#hold('list', before, '');
    else return false;
    return true;
  }

  #hold(form: CallForm, before: string, rest: string): string {
    this.#candidate = new CallCandidate(form, before, this.#options.names);
    this.#state = 'call';
    return rest;
  }

  #readCall(text: string, candidate: CallCandidate | undefined): string {
    if (candidate === undefined) throw new Error('in this state there is a candidate');
    const { taken, state } = candidate.push(text);
    const rest = text.slice(taken);
    if (state === 'whole') return this.#finish(candidate) + rest;
    if (state === 'text') return this.#refuse(candidate) + rest;
    if (candidate.chars > nativeCallCharsMax) this.#cut(candidate);
    return rest;
  }

  #finish(candidate: CallCandidate): string {
    const calls = candidate.calls();
    if (calls === undefined) return this.#refuse(candidate);
    this.#flush();
    for (const call of calls) this.#items.push({ call });
    this.#candidate = undefined;
    this.#state = 'between';
    return '';
  }

  /** What is no call is to be read again, as text; its first sign would begin it anew. */
  #refuse({ before, text }: CallCandidate): string {
    this.#candidate = undefined;
    return this.#toText(before + text.slice(0, 1), text.slice(1));
  }

  #cut(candidate: CallCandidate): void {
    const call = candidate.cut();
    if (call === undefined) {
      let rest = this.#refuse(candidate);
      while (rest !== '') rest = this.#step(rest);
      return;
    }
    this.#flush();
    this.#items.push({ call });
    this.#candidate = undefined;
    this.#state = 'text';
  }

  #toText(passed: string, rest: string): string {
    this.#text.push(passed);
    this.#state = 'text';
    return rest;
  }

  #flush(): void {
    const text = this.#text.join('');
    this.#text = [];
    if (text !== '') this.#items.push({ text });
  }

  #take(): readonly AnswerItem[] {
    this.#flush();
    const items = this.#items;
    this.#items = [];
    return items;
  }
}

const separators = /^[\s;,]+/;
