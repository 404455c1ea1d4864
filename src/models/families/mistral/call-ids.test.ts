import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callIdAt, createCallIds, isCallId } from './call-ids.ts';

test('an ID of Converse becomes nine letters and digits, the same each time', () => {
  const id = createCallIds([]).of('tooluse_W9DaUFg4Tj2cRPpndqxWSg');
  expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
  expect(createCallIds([]).of('tooluse_W9DaUFg4Tj2cRPpndqxWSg')).toBe(id);
});

test('an ID that is native already stays', () => {
  expect(createCallIds([]).of('VvvODy9mT')).toBe('VvvODy9mT');
});

test('two IDs of one conversation never become one, even where one is native', () => {
  const [taken] = [createCallIds([]).of('tooluse_a')];
  const toolUse = { toolUseId: taken, name: 'add', input: {} };
  const ids = createCallIds([{ role: 'assistant', content: [{ toolUse }] }]);
  expect(ids.of('tooluse_a')).not.toBe(taken);
  expect(ids.of('tooluse_a')).toBe(ids.of('tooluse_a'));
});

test('thousands of IDs that differ in one letter stay apart', () => {
  const ids = createCallIds([]);
  const native = Array.from({ length: 20_000 }, (_, at) => ids.of(`tooluse_${at}`));
  expect(new Set(native).size).toBe(20_000);
});

test('whatever the ID, the native one has the form that the models know', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\w.:-]{1,64}$/), (id) => {
      expect(createCallIds([]).of(id)).toMatch(/^[A-Za-z0-9]{9}$/);
    }),
  );
});

test('a call without an ID gets one by its place', () => {
  expect([callIdAt(0), callIdAt(12)]).toEqual(['call00000', 'call00012']);
});

test.each([
  ['VvvODy9mT', true],
  ['functions.add:0', true],
  ['', false],
  ['a b', false],
  ['a'.repeat(65), false],
  [undefined, false],
])('whether %j is an ID that Converse takes is %j', (id, expected) => {
  expect(isCallId(id)).toBe(expected);
});
