// Reasoning between tags, cut at every character.

import { expect, test } from 'vitest';
import { ReasoningReader, thinkTag } from './reasoning-tags.ts';

interface Read {
  text: string;
  reasoning: string;
}

function sinkOf(read: Read) {
  return {
    text: (text: string) => (read.text += text),
    reasoning: (text: string) => (read.reasoning += text),
  };
}

function readAll(pieces: readonly string[], isOpen = false): Read {
  const read = { text: '', reasoning: '' };
  const sink = sinkOf(read);
  const reader = isOpen ? ReasoningReader.within(thinkTag, sink) : new ReasoningReader(sink);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return read;
}

function cuts(text: string): readonly (readonly string[])[] {
  const twos = Array.from({ length: text.length + 1 }, (_, at) => [
    text.slice(0, at),
    text.slice(at),
  ]);
  return [[text], text.split(''), ...twos];
}

test.each([
  ['think', '<think>\nWell.\n</think>\n\nHi', 'Well.', 'Hi'],
  ['no line breaks', '<think>Well.</think>Hi', 'Well.', 'Hi'],
  ['blanks before', '\n <think>Well.</think>Hi', 'Well.', 'Hi'],
  ['nothing within', '<think>\n\n</think>\n\nHi', '', 'Hi'],
  ['more line breaks', '<think>\n\na\n\n</think>\n\n\nb', '\na\n', '\nb'],
  ['gpt-oss', '<reasoning>Well.</reasoning>Hi', 'Well.', 'Hi'],
  ['line breaks of gpt-oss', '<reasoning>\na\n</reasoning>\nb', '\na\n', '\nb'],
  ['another closing tag', '<think>a</reasoning></thin></think>b', 'a</reasoning></thin>', 'b'],
  ['the end within', '<think>Well', 'Well', ''],
  ['the end within the closing tag', '<think>Well\n</thi', 'Well\n</thi', ''],
  ['no tag', 'Hi <think>a</think>', '', 'Hi <think>a</think>'],
  ['the beginning of a tag', '<thi', '', '<thi'],
  ['blanks before a text', '  Hi', '', '  Hi'],
  ['blanks alone', ' \n ', '', ''],
  ['a second tag', '<think>a</think><think>b</think>', 'a', '<think>b</think>'],
  ['many blanks', `${' '.repeat(40)}<think>a`, '', `${' '.repeat(40)}<think>a`],
])('read: %s', (_name, ...[text, reasoning, rest]) => {
  for (const pieces of cuts(text)) {
    expect(readAll(pieces)).toEqual({ text: rest, reasoning });
  }
});

test.each([
  ['goes on', 'Well.\n</think>\n\nHi', 'Well.', 'Hi'],
  ['the tag again', '<think>\nWell.\n</think>\n\nHi', 'Well.', 'Hi'],
  ['a line break first', '\nWell.</think>Hi', '\nWell.', 'Hi'],
  ['no end', 'Well', 'Well', ''],
  ['half a tag', '<thi', '<thi', ''],
])('read behind an open tag: %s', (_name, ...[text, reasoning, rest]) => {
  for (const pieces of cuts(text)) {
    expect(readAll(pieces, true)).toEqual({ text: rest, reasoning });
  }
});

test('text goes on as soon as it can be no tag', () => {
  const read = { text: '', reasoning: '' };
  const reader = new ReasoningReader(sinkOf(read));
  reader.push('<th');
  expect(read.text).toBe('');
  reader.push('e');
  expect(read.text).toBe('<the');
});

test('reasoning goes on but for what may be its end', () => {
  const read = { text: '', reasoning: '' };
  const reader = new ReasoningReader(sinkOf(read));
  reader.push('<think>\nWell\n');
  expect(read.reasoning).toBe('Well');
  reader.push('</th');
  expect(read.reasoning).toBe('Well');
  reader.push('x');
  expect(read.reasoning).toBe('Well\n</thx');
});
