// What a vitest JSON report comes to: how many tests passed, how many did not, and which.

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts every test that did not pass as failed, also a skipped one: a suite that leaves something
 * out has not shown that it works. A file that failed outside its tests counts as one more.
 */
export function countTests({ testResults }: VitestReport): Counts {
  const counts = { passed: 0, failed: 0 };
  for (const file of testResults) {
    const tests = file.assertionResults;
    const passed = tests.filter((test) => test.status === 'passed').length;
    const outside = file.status !== 'passed' && passed === tests.length ? 1 : 0;
    counts.passed += passed;
    counts.failed += tests.length - passed + outside;
  }
  return counts;
}

export function addCounts(left: Counts, right: Counts): Counts {
  return { passed: left.passed + right.passed, failed: left.failed + right.failed };
}

/** The closing line of a run. */
export function closingLine({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}
