// The queue of turns: which request takes which turn, and what is told of what waits.

import { expect, test } from 'vitest';
import { MalformedTurn } from './malformed-turn.ts';
import { createScript, type ScriptRequest } from './script.ts';

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';

function request(more: Partial<ScriptRequest> = {}): ScriptRequest {
  return {
    operation: 'Converse',
    modelId: sonnet,
    foundationModelId: sonnet,
    text: 'hello',
    ...more,
  };
}

function scriptOf(...turns: readonly unknown[]) {
  const script = createScript();
  script.append(turns);
  /** The text of the turn that a request takes. */
  const take = (more: Partial<ScriptRequest> = {}) => {
    const reply = script.take(request(more))?.reply;
    if (reply === undefined || !('answer' in reply)) return reply;
    return reply.answer.content.map((block) => ('text' in block ? block.text : '?')).join('');
  };
  return { script, take };
}

test('turns are appended one at a time or many, and are told as they were sent', () => {
  const script = createScript();
  expect(script.waiting()).toEqual([]);
  expect(script.append({ text: 'a' })).toBe(1);
  expect(script.append([{ text: 'b', times: 'always' }, { error: 'cut' }])).toBe(3);
  expect(script.append([])).toBe(3);
  expect(script.waiting()).toEqual([
    { text: 'a' },
    { text: 'b', times: 'always' },
    { error: 'cut' },
  ]);
  expect(script.clear()).toBe(3);
  expect(script.clear()).toBe(0);
});

test('of many turns none is appended where one is malformed', () => {
  const script = createScript();
  expect(() => script.append([{ text: 'a' }, { text: 1 }])).toThrow(MalformedTurn);
  expect(script.waiting()).toEqual([]);
});

test('turns are taken in their order, each as often as it says', () => {
  const { script, take } = scriptOf({ text: 'a', times: 2 }, { text: 'b' });
  expect(take()).toBe('a');
  expect(script.waiting()).toEqual([{ text: 'a', times: 1 }, { text: 'b' }]);
  expect([take(), take(), take()]).toEqual(['a', 'b', undefined]);
});

test('a turn for always is never used up', () => {
  const { script, take } = scriptOf({ text: 'a', times: 'always' }, { text: 'b' });
  expect([take(), take(), take()]).toEqual(['a', 'a', 'a']);
  expect(script.waiting()).toHaveLength(2);
});

test('turns for different models do not disturb each other', () => {
  const { take } = scriptOf(
    { text: 'other', modelId: 'amazon.nova-lite-v1:0' },
    { text: 'mine', modelId: sonnet },
    { text: 'any' },
  );
  expect([take(), take(), take()]).toEqual(['mine', 'any', undefined]);
  expect(take({ modelId: 'amazon.nova-lite-v1:0', foundationModelId: null })).toBe('other');
});

const profile = `us.${sonnet}`;

test.each([
  [sonnet, { modelId: profile, foundationModelId: sonnet }, true],
  [profile, { modelId: profile, foundationModelId: sonnet }, true],
  [profile, { modelId: sonnet, foundationModelId: sonnet }, false],
  ['my-model', { modelId: 'my-model', foundationModelId: null }, true],
  ['my-model', { modelId: 'my-model-2', foundationModelId: null }, false],
])('a turn for %s and a request for %j', (modelId, asked, isTaken) => {
  const { take } = scriptOf({ text: 'a', modelId });
  expect(take(asked)).toBe(isTaken ? 'a' : undefined);
});

const all = [
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'CountTokens',
  'ListFoundationModels',
  'GetFoundationModel',
];

function takers(turn: object): readonly string[] {
  return all.filter((operation) => scriptOf(turn).take({ operation }) !== undefined);
}

test('without an operation a turn fits those that the model answers', () => {
  expect(takers({ text: 'a' })).toEqual(all.slice(0, 4));
  expect(takers({ error: 'cut' })).toEqual(all.slice(0, 4));
  expect(takers({ inputTokens: 0 })).toEqual(['CountTokens']);
});

test.each(all)('a turn for %s fits only that', (operation) => {
  expect(takers({ error: 'ThrottlingException', operation })).toEqual([operation]);
});

test('when fits only a text that contains it', () => {
  const { take } = scriptOf({ text: 'sunny', when: { text: 'weather' } });
  expect(take({ text: 'time?' })).toBeUndefined();
  expect(take({ text: 'the weather?' })).toBe('sunny');
});

test('a turn that nests without end is malformed, not a crash', () => {
  let deep: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(() => createScript().append({ text: 'a', additionalModelResponseFields: deep })).toThrow(
    MalformedTurn,
  );
});
