// Requests drawn from the service model are accepted; one change of any kind is refused by name.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValidationException } from '../../src/protocol/errors.ts';
import { checkShape } from '../../src/protocol/validation/constraints.ts';
import { mutationsOf } from './mutations.ts';
import { valuesOf } from './valid-values.ts';

const inputs = ['ConverseRequest', 'ConverseStreamRequest', 'CountTokensRequest'] as const;

/** The message of the refusal; undefined where the value is accepted. */
function refusal(shape: (typeof inputs)[number], value: unknown): string | undefined {
  try {
    checkShape(shape, value);
    return undefined;
  } catch (error) {
    if (error instanceof ValidationException) return error.message;
    throw error;
  }
}

test.each(inputs)('any value of %s is accepted', (shape) => {
  fc.assert(
    fc.property(valuesOf(shape), (value) => {
      expect(refusal(shape, value)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test.each(inputs)('any single change of a %s is refused by its path', (shape) => {
  let changes = 0;
  fc.assert(
    fc.property(valuesOf(shape), (value) => {
      for (const { what, value: changed, names } of mutationsOf(shape, value)) {
        changes += 1;
        expect(refusal(shape, changed) ?? 'accepted', what).toContain(names);
      }
    }),
    { numRuns: 60 },
  );
  expect(changes).toBeGreaterThan(500);
});
