// Enumerations in a message: "milk, bread and eggs".

import { quotationsIn } from './candidates.ts';
import { isFiller, stem } from './words.ts';

const joints = /\s*,\s*(?:(?:and|or|und|oder|et|ou|y|e|o)\s+)?|\s+(?:and|&|und|et|y)\s+/giu;

/** The items of the first enumeration, or the quotations; none where nothing is enumerated. */
export function itemsIn(text: string, toolStems: ReadonlySet<string>): string[] {
  const quoted = quotationsIn(text);
  if (quoted.length > 0) return quoted;
  for (const sentence of text.split(/(?<=[.!?])\s+|:\s+/)) {
    const parts = sentence.split(joints);
    if (parts.length < 2) continue;
    const items = parts.map((part, index) => {
      const words = part.split(/\s+/).map((word) => word.replaceAll(/^\W+|[.!?;:]+$/g, ''));
      if (index === 0) return startOf(words, toolStems);
      return index === parts.length - 1 ? endOf(words) : strip(words).join(' ');
    });
    if (items.every((item) => item !== '')) return items;
  }
  return [];
}

/** The first item ends where the comma is: what asks for the tool comes before it. */
function startOf(words: readonly string[], toolStems: ReadonlySet<string>): string {
  const before = words.findLastIndex((word) => isFiller(word) || toolStems.has(stem(word)));
  return words.slice(before + 1).join(' ');
}

/** The last one begins after "and", and ends where the sentence goes on. */
function endOf(words: readonly string[]): string {
  const own = strip(words);
  const after = own.findIndex((word) => isFiller(word));
  return own.slice(0, after < 0 ? undefined : after).join(' ');
}

function strip(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !isFiller(word));
  return first < 0 ? [] : words.slice(first);
}

/** Values that are said in one breath with this one: "in Paris and in Rome". */
export function companionsOf(value: string, text: string): string[] {
  const at = text.indexOf(value);
  if (at < 0) return [];
  const after = text.slice(at + value.length).split(joints);
  if (after.shift()?.trim() !== '') return [];
  const values: string[] = [];
  for (const part of after) {
    const words = part.split(/\s+/).filter((word) => word !== '');
    const item = endOf(words.map((word) => word.replaceAll(/[.!?;:]+$/g, '')));
    if (item === '' || shapeOf(item) !== shapeOf(value)) break;
    values.push(item);
    // What goes on after the item is no enumeration any more.
    if (
      !part
        .trim()
        .replaceAll(/[.!?;:]+$/g, '')
        .endsWith(item)
    )
      break;
  }
  return values;
}

function shapeOf(value: string): string {
  if (/\d/.test(value)) return 'digits';
  return /^\p{Lu}/u.test(value) ? 'name' : 'word';
}
