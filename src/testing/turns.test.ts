import { expect, test } from 'vitest';
import { createScript } from '../simulation/script.ts';
import { fault, turn } from './turns.ts';

test.each([
  [turn('Hello'), { text: 'Hello' }],
  [turn('Hello', { times: 'always', delayMs: 5 }), { text: 'Hello', times: 'always', delayMs: 5 }],
  [
    turn(['Let me look.', { name: 'look', toolUseId: 'one' }]),
    {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: 'Let me look.' },
            { toolUse: { toolUseId: 'one', name: 'look', input: {} } },
          ],
        },
      },
    },
  ],
  [fault('cut'), { error: 'cut' }],
  [
    fault({ type: 'ModelErrorException', originalStatusCode: 500 }, { when: { text: 'x' } }),
    { error: { type: 'ModelErrorException', originalStatusCode: 500 }, when: { text: 'x' } },
  ],
])('%j is a turn that the script takes', (given, written) => {
  expect(given).toEqual(written);
  expect(createScript().append(given)).toBe(1);
});
