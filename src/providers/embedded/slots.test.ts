// The line for the slots: order, bound, and that no slot is ever lost or given twice.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { SlotQueue, type Place } from './slots.ts';

interface Slot {
  readonly name: string;
}

const any = () => 0;
const slot = (name: string): Slot => ({ name });

test('slots are given in order of arrival', async () => {
  const queue = new SlotQueue<Slot>(8);
  queue.open([slot('only')]);
  const order: number[] = [];
  const places = [0, 1, 2].map(() => queue.enter());
  const done = places.map(async (place, index) => {
    await place.take(any);
    order.push(index);
    place.leave();
  });
  await Promise.all(done);
  expect(order).toEqual([0, 1, 2]);
});

test('everybody waits until the slots are there', async () => {
  const queue = new SlotQueue<Slot>(8);
  const taken = queue.enter().take(any);
  queue.open([slot('late')]);
  expect((await taken).name).toBe('late');
});

test('the slot that ranks highest is given', async () => {
  const queue = new SlotQueue<Slot>(8);
  queue.open([slot('a'), slot('b'), slot('c')]);
  const given = await queue.enter().take(({ name }) => (name === 'b' ? 1 : 0));
  expect(given.name).toBe('b');
});

test('one too many is throttled, and there is room again when another leaves', () => {
  const queue = new SlotQueue<Slot>(2);
  queue.open([slot('only')]);
  const places = [0, 1, 2].map(() => queue.enter());
  expect(() => queue.enter()).toThrow(
    expect.objectContaining({
      name: 'ThrottlingException',
      message: 'Too many requests, please wait before trying again.',
    }),
  );
  places[1]?.leave();
  expect(() => queue.enter()).not.toThrow();
});

test('one that gives up while waiting is told its reason and holds up nobody', async () => {
  const queue = new SlotQueue<Slot>(8);
  queue.open([slot('only')]);
  const [first, second, third] = [queue.enter(), queue.enter(), queue.enter()];
  await first.take(any);
  const given = second.take(any);
  const next = third.take(any);
  second.leave(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  first.leave();
  first.leave();
  expect((await next).name).toBe('only');
});

test('one that has not asked yet does not hold up the others', async () => {
  const queue = new SlotQueue<Slot>(8);
  queue.open([slot('only')]);
  const slow = queue.enter();
  const quick = queue.enter();
  await quick.take(any);
  const waiting = slow.take(any);
  quick.leave();
  expect((await waiting).name).toBe('only');
});

test('whatever the order of events, no slot is lost and none is held twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 60 }), async (steps) => {
      const slots = [slot('a'), slot('b')];
      const queue = new SlotQueue<Slot>(100);
      queue.open(slots);
      const held = new Map<Place<Slot>, Slot>();
      const places: Place<Slot>[] = [];
      for (const step of steps) {
        const [leaving] = step < 4 ? places.splice(step % Math.max(1, places.length), 1) : [];
        if (leaving !== undefined) {
          held.delete(leaving);
          leaving.leave();
        } else {
          const place = queue.enter();
          places.push(place);
          place.take(any).then(
            (slot) => held.set(place, slot),
            () => held.delete(place),
          );
        }
        await Promise.resolve();
        await Promise.resolve();
        expect(new Set(held.values()).size).toBe(held.size);
        expect(held.size).toBe(Math.min(places.length, slots.length));
      }
    }),
  );
});
