// What of a message can be the value of a tool's member: numbers, names, quotations, phrases.

import { type Json, type PlainSchema, sayValue } from './schema.ts';
import { dateTimesIn, datesIn, relativeDates } from './relative-dates.ts';
import { isFiller, plainName, stem, wordsOf } from './words.ts';

export interface Candidate {
  readonly value: string | number;
  /** It stands out: quoted, a number, a name, a code. What does not may be any phrase. */
  readonly striking: boolean;
}

export interface Member {
  readonly name: string;
  readonly schema: PlainSchema;
  /** Stems of the tool's name and description: they ask for the tool and are no value. */
  readonly toolStems: ReadonlySet<string>;
  /** When the text was sent, in milliseconds. */
  readonly now: number;
}

const phraseWordsMax = 7;

/** The values of the schema's enum that the text names. */
export function namedValues(text: string, values: readonly Json[]): Json[] {
  return values.filter((value) => {
    const said = sayValue(value);
    return holdsWords(text, said) || holdsWords(text.replaceAll('_', ' '), plainName(said));
  });
}

function holdsWords(text: string, words: string): boolean {
  const literal = words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

const numberWords = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen twenty'
).split(' ');

/** Numbers that stand for themselves: no part of a code, a date or a time. */
export function numbersIn(text: string): number[] {
  const found: { at: number; value: number }[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\d][-./:]?|[-/:.]\d*)-?\d[\d,]*(?:\.\d+)?/gu)) {
    const after = text.slice(match.index + match[0].length);
    if (/^(?:[-/:]\w|\.\w|[\p{L}_]{4,}|\p{L}+\d)/u.test(after)) continue;
    const value = Number(match[0].replaceAll(',', ''));
    if (Number.isFinite(value)) found.push({ at: match.index, value });
  }
  for (const match of text.toLowerCase().matchAll(/\p{L}+/gu)) {
    const value = numberWords.indexOf(match[0]);
    if (value >= 0) found.push({ at: match.index, value });
  }
  const ordered = found.toSorted((a, b) => a.at - b.at).map(({ value }) => value);
  return [...new Set(ordered)];
}

const quotation =
  /"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«\s*([^»]+?)\s*»|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)/gu;

export function quotationsIn(text: string): string[] {
  return [...text.matchAll(quotation)].flatMap(([, ...groups]) =>
    groups.filter((group) => group !== undefined),
  );
}

/** Values for a string member, striking ones first. */
export function stringsIn(text: string, member: Member): Candidate[] {
  const shaped = shapedValues(text, member);
  if (shaped !== undefined) return shaped.map((value) => ({ value, striking: true }));
  const quoted = quotationsIn(text);
  const phrases = phrasesIn(text, member.toolStems);
  const candidates = [
    ...quoted.map((value) => ({ value, striking: true })),
    ...phrases.filter(({ value }) => !quoted.some((other) => other.includes(String(value)))),
  ];
  const hinted = candidates.filter(({ value }) => hasHintedShape(member, String(value)));
  return uniqueByValue(hinted.length > 0 ? hinted : candidates);
}

interface Word {
  readonly start: number;
  readonly end: number;
  /** Without the punctuation around it. */
  readonly clean: string;
  readonly capital: boolean;
  /** A comma or a full stop follows: no phrase goes on beyond it. */
  readonly ends: boolean;
}

/** Phrases of a few words that neither begin nor end with a filler, nor cut a name in two. */
function phrasesIn(text: string, toolStems: ReadonlySet<string>): Candidate[] {
  const words = splitWords(text);
  const found: Candidate[] = [];
  for (const [from, first] of words.entries()) {
    if (isEmptyWord(first) || toolStems.has(stem(withoutGenitive(first.clean)))) continue;
    if (cutsName(words[from - 1], first, from - 1)) continue;
    for (let to = from; to < Math.min(words.length, from + phraseWordsMax); to += 1) {
      const last = words[to];
      if (last === undefined) break;
      if (!isEmptyWord(last) && !cutsName(last, words[to + 1], to)) {
        const value = trimPunctuation(text.slice(first.start, last.end));
        const striking = isStriking(words.slice(from, to + 1), from);
        if (value !== '') found.push({ value, striking });
        if (/['’]s$/.test(value)) found.push({ value: withoutGenitive(value), striking });
      }
      if (last.ends) break;
    }
  }
  return found;
}

function splitWords(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].flatMap((match) => {
    const clean = trimPunctuation(match[0]);
    if (clean === '') return [];
    const start = match.index + match[0].indexOf(clean);
    return [
      {
        start,
        end: start + clean.length,
        clean,
        capital: /^\p{Lu}/u.test(clean),
        ends: /[,;:!?.…)\]]["'”’]*$/.test(match[0]),
      },
    ];
  });
}

