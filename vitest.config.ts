// Two suites: `fast` needs only npm; `full` needs what scripts/test-all.ts installs.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/clients/**', 'test/embedded/**'],
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/clients/**/*.test.ts', 'test/embedded/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
