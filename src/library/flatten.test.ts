import { expect, test } from 'vitest';
import { AccessDeniedException, ThrottlingException } from '../protocol/errors.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../protocol/stream/events.ts';
import { flatten } from './flatten.ts';

const start: ConverseStreamEvent = { messageStart: { role: 'assistant' } };
const stop: ConverseStreamEvent = { contentBlockStop: { contentBlockIndex: 0 } };
const same = (error: unknown): unknown => error;

/** Batches that say when they were closed. */
function batches(...all: readonly (readonly ConverseStreamEvent[])[]) {
  const left = [...all];
  const state = { closed: 0 };
  const events: ConverseEventStream = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = left.shift();
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      async return(value) {
        state.closed += 1;
        return { done: true, value };
      },
    }),
  };
  return { events, state };
}

test('batches become single events in their order, empty ones nothing', async () => {
  const { events } = batches([start], [], [stop, stop]);
  const seen: ConverseStreamEvent[] = [];
  for await (const event of flatten(events, same)) seen.push(event);
  expect(seen).toEqual([start, stop, stop]);
});

test('leaving the loop closes what is behind', async () => {
  const { events, state } = batches([start, stop], [stop]);
  for await (const _ of flatten(events, same)) break;
  expect(state.closed).toBeGreaterThan(0);
});

test('closing a stream that was never read closes what is behind', async () => {
  const { events, state } = batches([start]);
  const iterator = flatten(events, same)[Symbol.asyncIterator]();
  await iterator.return?.();
  expect(state.closed).toBe(1);
  expect(await iterator.next()).toMatchObject({ done: true });
});

test('an exception that a stream cannot carry is thrown as the one that it would become', async () => {
  const failing = (error: Error): ConverseEventStream =>
    (async function* () {
      yield [start];
      throw error;
    })();
  const read = async (error: Error): Promise<unknown> => {
    try {
      for await (const _ of flatten(failing(error), same));
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  };
  const denied = new AccessDeniedException('No access.', { hint: 'Ask for it.' });
  expect(await read(denied)).toMatchObject({
    name: 'ValidationException',
    message: 'No access.',
    hint: 'Ask for it.',
    cause: denied,
  });
  const throttled = new ThrottlingException('Slow down.');
  expect(await read(throttled)).toBe(throttled);
});
