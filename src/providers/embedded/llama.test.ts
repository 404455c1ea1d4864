// Opening llama.cpp: a card that fails or never answers leaves the processor.

import type { Llama, LlamaOptions } from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { createEnvironment, type Environment } from '../../environment.ts';
import { embeddedGpuTimeoutMs } from '../../limits.ts';
import { type Library, openLlama } from './llama.ts';

const base = createEnvironment({ logLevel: 'silent' });

/** What waits for the driver waits for nothing here. */
const hasty: Environment = {
  ...base,
  clock: {
    ...base.clock,
    timer: (ms, action) => base.clock.timer(ms === embeddedGpuTimeoutMs ? 5 : ms, action),
  },
};

interface Opened {
  readonly gpu: LlamaOptions['gpu'];
  isDisposed: boolean;
}

function libraryOf(openCard: () => Promise<Llama>): { library: Library; asked: unknown[] } {
  const asked: unknown[] = [];
  const getLlama = (options: LlamaOptions): Promise<Llama> => {
    asked.push(options.gpu);
    return options.gpu === false ? Promise.resolve(llamaOf(false)) : openCard();
  };
  const library = { getLlama, LlamaLogLevel: { error: 'error' } };
  return { library: library as unknown as Library, asked };
}

function llamaOf(gpu: false | 'cuda'): Llama & Opened {
  const opened = {
    gpu,
    isDisposed: false,
    dispose: async () => {
      opened.isDisposed = true;
    },
  };
  return opened as unknown as Llama & Opened;
}

test('a card that works is used', async () => {
  const { library, asked } = libraryOf(async () => llamaOf('cuda'));
  expect((await openLlama(library, { gpu: 'auto', environment: base })).gpu).toBe('cuda');
  expect(asked).toEqual(['auto']);
});

test('where the card is off nobody asks for it', async () => {
  const { library, asked } = libraryOf(async () => llamaOf('cuda'));
  expect((await openLlama(library, { gpu: 'off', environment: base })).gpu).toBe(false);
  expect(asked).toEqual([false]);
});

test('a card that fails leaves the processor', async () => {
  const { library, asked } = libraryOf(() => Promise.reject(new Error('no driver')));
  expect((await openLlama(library, { gpu: 'auto', environment: base })).gpu).toBe(false);
  expect(asked).toEqual(['auto', false]);
});

test('a driver that never answers is given up, and given back when it does after all', async () => {
  const { promise, resolve } = Promise.withResolvers<Llama>();
  const { library } = libraryOf(() => promise);
  expect((await openLlama(library, { gpu: 'auto', environment: hasty })).gpu).toBe(false);
  const late = llamaOf('cuda');
  resolve(late);
  await promise;
  await Promise.resolve();
  expect(late.isDisposed).toBe(true);
});
