import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { Message } from '../protocol/api/types.generated.ts';
import { ValidationException } from '../protocol/errors.ts';
import { type ChatSession, holdConversation } from './chat-session.ts';

const ctrlC = '\u0003';
const ctrlD = '\u0004';

function start(ask: ChatSession['ask']) {
  const input = new PassThrough();
  const output = new PassThrough();
  const ending = new AbortController();
  const notes: string[] = [];
  const shown: string[] = [];
  output.setEncoding('utf8').on('data', (part: string) => shown.push(part));
  const ended = holdConversation({
    input,
    output,
    screen: { print: (text) => output.write(text), note: (line) => notes.push(line) },
    ask,
    signal: ending.signal,
  });
  onTestFinished(() => ending.abort());
  return { input, notes, ended, ending, screen: () => shown.join('') };
}

/** Answers each question with its number, and remembers what it was asked. */
function counting() {
  const asked: string[][] = [];
  const ask: ChatSession['ask'] = async (messages, _signal, onText) => {
    asked.push(textsOf(messages));
    onText(`answer ${asked.length}`);
  };
  return { asked, ask };
}

function textsOf(messages: readonly Message[]): string[] {
  return messages.map(({ role, content }) => {
    const [block] = content;
    return `${role}: ${block !== undefined && 'text' in block ? block.text : ''}`;
  });
}

test('each question is asked with all that was said before', async () => {
  const { asked, ask } = counting();
  const { input, ended } = start(ask);
  input.write('one\r');
  input.write('\r');
  await until(() => asked.length === 1);
  input.write('two\r');
  await until(() => asked.length === 2);
  input.write(ctrlD);
  expect(await ended).toBe(0);
  expect(asked).toEqual([['user: one'], ['user: one', 'assistant: answer 1', 'user: two']]);
});

test('Ctrl-C stops the answer, and what was said of it stays in the conversation', async () => {
  const asked: string[][] = [];
  const { input, ended } = start(async (messages, signal, onText) => {
    asked.push(textsOf(messages));
    if (asked.length > 1) return;
    onText('half an');
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason));
    await promise;
  });
  input.write('one\r');
  await until(() => asked.length === 1);
  input.write(ctrlC);
  input.write('two\r');
  await until(() => asked.length === 2);
  input.end();
  expect(await ended).toBe(0);
  expect(asked[1]).toEqual(['user: one', 'assistant: half an', 'user: two']);
});

test('Ctrl-C twice leaves, a question between them does not', async () => {
  const { asked, ask } = counting();
  const { input, notes, ended } = start(ask);
  input.write(ctrlC);
  await until(() => notes.length === 1);
  input.write('one\r');
  await until(() => asked.length === 1);
  input.write(ctrlC);
  await until(() => notes.length === 2);
  input.write(ctrlC);
  expect(await ended).toBe(130);
  expect(notes[0]).toContain('Ctrl-D');
});

test('Ctrl-C twice leaves an answer that does not stop', async () => {
  const asked: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { input, ended } = start(async () => {
    asked.push('asked');
    await promise;
  });
  input.write('one\r');
  await until(() => asked.length === 1);
  input.write(ctrlC);
  input.write(ctrlC);
  resolve();
  expect(await ended).toBe(130);
});

test('a question that is refused is told, and is no part of the conversation', async () => {
  const asked: string[][] = [];
  const { input, notes, ended } = start(async (messages, _signal, onText) => {
    asked.push(textsOf(messages));
    if (asked.length === 1) throw new ValidationException('Too long.');
    onText('fine');
  });
  input.write('one\r');
  await until(() => notes.length === 1);
  input.write('two\r');
  await until(() => asked.length === 2);
  input.end();
  await ended;
  expect(notes).toEqual(['ValidationException: Too long.']);
  expect(asked[1]).toEqual(['user: two']);
});

test('an end from outside ends the session', async () => {
  const { ended, ending } = start(counting().ask);
  ending.abort();
  expect(await ended).toBe(130);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
