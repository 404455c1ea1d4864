// A regular expression of a schema as part of a grammar, where it is a plain one.

import { grammarRepeatsMax } from '../../../limits.ts';

/**
 * What a string of JSON holds between its quotation marks; undefined for an expression that looks
 * around, refers back, or may hold what JSON escapes.
 */
export function toPatternBody(pattern: string): string | undefined {
  const begins = pattern.startsWith('^');
  const ends = /(?<!\\)(?:\\\\)*\$$/.test(pattern);
  const reader = new PatternReader(pattern.slice(begins ? 1 : 0, ends ? -1 : undefined));
  const body = reader.read();
  // With alternatives the anchors belong to the first and the last one only.
  if (body === undefined || (reader.hasAlternatives && (begins || ends))) return undefined;
  return `${begins ? '' : 'char* '}(${body})${ends ? '' : ' char*'}`;
}

class PatternReader {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #isPlain = true;
  hasAlternatives = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): string | undefined {
    const body = this.#alternatives();
    return this.#isPlain && this.#at === this.#pattern.length ? body : undefined;
  }

  #alternatives(): string {
    const parts = [this.#row()];
    while (this.#take('\\|') !== undefined) {
      if (this.#depth === 0) this.hasAlternatives = true;
      parts.push(this.#row());
    }
    return parts.join(' | ');
  }

  #row(): string {
    const parts: string[] = [];
    while (this.#isPlain && this.#at < this.#pattern.length && !/[|)]/.test(this.#next())) {
      parts.push(`${this.#atom()}${this.#repeats()}`);
    }
    return parts.length === 0 ? '""' : parts.join(' ');
  }

  #atom(): string {
    if (this.#take('\\((?:\\?:)?(?!\\?)') !== undefined) return this.#group();
    const set = this.#take('\\[(?:[^\\]\\\\]|\\\\.)+\\]');
    if (set !== undefined) return this.#set(set);
    const escaped = this.#take('\\\\.');
    if (escaped !== undefined) return this.#escaped(escaped.slice(1));
    if (this.#take('\\.') !== undefined) return anyCharacter;
    const literal = this.#take('[^\\^$*+?()[\\]{}|\\\\"\\x00-\\x1F]');
    return literal === undefined ? this.#refuse() : JSON.stringify(literal);
  }

  #group(): string {
    this.#depth += 1;
    const body = this.#alternatives();
    this.#depth -= 1;
    return this.#take('\\)') === undefined ? this.#refuse() : `(${body})`;
  }

  /** In sets the notation of grammars is that of expressions, but for the short names. */
  #set(set: string): string {
    const named = set
      .replaceAll('\\d', '0-9')
      .replaceAll('\\w', 'A-Za-z0-9_')
      .replaceAll(/\\([-.+*?()[{}|/$^])/g, (_, character: string) =>
        /[\]^-]/.test(character) ? `\\x${character.charCodeAt(0).toString(16)}` : character,
      );
    if (/["]|\\(?!x[0-9a-f]{2})/.test(named) || /[^\x20-\uFFFF]/.test(named)) {
      return this.#refuse();
    }
    return named.startsWith('[^') ? `${named.slice(0, -1)}${notInJson}]` : named;
  }

  #escaped(character: string): string {
    const known = classes.get(character);
    if (known !== undefined) return known;
    return /[\w"\\]/.test(character) ? this.#refuse() : JSON.stringify(character);
  }

  #repeats(): string {
    const mark = this.#take('[*+?]|\\{\\d+(?:,\\d*)?\\}') ?? '';
    // Whether the shortest is taken first changes nothing about what is valid.
    if (mark !== '') this.#take('\\?');
    const bounds = (mark.match(/\d+/g) ?? []).map(Number);
    return bounds.some((bound) => bound > grammarRepeatsMax) ? this.#refuse() : mark;
  }

  #next(): string {
    return this.#pattern.charAt(this.#at);
  }

  #take(expression: string): string | undefined {
    const sticky = new RegExp(expression, 'y');
    sticky.lastIndex = this.#at;
    const [taken] = sticky.exec(this.#pattern) ?? [];
    this.#at += taken?.length ?? 0;
    return taken;
  }

  #refuse(): string {
    this.#isPlain = false;
    return '';
  }
}

/** What stands in JSON only escaped. */
const notInJson = String.raw`"\\\x00-\x1F\x7F`;
const anyCharacter = `[^${notInJson}]`;

const classes: ReadonlyMap<string, string> = new Map([
  ['d', '[0-9]'],
  ['w', '[A-Za-z0-9_]'],
  ['s', '" "'],
  ['S', `[^ ${notInJson}]`],
]);
