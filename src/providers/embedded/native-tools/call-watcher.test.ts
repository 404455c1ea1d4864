// Where a call begins in the text of a model, however the text is split.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { usualFormats } from './call-format.ts';
import { CallWatcher, NextCallWatcher } from './call-watcher.ts';

const names = ['get_weather', 'get'];

function formatAt(index: number) {
  const format = usualFormats[index];
  if (format === undefined) throw new Error('There are usual formats.');
  return format;
}

interface Watched {
  readonly text: string;
  readonly name?: string | undefined;
  readonly opening?: string;
}

/** What is let through, and the opening that ends it. */
function watch(pieces: readonly string[]): Watched {
  const watcher = new CallWatcher({ format: formatAt(0), names });
  let text = '';
  for (const piece of pieces) {
    const { text: certain, found } = watcher.push(piece);
    text += certain;
    if (found !== undefined) {
      return { text, name: found.name, opening: found.format.opening };
    }
  }
  return { text: text + watcher.end() };
}

const bare = '{"name": "';
const cases: readonly (readonly [written: string, expected: Watched])[] = [
  ['Plain text. ', { text: 'Plain text. ' }],
  ['<tool_call>\n{"na', { text: '', name: undefined, opening: formatAt(0).opening }],
  ['Well.\n\n<tool_call> {', { text: 'Well.', name: undefined, opening: formatAt(0).opening }],
  ['[TOOL_CALLS][{', { text: '', name: undefined, opening: formatAt(1).opening }],
  ['So: <function=get', { text: 'So:', name: undefined, opening: '<function=' }],
  ['{"name":"get","parameters":{', { text: '', name: 'get', opening: bare }],
  ['\n{ "name": "get_weather", "arguments": {', { text: '', name: 'get_weather', opening: bare }],
  ['{"name": "Kim", "parameters": {', { text: '{"name": "Kim", "parameters": {' }],
  ['As in {"name": "get", "parameters": {', { text: 'As in {"name": "get", "parameters": {' }],
  ['a < b, [TOOL_', { text: 'a < b, [TOOL_' }],
  ['Use <tool_call> tags', { text: 'Use <tool_call> tags' }],
  ['<|python_tag|>{"name', { text: '', name: undefined, opening: '<|python_tag|>{"name": "' }],
];

test('a call is found by its marker, or by the name of an offered tool', () => {
  for (const [written, expected] of cases) expect(watch([written]), written).toEqual(expected);
});

test('any split of the text gives the same text before the same call', () => {
  const word = fc.constantFrom('<tool_call>', '<tool', '{', '{"name": "get', '"', ' ', '\n', 'a');
  const whole = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
  fc.assert(
    fc.property(whole, fc.array(fc.nat(60)), (text, cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(watch(pieces)).toEqual(watch([text]));
    }),
    { numRuns: 2_000 },
  );
});

test('text that cannot be a call goes out as it comes', () => {
  const watcher = new CallWatcher({ format: formatAt(0), names });
  expect(watcher.push('Let me ').text).toBe('Let me');
  expect(watcher.push('look.').text).toBe(' look.');
  expect(watcher.push('\n<tool_c').text).toBe('');
  expect(watcher.push('hair>').text).toBe('\n<tool_chair>');
});

test('behind a call comes another one, or nothing', () => {
  const next = (format: number, ...pieces: readonly string[]) => {
    const watcher = new NextCallWatcher(formatAt(format));
    return pieces.map((piece) => watcher.push(piece));
  };
  expect(next(0, '\n<tool', '_call>\n', '{"')).toEqual([undefined, undefined, 'another']);
  expect(next(0, '\n', 'It is')).toEqual([undefined, 'none']);
  expect(next(1, ', ', '{"name')).toEqual([undefined, 'another']);
  expect(next(1, ']')).toEqual(['none']);
});
