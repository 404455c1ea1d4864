import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import { createWatch } from './watch.ts';

const timeouts = { firstByteMs: 100, idleMs: 30, totalMs: 1_000 };

function setUp() {
  const { clock } = createManualEnvironment();
  const controller = new AbortController();
  const origin = 'http://place';
  const watch = createWatch({ clock, timeouts, origin, signal: controller.signal });
  return { clock, controller, watch };
}

test('a place that sends nothing is given up at its time, not before', async () => {
  const { clock, watch } = setUp();
  await clock.advance(99);
  expect(watch.reason()).toBeUndefined();
  await clock.advance(1);
  expect(watch.reason()).toMatchObject({ name: 'ModelTimeoutException' });
  expect(clock.waiting).toBe(0);
});

test.each([
  [true, 'ModelStreamErrorException'],
  [false, 'ModelTimeoutException'],
])('what falls silent after its first byte (a stream: %s) is %s', async (isStream, name) => {
  const { clock, watch } = setUp();
  watch.isStream = isStream;
  await clock.advance(90);
  watch.came();
  watch.waits();
  await clock.advance(29);
  expect(watch.reason()).toBeUndefined();
  await clock.advance(1);
  expect(watch.reason()).toMatchObject({
    name,
    hint: 'http://place fell silent for 30 ms (timeouts.idleMs).',
  });
});

test('each read has the whole of its time', async () => {
  const { clock, watch } = setUp();
  watch.came();
  for (let reads = 0; reads < 10; reads += 1) {
    watch.waits();
    await clock.advance(25);
    watch.came();
  }
  expect(watch.reason()).toBeUndefined();
  watch.waits();
  await clock.advance(30);
  expect(watch.reason()).toMatchObject({ name: 'ModelTimeoutException' });
});

test('while it is the reader who is slow nothing is late', async () => {
  const { clock, watch } = setUp();
  watch.came();
  await clock.advance(500);
  expect(watch.reason()).toBeUndefined();
});

test('an answer that goes on for too long is given up', async () => {
  const { clock, watch } = setUp();
  watch.came();
  await clock.advance(999);
  expect(watch.reason()).toBeUndefined();
  await clock.advance(1);
  expect(watch.reason()).toMatchObject({ name: 'ModelTimeoutException' });
});

test('the caller’s abort passes on with its reason', () => {
  const { clock, controller, watch } = setUp();
  const reason = new Error('gone');
  controller.abort(reason);
  expect(watch.signal.reason).toBe(reason);
  expect(clock.waiting).toBe(0);
});

test('nothing waits once it is over', async () => {
  const { clock, controller, watch } = setUp();
  watch.came();
  watch.end();
  expect(clock.waiting).toBe(0);
  controller.abort();
  expect(watch.reason()).toBeUndefined();
});
