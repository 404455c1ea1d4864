// Notices where a model begins to call a tool, in text given in any pieces; what may be the
// beginning of a call is held back until it is certain.

import { type CallFormat, usualFormats } from './call-format.ts';

/** The beginning of a call, once it is certain. */
export interface FoundOpening {
  readonly format: CallFormat;
  /** The tool's name, where it was needed to be certain. */
  readonly name: string | undefined;
  /** How many characters of the text so far belong to it: those at the end. */
  readonly length: number;
}

export interface Watched {
  /** Text that is certain to be none of a call. */
  readonly text: string;
  readonly found: FoundOpening | undefined;
}

export interface WatcherOptions {
  readonly format: CallFormat;
  readonly names: readonly string[];
}

/** What a text must begin with to be a call; blanks do not count. */
interface Opening {
  readonly sign: string;
  readonly format: CallFormat;
  readonly name: string | undefined;
}

export class CallWatcher {
  readonly #openings: readonly Opening[];
  /** Without a marker only the beginning of an answer is a call, else an example of JSON. */
  readonly #barePossible: readonly Opening[];
  #pending = '';
  #begun = false;

  constructor({ format, names }: WatcherOptions) {
    const all = [format, ...usualFormats].flatMap((one) => openingsOf(one, names));
    this.#openings = all.filter(({ name }) => name === undefined);
    this.#barePossible = all;
  }

  push(text: string): Watched {
    this.#pending += text;
    for (let at = 0; at < this.#pending.length; at += 1) {
      if (/\s/.test(this.#pending.charAt(at))) continue;
      const rest = this.#pending.slice(at);
      const openings = this.#begun ? this.#openings : this.#barePossible;
      const sign = rest.replaceAll(/\s/g, '');
      const found = openings.find((one) => sign.startsWith(one.sign));
      if (found !== undefined) return this.#find(found, at);
      if (openings.some((one) => one.sign.startsWith(sign))) return this.#release(at);
      this.#begun = true;
    }
    return this.#release(this.#pending.length);
  }

  /** What was held back after all. */
  end(): string {
    const rest = this.#pending;
    this.#pending = '';
    return rest;
  }

  #find({ format, name }: Opening, at: number): Watched {
    const length = this.#pending.length - at;
    const text = this.#pending.slice(0, at).trimEnd();
    this.#pending = '';
    return { text, found: { format, name, length } };
  }

  /** Blanks wait, too: before a call they are no text. */
  #release(to: number): Watched {
    const text = this.#pending.slice(0, to).trimEnd();
    this.#pending = this.#pending.slice(text.length);
    return { text, found: undefined };
  }
}

/** Watches what follows a call: another one, or the end of the answer. */
export class NextCallWatcher {
  readonly #signs: readonly string[];
  #pending = '';

  constructor({ opening, next }: CallFormat) {
    this.#signs = next === undefined ? [] : [next, opening].map(markerOf);
  }

  /** `another`: a call begins. `none`: nothing that could be one. Undefined: not certain yet. */
  push(text: string): 'another' | 'none' | undefined {
    this.#pending += unspaced(text);
    if (this.#signs.some((sign) => this.#pending.startsWith(sign))) return 'another';
    return this.#signs.some((sign) => sign.startsWith(this.#pending)) ? undefined : 'none';
  }
}

/** With a marker it is certain at once; bare JSON must name an offered tool and begin its input. */
function openingsOf(format: CallFormat, names: readonly string[]): Opening[] {
  const sign = markerOf(format.opening);
  if (sign.startsWith('{')) {
    return names.map((name) => {
      const whole = unspaced(`${format.opening}${name}${format.middle}`);
      return { sign: whole, format, name };
    });
  }
  return [{ sign, format, name: undefined }];
}

/** The marker and the brace behind it. */
function markerOf(opening: string): string {
  const sign = unspaced(opening);
  const brace = sign.indexOf('{');
  return brace === -1 ? sign : sign.slice(0, brace + 1);
}

function unspaced(text: string): string {
  return text.replaceAll(/\s/g, '');
}
