// A text that may turn out to be calls of tools, held back until that is clear.

import { JsonEnd } from '../../../protocol/stream/json-end.ts';
import { parseNative } from '../native-json.ts';
import type { BrokenCall, Call } from './call.ts';
import { callOf, parseJsonCall, parseJsonCalls } from './call.ts';
import type { CallForm } from './call-heads.ts';
import { judgeHead, readCut } from './call-heads.ts';
import { parsePythonCalls, PythonEnd } from './python-calls.ts';

export const functionOpening = '<function=';

/** `open`: more is needed. `text`: it is no call. `whole`: it ends here, and may be calls. */
export type CandidateState = 'open' | 'text' | 'whole';

/** Room for a name of 64 characters and what may stand before it, with blanks. */
const headCharsMax = 256;

export class CallCandidate {
  /** What stands before it, and is text where it is no call. */
  readonly before: string;
  readonly #form: CallForm;
  readonly #names: ReadonlySet<string>;
  readonly #end: End;
  readonly #fragments: string[] = [];
  #chars = 0;
  #isDecided = false;

  constructor(form: CallForm, before: string, names: ReadonlySet<string>) {
    this.before = before;
    this.#form = form;
    this.#names = names;
    this.#end = ends[form]();
  }

  get chars(): number {
    return this.#chars;
  }

  get text(): string {
    return this.#fragments.join('');
  }

  /** Reads on; says how much of the text belongs to it, and what it is by then. */
  push(text: string): { readonly taken: number; readonly state: CandidateState } {
    const length = this.#end.push(text);
    const taken = length ?? text.length;
    this.#fragments.push(text.slice(0, taken));
    this.#chars += taken;
    if (length !== undefined) return { taken, state: 'whole' };
    return { taken, state: this.#isDecided || this.#mayBeCall() ? 'open' : 'text' };
  }

  /** The calls of the whole text; undefined where it is none, or calls what is not offered. */
  calls(): readonly (BrokenCall | Call)[] | undefined {
    const calls = parse[this.#form](this.text);
    return calls?.every(({ name }) => this.#names.has(name)) ? calls : undefined;
  }

  /** The call that was begun, where the text ends in the middle of it. */
  cut(): BrokenCall | Call | undefined {
    const cut = readCut(this.text);
    return cut !== undefined && this.#names.has(cut.name) ? callOf(cut.name, cut.json) : undefined;
  }

  #mayBeCall(): boolean {
    const verdict = judgeHead(this.#form, this.text.slice(0, headCharsMax), this.#names);
    this.#isDecided = verdict === 'call' || this.#chars > headCharsMax;
    return verdict !== 'text';
  }
}

interface End {
  /** How much of the text belongs to what ends in it; undefined where it goes on. */
  push(text: string): number | undefined;
}

class ObjectEnd implements End {
  readonly #end = new JsonEnd();

  push(text: string): number | undefined {
    const taken = this.#end.push(text);
    return this.#end.isWhole ? taken : undefined;
  }
}

class FunctionEnd implements End {
  readonly #end = new ObjectEnd();
  #isOpen = false;

  push(text: string): number | undefined {
    if (this.#isOpen) return this.#end.push(text);
    const at = text.indexOf('>');
    if (at === -1) return undefined;
    this.#isOpen = true;
    const taken = this.#end.push(text.slice(at + 1));
    return taken === undefined ? undefined : at + 1 + taken;
  }
}

const ends: Readonly<Record<CallForm, () => End>> = {
  function: () => new FunctionEnd(),
  list: () => new PythonEnd(),
  object: () => new ObjectEnd(),
};

type Parse = (text: string) => readonly (BrokenCall | Call)[] | undefined;

const parse: Readonly<Record<CallForm, Parse>> = {
  function(text) {
    const { name, json } = readCut(text) ?? {};
    if (name === undefined || json?.startsWith('{') !== true) return undefined;
    return [callOf(name, json)];
  },
  list: (text) => parsePythonCalls(text) ?? parseJsonCalls(text),
  object(text) {
    const call = parseJsonCall(text) ?? brokenCall(text);
    return call === undefined ? undefined : [call];
  },
};

/** What begins as a call and is no JSON: it must not be shown as text. */
function brokenCall(text: string): BrokenCall | Call | undefined {
  const cut = parseNative(text) === undefined ? readCut(text) : undefined;
  return cut && callOf(cut.name, cut.json.replace(/\}\s*$/, ''));
}