function trimPunctuation(text: string): string {
  return text.replaceAll(/^[\s"'“”‘«¿¡[(]+|[\s.,!?;:"'”’»\])…]+$/gu, '');
}

function withoutGenitive(text: string): string {
  return text.replace(/['’]s$/, '');
}

function isEmptyWord({ clean }: Word): boolean {
  // "US" and "IT" are names, "us" and "it" are not.
  return isFiller(clean) && !(clean.length > 1 && clean === clean.toUpperCase());
}

/** Two capitals in a row belong together, as in a street's name and number; the first word of a
 * message is always capital. */
function cutsName(left: Word | undefined, right: Word | undefined, leftIndex: number): boolean {
  if (left === undefined || right === undefined || leftIndex === 0 || left.ends) return false;
  const joined = left.capital || /^\d+$/.test(left.clean);
  return joined && right.capital && !isEmptyWord(left) && !isEmptyWord(right);
}

function isStriking(words: readonly Word[], from: number): boolean {
  return words.some(({ clean, capital }, index) => {
    if (/[\d@_/\\]|\p{Lu}{2}|\w\.\w/u.test(clean)) return true;
    return capital && from + index > 0;
  });
}

const emails = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const urls = /(?:https?:\/\/|www\.)[^\s<>"]+[^\s<>".,!?)]/g;
const phones = /(?<!\w)\+?\d[\d\s().-]{4,}\d(?!\w)/g;
const clockTimes = /(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m\b)?|\b\d{1,2}\s?[ap]m\b/gi;
const arithmetic = /[(\d][\d\s.()+\-*/^%×÷]*[+\-*/^%×÷][\d\s.()+\-*/^%×÷]*[\d)]/g;

/** What only one kind of text can be; undefined where the member may be any. */
function shapedValues(text: string, member: Member): readonly string[] | undefined {
  const { format } = member.schema.keywords;
  if (format === 'date') return datesIn(text, member.now);
  const hint = hintOf(member);
  const days = daysFor(hint, text, member);
  if (days.length > 0) return days;
  for (const [told, pattern] of shapes) {
    if (!told.test(hint)) continue;
    const found = [...text.matchAll(pattern)].map(([match]) => match.trim());
    if (found.length > 0) return [...new Set(found)];
  }
  return undefined;
}

/** A tool that takes a date cannot know what day "tomorrow" is; other words it may understand. */
function daysFor(hint: string, text: string, { now, schema }: Member): readonly string[] {
  if (schema.keywords['format'] === 'date-time') return dateTimesIn(text, now);
  if (/\b(?:yyyy-mm-dd|iso(?:[ -]?8601)?)\b/i.test(hint)) return datesIn(text, now);
  return /\bdate\b/i.test(hint) ? relativeDates(text, now) : [];
}

function hintOf({ name, schema }: Member): string {
  const { format } = schema.keywords;
  return `${typeof format === 'string' ? format : ''} ${plainName(name)} ${schema.description}`;
}

const shapes: readonly (readonly [hint: RegExp, shape: RegExp])[] = [
  [/\be-?mail/i, emails],
  [/\b(?:ur[il]|link|website|web page)\b/i, urls],
  [/\b(?:phone|telephone|mobile)\b/i, phones],
  [/\b(?:expression|calculat\w*|arithmetic|equation|formula)\b/i, arithmetic],
  [/\btime\b(?!.*zone)/i, clockTimes],
];

const hints: readonly (readonly [hint: RegExp, shape: RegExp])[] = [
  [/\b(?:path|file)\b/i, /[/\\]|\.\w{1,5}$/],
  [/\b(?:currency|currencies)\b/i, /^[A-Z]{3}$/],
  [
    /\b(?:id|code|number|symbol|ticker|sku|isbn|host\w*|serial|tracking|call sign|user ?name)\b/i,
    /^(?=\S*(?:\d|\p{Lu}{2}|\w[._-]\w))\S+$/u,
  ],
];

function hasHintedShape(member: Member, value: string): boolean {
  const hint = hintOf(member);
  return hints.some(([told, shape]) => told.test(hint) && shape.test(value));
}

function uniqueByValue(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((one) => [one.value, one])).values()];
}

/** Stems of the words that a tool is known by. */
export function toolStemsOf(name: string, description: string): ReadonlySet<string> {
  return new Set(
    wordsOf(`${name} ${description}`)
      .filter((word) => !isFiller(word))
      .map(stem),
  );
}
