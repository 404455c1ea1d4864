// The calls of tools as text: how Llama writes them, and how ours are written for it.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { isJsonObject, parseNative, stringOf } from '../native-json.ts';

export interface Call {
  readonly name: string;
  readonly input: DocumentValue;
}

/**
 * A call as the maker's own code writes it, `{"type": "function", "name": ...`, up to its input:
 * that may follow in pieces, and then a closing brace.
 */
export function openCall(name: string): string {
  return `{"type": "function", "name": ${toPythonJson(name)}, "parameters": `;
}

/** What is between two calls of one message. Models write it so; the maker's code knows but one. */
export const callSeparator = '; ';

/** A call whose input is no JSON object: it was cut, or the model wrote it badly. */
export interface BrokenCall {
  readonly name: string;
  readonly json: string;
}

/** The call that a JSON text is; undefined where it is anything else. */
export function parseJsonCall(text: string): BrokenCall | Call | undefined {
  return toCall(parseNative(text));
}

/** The calls that the text of a JSON list is; undefined where one of them is none. */
export function parseJsonCalls(text: string): readonly (BrokenCall | Call)[] | undefined {
  const list = parseNative(text);
  if (!Array.isArray(list)) return undefined;
  const calls = list.flatMap((item: DocumentValue) => toCall(item) ?? []);
  return calls.length > 0 && calls.length === list.length ? calls : undefined;
}

/** The call of an input that is JSON text. */
export function callOf(name: string, json: string): BrokenCall | Call {
  const input = parseNative(json);
  return isJsonObject(input) ? { name, input } : { name, json };
}

function toCall(value: unknown): BrokenCall | Call | undefined {
  if (!isJsonObject(value)) return undefined;
  const name = stringOf(value['name']);
  if (name === undefined) return undefined;
  const input = (value['parameters'] ?? value['arguments'] ?? {}) as DocumentValue;
  if (isJsonObject(input)) return { name, input };
  // Some models write the input as a text of JSON.
  return callOf(name, typeof input === 'string' ? input : JSON.stringify(input));
}

/** JSON as Python's json.dumps writes it: blanks after commas and colons, ASCII only. */
export function toPythonJson(value: DocumentValue): string {
  if (Array.isArray(value)) return `[${value.map(toPythonJson).join(', ')}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value as Readonly<Record<string, DocumentValue>>).map(
      ([name, inner]) => `${toPythonJson(name)}: ${toPythonJson(inner)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  // Python leaves DEL as it is.
  if (unit === '\u007f') return unit;
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
