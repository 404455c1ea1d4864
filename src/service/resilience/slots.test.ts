import { expect, test } from 'vitest';
import { ThrottlingException } from '../../protocol/errors.ts';
import { Slots } from './slots.ts';

const { signal } = new AbortController();

test('who comes when all slots are taken waits for the one that is given back first', async () => {
  const slots = new Slots({ concurrent: 1, queued: 2 });
  const release = await slots.take(signal);
  const order: string[] = [];
  const first = slots.take(signal).then((next) => {
    order.push('first');
    return next;
  });
  const second = slots.take(signal).then((next) => {
    order.push('second');
    return next;
  });
  expect([slots.running, slots.queued]).toEqual([1, 2]);
  release();
  (await first)();
  (await second)();
  expect(order).toEqual(['first', 'second']);
  expect([slots.running, slots.queued]).toEqual([0, 0]);
});

test('who comes when the queue is full is told at once', async () => {
  const slots = new Slots({ concurrent: 1, queued: 0 });
  await slots.take(signal);
  await expect(slots.take(signal)).rejects.toThrow(ThrottlingException);
  await expect(slots.take(signal)).rejects.toThrow(
    'Too many requests, please wait before trying again.',
  );
});

test('who leaves makes room in the queue, and is not given a turn', async () => {
  const slots = new Slots({ concurrent: 1, queued: 1 });
  const release = await slots.take(signal);
  const leaving = new AbortController();
  const left = slots.take(leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  expect(slots.queued).toBe(0);
  const next = slots.take(signal);
  release();
  await next;
  expect(slots.running).toBe(1);
});

test('a slot is given back once, however often it is said', async () => {
  const slots = new Slots({ concurrent: 2, queued: 0 });
  const release = await slots.take(signal);
  await slots.take(signal);
  release();
  release();
  expect(slots.running).toBe(1);
});
