import { expect, test } from 'vitest';
import { ReasoningText } from './reasoning-text.ts';

function read(pieces: readonly string[]): { text: string; reasoning: string; order: string } {
  const heard = { text: '', reasoning: '', order: '' };
  const reader = new ReasoningText({
    text(text) {
      heard.text += text;
      if (!heard.order.endsWith('t')) heard.order += 't';
    },
    reasoning(text) {
      heard.reasoning += text;
      if (!heard.order.endsWith('r')) heard.order += 'r';
    },
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return heard;
}

test.each([
  ['plain text', 'Hello <b>', { text: 'Hello <b>', reasoning: '', order: 't' }],
  ['text after blanks', '\n Hello', { text: '\n Hello', reasoning: '', order: 't' }],
  ['nothing', '', { text: '', reasoning: '', order: '' }],
  ['blanks', ' \n', { text: '', reasoning: '', order: '' }],
  ['the beginning of a tag', ' <thi', { text: ' <thi', reasoning: '', order: 't' }],
  [
    'tags',
    '<think>\nHm <a\n</think>\n\nYes.',
    { text: 'Yes.', reasoning: '\nHm <a\n', order: 'rt' },
  ],
  ['tokens', '[THINK]Hm [1][/THINK]Yes.', { text: 'Yes.', reasoning: 'Hm [1]', order: 'rt' }],
  ['tags after blanks', '\n<think>Hm</think> Yes.', { text: 'Yes.', reasoning: 'Hm', order: 'rt' }],
  [
    'reasoning that does not end',
    '<think>Hm </thin',
    { text: '', reasoning: 'Hm </thin', order: 'r' },
  ],
  ['reasoning alone', '<think>Hm</think>\n', { text: '', reasoning: 'Hm', order: 'r' }],
  ['no reasoning', '<think></think>Yes.', { text: 'Yes.', reasoning: '', order: 't' }],
  [
    'the other tag at the end',
    '<think>a[/THINK]b',
    { text: '', reasoning: 'a[/THINK]b', order: 'r' },
  ],
  [
    'tags within',
    'So <think>a</think>',
    { text: 'So <think>a</think>', reasoning: '', order: 't' },
  ],
])('%s is told apart, cut at any place', (_name, text, expected) => {
  expect(read([text])).toEqual(expected);
  expect(read(text.split(''))).toEqual(expected);
  for (let at = 0; at <= text.length; at += 1) {
    expect(read([text.slice(0, at), text.slice(at)])).toEqual(expected);
  }
});

test('reasoning of its own comes after what was held back, and tags are text then', () => {
  const heard: string[] = [];
  const reader = new ReasoningText({
    text: (text) => heard.push(text),
    reasoning: (text) => heard.push(`(${text})`),
  });
  reader.push('<th');
  reader.reason('Hm');
  reader.reason('');
  reader.push('<think>');
  reader.end();
  expect(heard).toEqual(['<th', '(Hm)', '<think>']);
});
