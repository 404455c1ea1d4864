// Tells a model's reasoning from its answer by the tags that it writes around it, in any pieces.

export type Piece = { readonly text: string } | { readonly reasoning: string };

const opening = '<think>';
const closing = '</think>';

/** Ends reasoning that found no end of its own. */
export const reasoningEnd = `\n${closing}\n\n`;

/** Whether the template of a model knows of these tags. */
export function hasReasoningTags(template: string): boolean {
  return template.includes(closing);
}

/** Whether a prompt ends inside of reasoning, which its template began. */
export function endsInReasoning(prompt: string): boolean {
  return /<think>\s*$/.test(prompt);
}

export const reasoningTags: readonly string[] = [opening, closing];

/**
 * `before`: nothing but blanks came yet. `opened`: behind the opening tag, before the first word.
 * `reasoning`: behind that. `closed`: behind the closing tag, before the first word of the answer.
 * `text`: the answer, in which no tag counts any more.
 */
type State = 'before' | 'opened' | 'reasoning' | 'closed' | 'text';

/**
 * Text goes in as it is made; what comes out is certain. Blanks around the tags are the template's
 * and are left out; an answer without tags loses nothing.
 */
export class ReasoningSplitter {
  #state: State;
  #pending = '';

  constructor(startsInReasoning: boolean) {
    this.#state = startsInReasoning ? 'opened' : 'before';
  }

  /** Whether the reasoning has ended; what comes from there on is the answer. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'text';
  }

  push(text: string): readonly Piece[] {
    this.#pending += text;
    const pieces: Piece[] = [];
    for (let state: State | undefined; state !== this.#state;) {
      state = this.#state;
      this.#step(pieces);
    }
    return pieces;
  }

  end(): readonly Piece[] {
    const rest = this.#pending;
    this.#pending = '';
    // Behind a tag only blanks can be pending.
    if (this.#state === 'opened' || this.#state === 'closed') return [];
    const reasoning = this.#state === 'reasoning' ? rest.trimEnd() : '';
    if (reasoning !== '') return [{ reasoning }];
    return this.#state === 'reasoning' || rest === '' ? [] : [{ text: rest }];
  }

  /** Takes what is certain off the pending text, and goes into the next state where that is. */
  #step(pieces: Piece[]): void {
    switch (this.#state) {
      case 'before':
        this.#begin();
        break;
      case 'opened':
        this.#skipBlanks('reasoning');
        break;
      case 'reasoning':
        this.#reason(pieces);
        break;
      case 'closed':
        this.#skipBlanks('text');
        break;
      case 'text':
        if (this.#pending !== '') pieces.push({ text: this.#pending });
        this.#pending = '';
        break;
    }
  }

  #begin(): void {
    const start = this.#pending.trimStart();
    if (start.startsWith(opening)) {
      this.#pending = start.slice(opening.length);
      this.#state = 'opened';
    } else if (!opening.startsWith(start)) {
      this.#state = 'text';
    }
  }

  #skipBlanks(next: State): void {
    this.#pending = this.#pending.trimStart();
    if (this.#pending !== '') this.#state = next;
  }

  #reason(pieces: Piece[]): void {
    const at = this.#pending.indexOf(closing);
    const end = at === -1 ? heldFrom(this.#pending) : at;
    // Blanks wait until it is known that no tag follows them.
    const reasoning = this.#pending.slice(0, end).trimEnd();
    if (reasoning !== '') pieces.push({ reasoning });
    this.#pending = this.#pending.slice(at === -1 ? reasoning.length : at + closing.length);
    if (at !== -1) this.#state = 'closed';
  }
}

/** Where an unfinished closing tag begins. */
function heldFrom(text: string): number {
  for (let at = Math.max(0, text.length - closing.length + 1); at < text.length; at += 1) {
    if (closing.startsWith(text.slice(at))) return at;
  }
  return text.length;
}
