// Answers of Llama with and without calls, cut at every character.

import { expect, test } from 'vitest';
import { nativeCallCharsMax } from '../../../limits.ts';
import type { AnswerItem } from './answer-reader.ts';
import { AnswerReader, readAnswer } from './answer-reader.ts';
import { llama3Markers, llama4Markers, markersOf } from './markers.ts';

const names = new Set(['get_weather', 'search', 'now']);
const paris = { call: { name: 'get_weather', input: { city: 'Paris' } } };
const rome = { call: { name: 'get_weather', input: { city: 'Rome' } } };
const now = { call: { name: 'now', input: {} } };

const json = '{"type": "function", "name": "get_weather", "parameters": {"city": "Paris"}}';
const other = '{"name": "get_weather", "arguments": {"city": "Rome"}}';

interface Case {
  readonly written: string;
  readonly items: readonly AnswerItem[];
}

const calls: readonly Case[] = [
  { written: json, items: [paris] },
  { written: `\n\n${json}<|eot_id|>`, items: [paris] },
  { written: other, items: [rome] },
  { written: '{"name": "now"}', items: [now] },
  { written: '{"name": "now", "parameters": null}', items: [now] },
  { written: '{"parameters": {"city": "Paris"}, "name": "get_weather"}', items: [paris] },
  { written: '{\n  "name": "now",\n  "parameters": {}\n}', items: [now] },
  { written: '{"name": "now", "arguments": "{}"}', items: [now] },
  { written: `<|python_tag|>${json}<|eom_id|>`, items: [paris] },
  { written: `<|python_tag|>\n ${json}`, items: [paris] },
  { written: `${json}; ${other}`, items: [paris, rome] },
  { written: `${json}\n${other}\n`, items: [paris, rome] },
  { written: `${json}${other}<|eom_id|>`, items: [paris, rome] },
  { written: `<|python_tag|>${json};<|python_tag|>${other}`, items: [paris, rome] },
  { written: `[${json}, ${other}]`, items: [paris, rome] },
  { written: '<function=get_weather>{"city": "Paris"}</function>', items: [paris] },
  {
    written: '<function=now>{}</function><function=get_weather>{"city": "Rome"}</function>\n',
    items: [now, rome],
  },
  { written: '<|python_tag|><function=now>{}', items: [now] },
  { written: '[get_weather(city="Paris")]', items: [paris] },
  { written: "[get_weather(city='Paris'), now()]<|eom_id|>", items: [paris, now] },
  { written: '<|python_tag|>[now()]', items: [now] },
  {
    written: `I shall look. <|python_tag|>${json}`,
    items: [{ text: 'I shall look. ' }, paris],
  },
  { written: 'See <function=now>{}</function>', items: [{ text: 'See ' }, now] },
  { written: `${json}\nThat is all.`, items: [paris, { text: 'That is all.' }] },
  {
    written: '{"name": "search", "parameters": {"q": "} ] \\" { <|eot_id|>"}}',
    items: [{ call: { name: 'search', input: { q: '} ] " { <|eot_id|>' } } }],
  },
];

const texts: readonly Case[] = [
  { written: '\n\nHello.', items: [{ text: 'Hello.' }] },
  { written: 'Hello.<|eot_id|>', items: [{ text: 'Hello.' }] },
  { written: '<|eot_id|>', items: [] },
  { written: '  \n', items: [] },
  { written: 'a <|eot_id|> b', items: [{ text: 'a <|eot_id|> b' }] },
  { written: 'if a < b and c <', items: [{ text: 'if a < b and c <' }] },
  { written: '<|python_ta', items: [{ text: '<|python_ta' }] },
  { written: '<|python_tag|>print(1)', items: [{ text: '<|python_tag|>print(1)' }] },
  { written: '<|python_tag|>', items: [{ text: '<|python_tag|>' }] },
  { written: '{"answer": 42}', items: [{ text: '{"answer": 42}' }] },
  { written: '{"name": "Paris"}', items: [{ text: '{"name": "Paris"}' }] },
  { written: '{"type": "city"}', items: [{ text: '{"type": "city"}' }] },
  { written: '{"na', items: [{ text: '{"na' }] },
  { written: '{}', items: [{ text: '{}' }] },
  { written: '[1, 2] and [3]', items: [{ text: '[1, 2] and [3]' }] },
  { written: '[now](https://a)', items: [{ text: '[now](https://a)' }] },
  { written: '[get_weather("Paris")]', items: [{ text: '[get_weather("Paris")]' }] },
  { written: '[now(), erase()]', items: [{ text: '[now(), erase()]' }] },
  { written: '<function=erase>{}</function>', items: [{ text: '<function=erase>{}</function>' }] },
  { written: '<function=now> or so', items: [{ text: '<function=now> or so' }] },
  { written: `Write ${other} there.`, items: [{ text: `Write ${other} there.` }] },
];

