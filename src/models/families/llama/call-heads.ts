// Tells by its first characters whether a text is a call: what is none must not be held back.

/** `undecided` until the name of what is called stands there. */
export type Verdict = 'call' | 'text' | 'undecided';

export type CallForm = 'function' | 'list' | 'object';

/** Whether the text, which begins as the form does, goes on as a call of one of the names. */
export function judgeHead(form: CallForm, head: string, names: ReadonlySet<string>): Verdict {
  if (form === 'object') return judgeObject(head, names);
  return form === 'list' ? judgeList(head, names) : judgeFunction(head, names);
}

/** `{"name": ...`, with or without `"type": "function"` before it. */
function judgeObject(head: string, names: ReadonlySet<string>): Verdict {
  const name = named.exec(head)?.[1];
  if (name !== undefined) return names.has(name) ? 'call' : 'text';
  const key = firstKey.exec(head);
  if (key === null) return 'text';
  const [, text = '', quote] = key;
  const isKnown = quote === '"' ? keys.includes(text) : keys.some((it) => it.startsWith(text));
  return isKnown ? 'undecided' : 'text';
}

/** `[name(...`, or `[{"name": ...`. */
function judgeList(head: string, names: ReadonlySet<string>): Verdict {
  const object = listedObject.exec(head)?.[1];
  return object === undefined
    ? judgeNamed(listedName.exec(head), names)
    : judgeObject(object, names);
}

/** `<function=name>{...`. */
function judgeFunction(head: string, names: ReadonlySet<string>): Verdict {
  return judgeNamed(taggedName.exec(head), names);
}

/** A name, blanks, and the sign that ends both. */
function judgeNamed(match: RegExpExecArray | null, names: ReadonlySet<string>): Verdict {
  if (match === null) return 'text';
  const [, name = '', blank = '', sign = ''] = match;
  if (sign !== '') return names.has(name) ? 'call' : 'text';
  const isBegun = blank === '' ? startsName(name, names) : names.has(name);
  return isBegun ? 'undecided' : 'text';
}

/** What was called by a call that is cut, and what there is of its input. */
export function readCut(
  text: string,
): { readonly name: string; readonly json: string } | undefined {
  const begun = text.replace(ending, '');
  const match = cutObject.exec(begun) ?? cutList.exec(begun) ?? cutFunction.exec(begun);
  const [, name, json] = match ?? [];
  // An empty input would read as one that is whole.
  return name === undefined ? undefined : { name, json: json || '{' };
}

const keys = ['type', 'name', 'parameters', 'arguments'];
const firstKey = /^\{\s*(?:$|"([^"\\]*)("|$))/;
const named = /^\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*"([^"\\]*)"/;
const listedObject = /^\[\s*(\{[^]*)$/;
const listedName = /^\[\s*([\w-]*)(\s*)(\(|$)/;
const taggedName = /^<function=([\w-]*)((?:>\s*)?)(\{|$)/;

const cutObject =
  /^\{\s*(?:"type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*"([^"\\]*)"(?:\s*,\s*"(?:parameters|arguments)"\s*:\s*([^]*))?/;
const cutList = /^\[\s*([\w-]+)\s*\(([^]*)$/;
const ending = /(?:<\/function>|<\|[a-z0-9_]{1,64}\|>)\s*$/;
const cutFunction = /^<function=([\w-]+)>\s*([^]*)$/;

function startsName(text: string, names: ReadonlySet<string>): boolean {
  for (const name of names) if (name.startsWith(text)) return true;
  return false;
}
