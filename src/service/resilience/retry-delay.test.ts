import { expect, test } from 'vitest';
import { retryDelayMs, retryDelayMsMax } from '../../limits.ts';
import type { ExceptionName } from '../../protocol/errors.ts';
import { exceptionClasses } from '../../protocol/errors.ts';
import { RetryBudget } from './retry-budget.ts';
import { delayBeforeRetry } from './retry-delay.ts';

function delay(name: ExceptionName, retryAfter?: string, retriesBefore = 0): number | undefined {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const error = new exceptionClasses[name]('failed', { headers });
  return delayBeforeRetry(error, retriesBefore, () => 0.5);
}

test.each([
  ['ThrottlingException', retryDelayMs / 2],
  ['ServiceUnavailableException', retryDelayMs / 2],
  ['InternalServerException', retryDelayMs / 2],
  ['ModelNotReadyException', retryDelayMs / 2],
  ['ValidationException', undefined],
  ['AccessDeniedException', undefined],
  ['ModelTimeoutException', undefined],
] as const)('after %s the wait is %s', (name, expected) => {
  expect(delay(name)).toBe(expected);
});

test('the wait doubles up to a bound', () => {
  const waits = [1, 2, 3, 20].map((retries) =>
    delay('InternalServerException', undefined, retries),
  );
  expect(waits).toEqual([retryDelayMs, 2 * retryDelayMs, 4 * retryDelayMs, retryDelayMsMax / 2]);
});

test.each([
  ['0', retryDelayMs / 2],
  ['1', 1_000 + retryDelayMs / 2],
  ['0.5', 500 + retryDelayMs / 2],
  ['-3', retryDelayMs / 2],
  ['30', undefined],
  ['soon', retryDelayMs / 2],
])('a place that asks to come again after %s is asked after %s ms', (retryAfter, expected) => {
  expect(delay('ThrottlingException', retryAfter)).toBe(expected);
});

test('an error that is no exception of the service is not repeated', () => {
  expect(delayBeforeRetry(new Error('a bug'), 0, () => 0)).toBeUndefined();
});

test('what is saved up is spent, and five answers are worth a retry', () => {
  const budget = new RetryBudget();
  let spent = 0;
  while (budget.spend()) spent += 1;
  expect(spent).toBe(10);
  for (let answers = 0; answers < 4; answers += 1) budget.earn();
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect(budget.spend()).toBe(true);
});