const cut: readonly Case[] = [
  {
    written: json.slice(0, -5),
    items: [{ call: { name: 'get_weather', json: '{"city": "Par' } }],
  },
  { written: json.slice(0, -1), items: [paris] },
  { written: `${json.slice(0, -1)}<|eom_id|>`, items: [paris] },
  { written: '{"name": "now"', items: [{ call: { name: 'now', json: '{' } }] },
  {
    written: '[get_weather(city="Par',
    items: [{ call: { name: 'get_weather', json: 'city="Par' } }],
  },
  { written: '<function=now>{"a": ', items: [{ call: { name: 'now', json: '{"a": ' } }] },
  {
    written: '{"name": "now", "arguments": "at once"}',
    items: [{ call: { name: 'now', json: 'at once' } }],
  },
  {
    written: '{"name": "now", "parameters": [1]}',
    items: [{ call: { name: 'now', json: '[1]' } }],
  },
];

const options = { markers: llama3Markers, names, trimsStart: true };

test.each([...calls, ...texts, ...cut])('$written reads the same in any pieces', (it) => {
  expect(readAnswer(it.written, options)).toEqual(it.items);
  for (let at = 0; at <= it.written.length; at += 1) {
    expect(inPieces([it.written.slice(0, at), it.written.slice(at)])).toEqual(it.items);
  }
  expect(inPieces(it.written.split(''))).toEqual(it.items);
});

test.each(calls)(
  '$written: no part of a call is shown before it is whole',
  ({ written, items }) => {
    const reader = new AnswerReader(options);
    const shown: AnswerItem[] = [];
    for (const character of written) shown.push(...reader.push(character));
    const texts = items.flatMap((item) => ('text' in item ? item.text : []));
    const told = shown.flatMap((item) => ('text' in item ? item.text : []));
    expect(told.join('')).toBe(texts.join(''));
  },
);

test('text is passed on as soon as it can be no marker', () => {
  const reader = new AnswerReader(options);
  const pushed = ['Hel', 'lo <', 'b> <|', 'eot', '_id|>'].map((piece) => reader.push(piece));
  expect(pushed).toEqual([[{ text: 'Hel' }], [{ text: 'lo ' }], [{ text: '<b> ' }], [], []]);
  expect(reader.end()).toEqual([]);
});

test('an object that is no call is passed on once its first key is known', () => {
  const reader = new AnswerReader(options);
  const pushed = ['{"', 'ans', 'wer": '].map((piece) => reader.push(piece));
  expect(pushed).toEqual([[], [{ text: '{"ans' }], [{ text: 'wer": ' }]]);
});

test.each([...calls, ...cut])('$written is text where no tools were offered', ({ written }) => {
  const items = readAnswer(written, { ...options, names: new Set() });
  const ended = written.trimStart().replace(/<\|eo[tm]_id\|>$/, '');
  expect(items).toEqual([{ text: ended }]);
});

test('the marker of Llama 4 stands around a call', () => {
  const written = `<|python_start|>${json}<|python_end|><|eom|>`;
  expect(readAnswer(written, { ...options, markers: llama4Markers })).toEqual([paris]);
});

test('Llama 2 has no calls, and its end of the text is dropped', () => {
  const items = readAnswer(` ${json}</s>`, {
    markers: markersOf('llama2'),
    names: new Set(),
    trimsStart: true,
  });
  expect(items).toEqual([{ text: json }]);
});

test('an answer that the caller began keeps its blanks', () => {
  expect(readAnswer('\n  x', { ...options, trimsStart: false })).toEqual([{ text: '\n  x' }]);
});

test('a call without an end is told as it is, once it is too long', () => {
  const reader = new AnswerReader(options);
  const begun = `{"name": "now", "parameters": {"a": "${'x'.repeat(nativeCallCharsMax)}`;
  expect(reader.push(begun)).toMatchObject([{ call: { name: 'now' } }]);
  expect(reader.push('and on')).toEqual([{ text: 'and on' }]);
});

/** Texts beside one another are one: how they were cut says nothing. */
function inPieces(pieces: readonly string[]): readonly AnswerItem[] {
  const reader = new AnswerReader(options);
  const items = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  const joined: AnswerItem[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    if (last !== undefined && 'text' in last && 'text' in item) {
      joined.splice(-1, 1, { text: last.text + item.text });
    } else joined.push(item);
  }
  return joined;
}
