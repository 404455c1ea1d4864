// The embedded engine under many requests at once, aborts and bad files, with its real weights.

import { mkdtemp, rm, truncate, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getLlama, JinjaTemplateChatWrapper } from 'node-llama-cpp';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import {
  answerOpening,
  createChatTemplate,
  createJinja,
} from '../../src/providers/embedded/chat-template.ts';
import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { ask, callOf, environment, modelsFolder, readAll, startProvider, textOf } from './setup.ts';

let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});

afterAll(() => provider.close());

const short = ask('Name three colors.', { temperature: 0, maxTokens: 12 });
const endless = ask('Write a very long story about the sea.', { maxTokens: 2_000 });

/** Begins an answer and gives it back while it is being written. */
async function begin(signal?: AbortSignal) {
  const stream = await provider.stream(callOf(endless, signal));
  const iterator = stream[Symbol.asyncIterator]();
  expect((await iterator.next()).done).toBe(false);
  return iterator;
}

test('three requests at once are all answered, as each would be alone', async () => {
  const questions = ['What is the capital of France?', 'What is 2+2?', 'Name three colors.'];
  const requests = questions.map((text) => ask(text, { temperature: 0, maxTokens: 12 }));
  const together = await Promise.all(requests.map((request) => textOf(provider, request)));
  for (const [index, request] of requests.entries()) {
    expect(together[index]).toBe(await textOf(provider, request));
  }
});

test('after twenty aborts at different moments a request is answered as before', async () => {
  const before = await textOf(provider, short);
  for (let count = 0; count < 20; count += 1) {
    const controller = new AbortController();
    const reason = new Error(`abort ${count}`);
    const answer = provider.send(callOf(endless, controller.signal));
    // Some before the prompt is read, some while it is, some while the answer is written.
    setTimeout(() => controller.abort(reason), count * 10);
    await expect(answer).rejects.toBe(reason);
  }
  expect(await textOf(provider, short)).toBe(before);
});

test('a closed iterator frees its sequence', async () => {
  const both = [await begin(), await begin()];
  for (const iterator of both) await iterator.return?.();
  expect(await textOf(provider, short)).not.toBe('');
});

test('an abort frees the sequence of a reader that never reads again', async () => {
  const controller = new AbortController();
  const both = [await begin(controller.signal), await begin(controller.signal)];
  controller.abort(new Error('gone'));
  expect(await textOf(provider, short)).not.toBe('');
  await expect(both[0]?.next()).rejects.toThrow('gone');
});

test('nothing is written beyond what is read', async () => {
  const iterator = await begin();
  const other = await begin();
  await other.return?.();
  const started = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { user, system } = process.cpuUsage(started);
  // Writing would keep a core busy all the while.
  expect((user + system) / 1_000).toBeLessThan(150);
  await iterator.return?.();
});

test('one too many in the line is throttled, and who leaves the line makes room', async () => {
  const running = [await begin(), await begin()];
  const controller = new AbortController();
  const waiting = Array.from({ length: 32 }, () => provider.send(callOf(short, controller.signal)));
  const settled = Promise.allSettled(waiting);
  await expect(provider.send(callOf(short))).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Too many requests, please wait before trying again.',
  });
  controller.abort(new Error('tired'));
  await settled;
  const late = textOf(provider, short);
  for (const iterator of running) await iterator.return?.();
  expect(await late).not.toBe('');
});

test('the event loop stays free while a prompt is tokenised and an answer written', async () => {
  // At once this would take a quarter of a second.
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(25_000);
  await textOf(provider, short);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const tokens = await provider.countTokens(callOf(ask(text)));
  await textOf(provider, ask('Name three colors.', { maxTokens: 40 }));
  delay.disable();
  expect(tokens).toBeGreaterThan(200_000);
  expect(delay.max / 1e6).toBeLessThan(100);
});

test('a provider closed in the middle of an answer says so, then and later', async () => {
  const closing = await startProvider();
  const stream = await closing.stream(callOf(endless));
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const next = iterator.next();
  await Promise.all([
    expect(next).rejects.toMatchObject({ name: 'ServiceUnavailableException' }),
    closing.close(),
  ]);
  await expect(closing.send(callOf(short))).rejects.toMatchObject({
    name: 'ServiceUnavailableException',
  });
});

test('requests sent before the model is loaded are answered', async () => {
  const early = await startProvider();
  const { events } = await readAll(await early.stream(callOf(short)));
  expect(events.length).toBeGreaterThan(4);
  await early.close();
});

test('a model file that is cut off makes the service unavailable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'model-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'cut.gguf');
  await copyFile((await ensureWeights({ folder: modelsFolder, environment })).path, path);
  await truncate(path, 20_000_000);
  const broken = createEmbeddedProvider({ weights: { name: 'cut', path }, environment });
  await expect(broken.send(callOf(short))).rejects.toMatchObject({
    name: 'ServiceUnavailableException',
    cause: expect.any(Error),
  });
  await broken.close();
});

test('ChatML by hand and the template in the file give the same tokens', async () => {
  const { path } = await ensureWeights({ folder: modelsFolder, environment });
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
  const template = model.fileInfo.metadata.tokenizer.chat_template ?? '';
  const jinja = new JinjaTemplateChatWrapper({
    template,
    additionalRenderParameters: answerOpening,
  });
  const byHand = createChatTemplate(model, jinja);
  const byFile = createJinja(model, jinja);
  const messages = [
    { role: 'system', text: 'Be brief.' },
    { role: 'user', text: 'Hi <|im_end|>' },
    { role: 'assistant', text: 'Hello.' },
    { role: 'user', text: 'Bye' },
  ] as const;
  const flat = (parts: ReturnType<typeof byHand>) =>
    parts.flat().flatMap((part) => ('text' in part ? model.tokenize(part.text) : part.control));
  expect(byHand(messages)).toHaveLength(4);
  expect(byFile(messages)).toHaveLength(1);
  expect(flat(byFile(messages))).toEqual(flat(byHand(messages)));
  await llama.dispose();
});
