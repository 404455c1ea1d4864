// How well the embedded model uses tools, on prompts that the method was not tuned on: the floors.

import { afterAll, beforeAll, expect, test } from 'vitest';

import budgets from '../../bench/budgets.json' with { type: 'json' };
import type { PromptKind } from '../../bench/tools/prompts.ts';
import {
  type Asked,
  type Decided,
  decideAll,
  forceAll,
  hasRightInput,
  tellAll,
} from '../../bench/tools/run.ts';
import { unseen } from '../../bench/tools/unseen.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { startProvider } from './setup.ts';

const { tools: floors } = budgets;
let provider: Provider;
let asked: Asked;

beforeAll(async () => {
  provider = await startProvider();
  asked = { provider, modelId: 'smollm2-135m-instruct', half: unseen };
});

afterAll(() => provider.close());

function shareOf<T>(items: readonly T[], isRight: (item: T) => boolean): number {
  expect(items.length).toBeGreaterThan(0);
  return items.filter(isRight).length / items.length;
}

test('decisions that were never looked at are right as often as is promised', async () => {
  const decided = await decideAll(asked);
  expect(decided.length).toBeGreaterThanOrEqual(60);
  const rightOf = (kind: PromptKind): number => {
    const own = decided.filter(({ prompt }) => prompt.kind === kind);
    return shareOf(own, ({ right }) => right);
  };
  expect(rightOf('direct')).toBeGreaterThanOrEqual(floors.direct);
  expect(rightOf('indirect')).toBeGreaterThanOrEqual(floors.indirect);
  expect(rightOf('look-alike')).toBeGreaterThanOrEqual(floors.lookAlike);
  const called = decided.filter(({ prompt, right }: Decided) => right && prompt.tool !== undefined);
  expect(shareOf(called, hasRightInput)).toBeGreaterThanOrEqual(floors.arguments);
});

test('arguments of a forced tool are right as often as is promised', async () => {
  expect(shareOf(await forceAll(asked), hasRightInput)).toBeGreaterThanOrEqual(floors.arguments);
});

test('results are told with their values and no other', async () => {
  const told = await tellAll(asked);
  const named = told.flatMap((one) => one.named);
  expect(shareOf(named, Boolean)).toBeGreaterThanOrEqual(floors.valuesNamed);
  expect(told.flatMap(({ invented }) => invented)).toEqual([]);
});
