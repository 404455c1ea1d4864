// Writes blocks one after another where a stream mixes them: text, reasoning and calls at once.

import {
  nativeCallCharsMax,
  reasoningTagBlanksCharsMax,
  streamedCallsMax,
} from '../../../limits.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { EventWriter } from '../event-writer.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { numberOf, objectOf, stringOf } from '../native-json.ts';
import { toolUseIdOf } from './calls.ts';
import { StreamedCall } from './streamed-call.ts';

type Waiting = StreamedCall | { readonly kind: 'reasoning' | 'text'; readonly pieces: string[] };

/**
 * A call that is under way keeps what comes after it waiting until its arguments are whole. What
 * waits is bounded.
 */
export class BlockSequence {
  readonly #writer: EventWriter;
  readonly #createId: (id: string | undefined) => string;
  readonly #byIndex = new Map<number, StreamedCall>();
  readonly #byId = new Map<string, StreamedCall>();
  readonly #waiting: Waiting[] = [];
  #waitingChars = 0;
  #count = 0;
  #live: StreamedCall | undefined;
  #isInText = false;
  #blanks = '';
  #last: StreamedCall | undefined;

  constructor(writer: EventWriter, context: AnswerContext) {
    this.#writer = writer;
    this.#createId = (id) => toolUseIdOf(id, context);
  }

  /** Blanks alone open no block: beside a call they are nobody's, and cannot be sent back. */
  text(text: string): void {
    const all = this.#blanks + text;
    const isBlank = all.length <= reasoningTagBlanksCharsMax && all.trim() === '';
    this.#blanks = isBlank && !this.#isInText ? all : '';
    if (this.#blanks !== '' || all === '') return;
    this.#isInText = true;
    if (this.#isFree()) this.#writer.text(all);
    else this.#wait('text', all);
  }

  reasoning(text: string): void {
    if (text === '') return;
    this.#leaveText();
    if (this.#isFree()) this.#writer.reasoning(text);
    else this.#wait('reasoning', text);
  }

  /** A fragment of a call: of a new one, or of one that is known by its index or its ID. */
  call(fragment: JsonObject): void {
    const { name, arguments: given } = objectOf(fragment['function']);
    const text = argumentsOf(given);
    const call = this.#find(fragment, text !== '') ?? this.#open(fragment);
    if (call.state === 'closed') return;
    this.#leaveText();
    this.#last = call;
    call.addName(stringOf(name) ?? '');
    if (text === '') return;
    if (call.state === 'live') call.write(text, this.#writer);
    else this.#hold(call, text);
    this.#advance();
  }

  /** Nothing more comes: what waits is written, whole or not. */
  end(): void {
    this.#finishLive();
    while (this.#waiting.length > 0) {
      this.#next();
      this.#finishLive();
    }
  }

  #leaveText(): void {
    this.#isInText = false;
    this.#blanks = '';
  }

  #find(fragment: JsonObject, hasArguments: boolean): StreamedCall | undefined {
    const index = numberOf(fragment['index']);
    const id = idOf(fragment);
    const isNamed = (stringOf(objectOf(fragment['function'])['name']) ?? '') !== '';
    if (index !== undefined) {
      const call = this.#byIndex.get(index);
      // Some servers count every call as the first.
      const isOther = isNamed && id !== undefined && call?.id !== undefined && call.id !== id;
      if (call === undefined || isOther) return undefined;
      this.#name(call, id);
      return call;
    }
    if (id !== undefined) return this.#byId.get(id);
    const isNext = isNamed && (hasArguments || this.#last?.hasArguments === true);
    return isNext ? undefined : this.#last;
  }

  #name(call: StreamedCall, id: string | undefined): void {
    if (call.id !== undefined || id === undefined) return;
    call.id = id;
    this.#byId.set(id, call);
  }

  #open(fragment: JsonObject): StreamedCall {
    this.#count += 1;
    if (this.#count > streamedCallsMax) {
      throw new ModelStreamErrorException(`The answer holds more than ${streamedCallsMax} calls.`);
    }
    const call = new StreamedCall(this.#createId);
    const index = numberOf(fragment['index']);
    if (index !== undefined) this.#byIndex.set(index, call);
    this.#name(call, idOf(fragment));
    if (this.#isFree()) this.#enter(call);
    else this.#waiting.push(call);
    return call;
  }

  /** Whether a new block may be written; a call whose arguments are whole is closed for it. */
  #isFree(): boolean {
    if (this.#waiting.length > 0) return false;
    if (this.#live === undefined) return true;
    if (!this.#live.isWhole) return false;
    this.#finishLive();
    return true;
  }

  #enter(call: StreamedCall): void {
    this.#live = call;
    call.begin(this.#writer);
  }

  #finishLive(): void {
    this.#live?.finish(this.#writer);
    this.#live = undefined;
  }

  #wait(kind: 'reasoning' | 'text', text: string): void {
    this.#bound(text);
    const last = this.#waiting.at(-1);
    if (last !== undefined && 'kind' in last && last.kind === kind) last.pieces.push(text);
    else this.#waiting.push({ kind, pieces: [text] });
    this.#advance();
  }

  #hold(call: StreamedCall, text: string): void {
    this.#bound(text);
    call.hold(text);
  }

  #bound({ length }: string): void {
    this.#waitingChars += length;
    if (this.#waitingChars <= nativeCallCharsMax) return;
    throw new ModelStreamErrorException(
      `The calls of the answer are mixed, and over ${nativeCallCharsMax} characters of them wait.`,
    );
  }

  #advance(): void {
    while (this.#waiting.length > 0 && (this.#live === undefined || this.#live.isWhole)) {
      this.#finishLive();
      this.#next();
    }
    if (this.#waiting.length === 0) this.#waitingChars = 0;
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next instanceof StreamedCall) this.#enter(next);
    else if (next?.kind === 'text') this.#writer.text(next.pieces.join(''));
    else if (next !== undefined) this.#writer.reasoning(next.pieces.join(''));
  }
}

function idOf(fragment: JsonObject): string | undefined {
  const id = stringOf(fragment['id']);
  return id === '' ? undefined : id;
}

/** Some servers write JSON, not its text. */
function argumentsOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '' : JSON.stringify(given);
}
