// Reads calls written as a Python list: `[get_weather(city="Paris", days=3), search()]`.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { jsonDepthMax } from '../../../limits.ts';
import type { Call } from './call.ts';

/** The calls of the list; undefined where the text is anything else. */
export function parsePythonCalls(text: string): readonly Call[] | undefined {
  const reader = new Reader(text);
  try {
    const calls = reader.list('[', ']', () => reader.call());
    return reader.isAtEnd && calls.length > 0 ? calls : undefined;
  } catch (error) {
    if (error instanceof NoPython) return undefined;
    throw error;
  }
}

/** Notices where a list is closed; quotes of both kinds are minded. */
export class PythonEnd {
  #depth = 0;
  #quote = '';
  #escaped = false;

  /** Where the list ends in this piece; undefined where it goes on. */
  push(text: string): number | undefined {
    for (let at = 0; at < text.length; at += 1) {
      this.#read(text.charAt(at));
      if (this.#depth === 0) return at + 1;
    }
    return undefined;
  }

  #read(character: string): void {
    if (this.#quote !== '') {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === this.#quote) this.#quote = '';
    } else if (character === '"' || character === "'") this.#quote = character;
    else if ('[({'.includes(character)) this.#depth += 1;
    else if ('])}'.includes(character)) this.#depth -= 1;
  }
}

/** The text is not of this form, which its reader is told by `undefined`. */
class NoPython extends Error {}

const words: ReadonlyMap<string, DocumentValue> = new Map<string, DocumentValue>([
  ['True', true],
  ['False', false],
  ['None', null],
  // Models write the words of JSON, too.
  ['true', true],
  ['false', false],
  ['null', null],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['\n', ''],
]);

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at === this.#text.length;
  }

  /** `name(key=value, ...)`: only named arguments, as the maker's own reader wants it. */
  call(): Call {
    const name = this.#match(/[\w-]+/y);
    const input = this.list('(', ')', () => this.#entry(this.#match(/\w+/y), '='));
    return { name, input: Object.fromEntries(input) };
  }

  /** Items between brackets, commas between two; one may stand after the last. */
  list<Item>(open: string, close: string, item: () => Item): readonly Item[] {
    this.#depth += 1;
    if (this.#depth > jsonDepthMax) throw new NoPython();
    const items: Item[] = [];
    this.#expect(open);
    while (!this.#take(close)) {
      items.push(item());
      if (this.#take(',')) continue;
      this.#expect(close);
      break;
    }
    this.#depth -= 1;
    return items;
  }

  #value(): DocumentValue {
    this.#skip();
    const first = this.#text.charAt(this.#at);
    if (first === '"' || first === "'") return this.#string(first);
    if (first === '[') return this.list('[', ']', () => this.#value());
    if (first === '(') return this.list('(', ')', () => this.#value());
    if (first === '{') {
      return Object.fromEntries(this.list('{', '}', () => this.#entry(this.#key(), ':')));
    }
    return this.#atom();
  }

  #entry(name: string, sign: string): readonly [string, DocumentValue] {
    this.#expect(sign);
    return [name, this.#value()];
  }

  #key(): string {
    this.#skip();
    const quote = this.#text.charAt(this.#at);
    if (quote !== '"' && quote !== "'") throw new NoPython();
    return this.#string(quote);
  }

  #atom(): DocumentValue {
    const text = this.#match(/[A-Za-z]+|[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
    const word = words.get(text);
    if (word !== undefined) return word;
    const number = Number(text.replaceAll('_', ''));
    if (!Number.isFinite(number)) throw new NoPython();
    return number;
  }

  #string(quote: string): string {
    this.#at += 1;
    const parts: string[] = [];
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === '') throw new NoPython();
      this.#at += 1;
      if (character === quote) return parts.join('');
      parts.push(character === '\\' ? this.#escape() : character);
    }
  }

  #escape(): string {
    const character = this.#text.charAt(this.#at);
    this.#at += 1;
    const width = { x: 2, u: 4, U: 8 }[character];
    if (width !== undefined) return this.#codePoint(width);
    // What Python does not know as an escape is a backslash and a character.
    return escapes.get(character) ?? ('\\\'"/'.includes(character) ? character : `\\${character}`);
  }

  #codePoint(width: number): string {
    const digits = this.#text.slice(this.#at, this.#at + width);
    this.#at += width;
    const code = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (digits.length !== width || code < 0 || code > 0x10ffff) throw new NoPython();
    return String.fromCodePoint(code);
  }

  #skip(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #take(sign: string): boolean {
    this.#skip();
    if (this.#text.charAt(this.#at) !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new NoPython();
  }

  #match(pattern: RegExp): string {
    this.#skip();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match === undefined) throw new NoPython();
    this.#at += match.length;
    return match;
  }
}
