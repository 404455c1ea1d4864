// An answer on the terminal: its text for whoever reads, its reasoning for whoever watches.

import { expect, test } from 'vitest';

import { createConverse } from '../library/create-converse.ts';
import { answer, type Screen } from './answer.ts';

const turn = {
  output: {
    message: {
      role: 'assistant',
      content: [{ reasoningContent: { reasoningText: { text: 'Hm, so.' } } }, { text: 'Yes.' }],
    },
  },
} as const;

interface Shown {
  readonly printed: string;
  readonly reasoned: string;
}

async function show(watched: boolean, json = false): Promise<Shown> {
  await using converse = createConverse({ simulated: true });
  await converse.script(turn);
  const shown = { printed: '', reasoned: '' };
  const screen: Screen = {
    print(text) {
      shown.printed += text;
    },
    note: () => undefined,
    reason: watched
      ? (text) => {
          shown.reasoned += text;
        }
      : undefined,
  };
  const request = {
    modelId: 'amazon.nova-lite-v1:0',
    messages: [{ role: 'user', content: [{ text: 'Is it?' }] }],
  } as const;
  const { signal } = new AbortController();
  await answer(converse, { request, style: { json, usage: false }, signal, screen });
  return shown;
}

test('who watches sees the reasoning, apart from the text', async () => {
  expect(await show(true)).toEqual({ printed: 'Yes.\n', reasoned: 'Reasoning: Hm, so.\n\n' });
});

test('without anybody who watches there is the text alone', async () => {
  expect(await show(false)).toEqual({ printed: 'Yes.\n', reasoned: '' });
});

test('the whole response has the reasoning as a block', async () => {
  const { printed, reasoned } = await show(true, true);
  expect(reasoned).toBe('');
  expect(JSON.parse(printed)).toMatchObject(turn);
});
