// One call of a stream, gathered from its fragments and written as they come.

import { JsonEnd } from '../../../protocol/stream/json-end.ts';
import type { EventWriter } from '../event-writer.ts';

// Reported from the field: what gpt-oss writes where a call has no arguments.
const noArguments = '{"":{}}';
const noArgumentsCharsMax = 64;

/** `waiting`: behind another block. `live`: its block is the open one. `closed`: it is written. */
export type CallState = 'closed' | 'live' | 'waiting';

export class StreamedCall {
  state: CallState = 'waiting';
  /** The server's own ID. */
  id: string | undefined;
  #name = '';
  #isOpen = false;
  #pieces: string[] = [];
  /** As long as the arguments may be none after all. */
  #head: string | undefined = '';
  readonly #end = new JsonEnd();
  readonly #createId: (id: string | undefined) => string;

  constructor(createId: (id: string | undefined) => string) {
    this.#createId = createId;
  }

  /** Whether its arguments are whole JSON: another block may follow. */
  get isWhole(): boolean {
    return this.#end.isWhole;
  }

  get hasArguments(): boolean {
    return this.#head !== '' || this.#pieces.length > 0;
  }

  /** A name comes whole, in pieces, or again with every fragment. */
  addName(name: string): void {
    if (!this.#isOpen && name !== this.#name) this.#name += name;
  }

  /** Arguments of a call that waits; they are written when its turn comes. */
  hold(text: string): void {
    this.#pieces.push(text);
  }

  begin(writer: EventWriter): void {
    this.state = 'live';
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) this.write(piece, writer);
  }

  write(text: string, writer: EventWriter): void {
    this.#end.push(text);
    if (this.#head === undefined) {
      this.#put(text, writer);
      return;
    }
    this.#head += text;
    if (this.#head.length < noArgumentsCharsMax && noArguments.startsWith(bare(this.#head))) return;
    const head = this.#head;
    this.#head = undefined;
    this.#put(head, writer);
  }

  finish(writer: EventWriter): void {
    this.state = 'closed';
    const head = this.#head;
    if (head !== undefined) this.#put(isNothing(head) ? '{}' : head, writer);
    writer.close();
  }

  #put(input: string, writer: EventWriter): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      const toolUse = { toolUseId: this.#createId(this.id), name: this.#name };
      writer.start('toolUse', { toolUse });
    }
    writer.delta('toolUse', { toolUse: { input } });
  }
}

function bare(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function isNothing(head: string): boolean {
  const text = bare(head);
  return text === '' || text === noArguments;
}
