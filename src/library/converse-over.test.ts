import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { ConnectionCut, InternalServerException } from '../protocol/errors.ts';
import type { ConverseStreamEvent } from '../protocol/stream/events.ts';
import type { Engine } from '../service/engine.ts';
import { converseOver } from './converse-over.ts';
import { createEngineSource } from './engine-source.ts';

const input = { modelId: 'any', messages: [] };

function over(run: Engine['run']) {
  const environment = createManualEnvironment();
  const config = { strict: false };
  const engine = { config, run, close: async () => undefined, simulation: undefined };
  const source = createEngineSource(environment, async () => engine as unknown as Engine);
  return { converse: converseOver(source), environment };
}

test('leaving the loop of a stream ends the generation', async () => {
  let ended = false;
  const { converse } = over(async () => ({
    events: (async function* (): AsyncGenerator<readonly ConverseStreamEvent[]> {
      try {
        for (;;) yield [{ messageStart: { role: 'assistant' } }];
      } finally {
        ended = true;
      }
    })(),
  }));
  const { stream } = await converse.converseStream(input);
  let events = 0;
  for await (const _ of stream) {
    events += 1;
    if (events === 3) break;
  }
  expect(ended).toBe(true);
});

test('a bug of ours is logged whole and told without detail', async () => {
  const bug = new TypeError('x is not a function');
  const { converse, environment } = over(() => Promise.reject(bug));
  const thrown: unknown = await converse.converse(input).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(InternalServerException);
  expect(thrown).toMatchObject({ cause: bug, $metadata: { httpStatusCode: 500 } });
  expect(String(thrown)).not.toContain('not a function');
  expect(environment.logged).toMatchObject([{ level: 'error', fields: { err: bug } }]);
});

test('a cut stays a cut', async () => {
  const cut = new ConnectionCut('gone');
  const { converse } = over(() => Promise.reject(cut));
  await expect(converse.converse(input)).rejects.toBe(cut);
});

test('where nothing is simulated there is no script, and a sentence says what to do', async () => {
  const { converse } = over(() => Promise.reject(new Error('never asked')));
  await expect(converse.script({ text: 'Hi' })).rejects.toThrow('simulated: true');
});
