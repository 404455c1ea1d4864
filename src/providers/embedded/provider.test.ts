// The provider without weights: the order of its events, and how it says that it cannot answer.

import { expect, test } from 'vitest';

import { createEnvironment } from '../../environment.ts';
import type { ProviderCall } from '../provider.ts';
import type { AnswerStep } from './native-tools/native-answer.ts';
import { createEmbeddedProvider, toEvents } from './provider.ts';
import { WeightsError } from './weights.ts';

const environment = createEnvironment({ logLevel: 'silent' });

function callOf(signal = new AbortController().signal): ProviderCall {
  return {
    operation: 'Converse',
    modelId: 'm',
    foundationModelId: null,
    model: { id: 'model', template: undefined, maxTokens: 4096 },
    request: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
    signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
  };
}

async function* stepsOf(steps: readonly AnswerStep[]) {
  yield* steps;
}

async function batchesOf(steps: AsyncIterable<AnswerStep>) {
  const batches = [];
  for await (const batch of toEvents(steps, () => 7)) batches.push(batch);
  return batches;
}

const end = { end: { stopReason: 'end_turn', inputTokens: 3, outputTokens: 2 } } as const;
const metadata = {
  metadata: {
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 7 },
  },
};

test('the start travels with the first text, the end in one batch', async () => {
  const steps = stepsOf([{ text: 'a' }, { text: 'b' }, end]);
  expect(await batchesOf(steps)).toEqual([
    [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'a' } } },
    ],
    [{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'b' } } }],
    [
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      metadata,
    ],
  ]);
});

test('reasoning has a block of its own before the text', async () => {
  const steps = stepsOf([{ reasoning: 'Hm' }, { reasoning: '.' }, { text: 'Yes' }, end]);
  expect((await batchesOf(steps)).flat()).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm' } } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: '.' } } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Yes' } } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'end_turn' } },
    metadata,
  ]);
});

test('without text there is no block', async () => {
  expect(await batchesOf(stepsOf([end]))).toEqual([
    [
      { messageStart: { role: 'assistant' } },
      { messageStop: { stopReason: 'end_turn' } },
      metadata,
    ],
  ]);
});

test('weights that are not to be had are told to each request', async () => {
  const error = new WeightsError('There is no network: connect.');
  const provider = createEmbeddedProvider({ weights: Promise.reject(error), environment });
  const attempts = [
    provider.send(callOf()),
    provider.stream(callOf()),
    provider.countTokens(callOf()),
  ];
  for (const attempt of attempts) {
    await expect(attempt).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      message: 'The embedded model cannot answer. There is no network: connect.',
      cause: error,
    });
  }
  await provider.close();
});

test('an abort ends the wait for the model', async () => {
  const weights = Promise.withResolvers<never>();
  const provider = createEmbeddedProvider({ weights: weights.promise, environment });
  const controller = new AbortController();
  const answer = provider.send(callOf(controller.signal));
  controller.abort(new Error('gone'));
  await expect(answer).rejects.toThrow('gone');
  weights.reject(new Error('never came'));
  await provider.close();
});

test('too many who wait for the model are throttled', async () => {
  const weights = Promise.withResolvers<never>();
  const provider = createEmbeddedProvider({ weights: weights.promise, environment });
  const waiting = Array.from({ length: 32 }, () => provider.send(callOf()));
  const told = Promise.allSettled(waiting);
  await expect(provider.send(callOf())).rejects.toMatchObject({ name: 'ThrottlingException' });
  weights.reject(new Error('never came'));
  expect((await told).every(({ status }) => status === 'rejected')).toBe(true);
  await provider.close();
});
