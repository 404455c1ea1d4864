// The models that places list: their IDs, for how long a list counts, and places that say nothing.

import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { liveModelsAgeMs, liveModelsTimeoutMs } from '../limits.ts';
import type { LivePlace } from './live-models.ts';
import { createLiveModels } from './live-models.ts';

function start(places: Readonly<Record<string, LivePlace>>) {
  const { clock, log, logged } = createManualEnvironment();
  const live = createLiveModels(new Map(Object.entries(places)), { clock, log });
  const ids = async () => (await live.list()).map(({ modelId }) => modelId);
  return { live, clock, logged, ids };
}

function lists(...names: string[]): LivePlace {
  return { type: 'openai-compatible', models: () => Promise.resolve(names) };
}

test('an ID is the name of the place and of its model, found in any spelling', async () => {
  const { live, ids } = start({
    ollama: lists('llama3.2:3b'),
    vllm: lists('meta-llama/Llama-3.1-8B-Instruct'),
  });
  expect(live.find('ollama.llama3-2-3b')).toBeUndefined();
  expect(await ids()).toEqual(
    expect.arrayContaining(['ollama.llama3-2-3b', 'vllm.meta-llama-llama-3-1-8b-instruct']),
  );
  const found = { provider: 'ollama', name: 'llama3.2:3b', family: 'openai-chat' };
  for (const id of ['ollama.llama3-2-3b', 'ollama.llama3.2:3b', 'Ollama.Llama3.2-3B']) {
    expect(live.find(id)).toMatchObject(found);
  }
  const arn = 'arn:aws:bedrock:us-east-1::foundation-model/ollama.llama3-2-3b';
  expect(live.find(arn)).toMatchObject(found);
  expect(live.find('ollama.llama3-2')).toBeUndefined();
  expect(live.find('vllm.llama3-2-3b')).toBeUndefined();
});

test('names that differ in signs only are told apart by a number', async () => {
  const { live, ids } = start({ a: lists('x_1', 'x-1') });
  expect((await ids()).toSorted()).toEqual(['a.x-1', 'a.x-1-2']);
  expect(live.find('a.x-1')?.name).toBe('x-1');
  expect(live.find('a.x-1-2')?.name).toBe('x_1');
});

test('of Bedrock the IDs are its own, and those of the catalogue stand there', async () => {
  const names = ['amazon.nova-pro-v1:0', 'someone.new-model-v1:0'];
  const { live, ids } = start({ aws: { ...lists(...names), type: 'bedrock' } });
  expect(await ids()).toEqual(['someone.new-model-v1:0']);
  expect(live.find('someone.new-model-v1:0')).toMatchObject({ provider: 'aws' });
});

test('a list counts for a while, and the place that an ID names is the only one asked', async () => {
  const asked: string[] = [];
  const counting = (name: string): LivePlace => ({
    type: 'openai-compatible',
    models: async () => {
      asked.push(name);
      return ['m'];
    },
  });
  const { live, clock } = start({ a: counting('a'), b: counting('b') });
  expect(live.look('c.m')).toBeUndefined();
  await Promise.all([live.look('a.m'), live.look('a.other')]);
  expect(asked).toEqual(['a']);
  expect(live.look('a.other')).toBeUndefined();
  await live.list();
  expect(asked).toEqual(['a', 'b']);
  await clock.advance(liveModelsAgeMs);
  await live.look('a.other');
  expect(asked).toEqual(['a', 'b', 'a']);
  expect(live.find('b.m')).toBeDefined();
});

test('a place that fails or does not answer is left out, and that is logged', async () => {
  const { ids, clock, logged } = start({
    good: lists('m'),
    bad: { type: 'openai-compatible', models: () => Promise.reject(new Error('refused')) },
    slow: {
      type: 'openai-compatible',
      models: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    },
  });
  const listed = ids();
  await clock.advance(liveModelsTimeoutMs);
  expect(await listed).toEqual(['good.m']);
  expect(logged.map(({ fields }) => fields)).toEqual([
    { provider: 'bad', reason: 'refused' },
    { provider: 'slow', reason: `no answer within ${liveModelsTimeoutMs} ms` },
  ]);
});
