// Texts that a template writes without seeing them: what is said never becomes control.

import type { Token } from 'node-llama-cpp';

import type { PromptPart } from '../chat-template.ts';
import { isObject, type Json } from '../tools/schema.ts';

/** Gives each text a mark, and finds the texts again in what was written with the marks. */
export class MarkedTexts {
  readonly #texts: string[] = [];
  readonly #stem: string;

  /** `all` is everything that will be written: no mark may stand in it by itself. */
  constructor(all: string) {
    let number = 0;
    while (all.includes(`mark${number}x`)) number += 1;
    this.#stem = `mark${number}x`;
  }

  mark(text: string): string {
    // Templates ask whether there is a text.
    if (text === '') return '';
    this.#texts.push(text);
    return `${this.#stem}${this.#texts.length - 1}e`;
  }

  /** Every text of a value that `isWanted`. */
  markAll(value: Json, isWanted: (text: string) => boolean = () => true): Json {
    if (typeof value === 'string') return isWanted(value) ? this.mark(value) : value;
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map((one) => this.markAll(one, isWanted));
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, this.markAll(one, isWanted)]),
    );
  }

  /** Between quotation marks a text is part of JSON, and is written as that. */
  split(written: string, toTokens: (text: string) => readonly Token[]): readonly PromptPart[] {
    const parts: PromptPart[] = [];
    let from = 0;
    for (const match of written.matchAll(new RegExp(`${this.#stem}(\\d+)e`, 'g'))) {
      const [mark, number] = match;
      const to = match.index + mark.length;
      const text = this.#texts[Number(number)] ?? '';
      const isQuoted = written[match.index - 1] === '"' && written[to] === '"';
      if (match.index > from) parts.push({ control: toTokens(written.slice(from, match.index)) });
      parts.push({ text: isQuoted ? JSON.stringify(text).slice(1, -1) : text });
      from = to;
    }
    if (from < written.length) parts.push({ control: toTokens(written.slice(from)) });
    return parts;
  }
}
