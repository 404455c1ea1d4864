// What the full suite's closing line counts.

import { expect, test } from 'vitest';
import { addCounts, closingLine, countTests } from '../../scripts/clients/report.ts';

test('passed and failed tests are counted over all files', () => {
  const testResults = [
    fileOf('passed', ['passed', 'passed']),
    fileOf('failed', ['passed', 'failed']),
  ];
  expect(countTests({ testResults })).toEqual({ passed: 3, failed: 1 });
});

test('a skipped test counts as failed', () => {
  const testResults = [fileOf('passed', ['passed', 'skipped', 'todo', 'pending'])];
  expect(countTests({ testResults })).toEqual({ passed: 1, failed: 3 });
});

test('a file that could not be loaded, or whose clean-up failed, counts as one failure', () => {
  const testResults = [fileOf('failed', []), fileOf('failed', ['passed'])];
  expect(countTests({ testResults })).toEqual({ passed: 1, failed: 2 });
});

test('the closing line is the sum of its parts', () => {
  const sum = addCounts({ passed: 3, failed: 1 }, { passed: 1, failed: 0 });
  expect(closingLine(sum)).toBe('4 passed, 1 failed');
});

function fileOf(status: string, statuses: readonly string[]) {
  return {
    name: 'x.test.ts',
    status,
    assertionResults: statuses.map((each) => ({ status: each })),
  };
}
