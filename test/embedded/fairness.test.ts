// Several clients of the embedded model at once: none starves, and those who leave leave nothing.

import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkOrder } from '../../src/protocol/stream/grammar.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { ask, callOf, startProvider, textOf } from './setup.ts';

let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});

afterAll(() => provider.close());

interface Reading {
  readonly text: string;
  /** When the first piece came and when the last, in milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly pieces: number;
}

/** Reads one answer to its end; the order of its events is checked on the way. */
async function read(question: string, maxTokens: number): Promise<Reading> {
  const stream = await provider.stream(callOf(ask(question, { temperature: 0, maxTokens })));
  const texts: string[] = [];
  let firstMs = 0;
  let lastMs = 0;
  for await (const batch of checkOrder(stream)) {
    for (const event of batch) {
      if (!('contentBlockDelta' in event) || !('text' in event.contentBlockDelta.delta)) continue;
      lastMs = performance.now();
      if (texts.length === 0) firstMs = lastMs;
      texts.push(event.contentBlockDelta.delta.text);
    }
  }
  return { text: texts.join(''), firstMs, lastMs, pieces: texts.length };
}

const questions = [
  'Write about the sea.',
  'Write about the mountains.',
  'Write about a city.',
  'Write about a forest.',
] as const;

test('four clients at once are all answered, each as if it were alone', async () => {
  const together = await Promise.all(questions.map((question) => read(question, 40)));
  for (const [index, question] of questions.entries()) {
    expect(together[index]?.text).toBe((await read(question, 40)).text);
  }
});

test('two answers are written at the same time, at the same speed', async () => {
  const [one, two] = await Promise.all([read(questions[0], 60), read(questions[1], 60)]);
  // Each began before the other ended, and they ended together.
  expect(Math.max(one.firstMs, two.firstMs)).toBeLessThan(Math.min(one.lastMs, two.lastMs));
  const lengths = [one, two].map(({ firstMs, lastMs }) => lastMs - firstMs);
  expect(Math.max(...lengths) / Math.min(...lengths)).toBeLessThan(1.5);
});

test('a short question waits for one of two long answers at most, not for both', async () => {
  const long = [read(questions[0], 40), read(questions[1], 160)];
  const short = await read('Hi', 4);
  const [first, second] = await Promise.all(long);
  expect(short.lastMs).toBeGreaterThan(first?.lastMs ?? 0);
  expect(short.lastMs).toBeLessThan(second?.lastMs ?? 0);
});

test('those who wait are served in the order in which they came', async () => {
  const running = [read(questions[0], 20), read(questions[1], 20)];
  const waiting = [1, 2, 3, 4].map(() => read('Name three colors.', 12));
  await Promise.all(running);
  const firsts = (await Promise.all(waiting)).map(({ firstMs }) => firstMs);
  expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
});

test('a hundred aborted requests leave no slot taken and no memory behind', async () => {
  const request = ask('Write a very long story about the sea.', { maxTokens: 500 });
  const abortOne = async (afterMs: number): Promise<void> => {
    const controller = new AbortController();
    const answer = provider.send(callOf(request, controller.signal));
    setTimeout(() => controller.abort(new Error('gone')), afterMs);
    await expect(answer).rejects.toThrow('gone');
  };
  const memory = (): number => {
    globalThis.gc?.();
    return process.memoryUsage.rss();
  };
  const before = await textOf(
    provider,
    ask('Name three colors.', { temperature: 0, maxTokens: 12 }),
  );
  for (let count = 0; count < 20; count += 1) await abortOne(count * 4);
  const warm = memory();
  for (let count = 0; count < 100; count += 4) {
    await Promise.all([0, 1, 2, 3].map((each) => abortOne(count + each * 10)));
  }
  // One context of an answer is 107 MB; what is lost for each request would show at once.
  expect(memory() - warm).toBeLessThan(60_000_000);
  const after = ask('Name three colors.', { temperature: 0, maxTokens: 12 });
  const both = await Promise.all([textOf(provider, after), textOf(provider, after)]);
  expect(both).toEqual([before, before]);
});
