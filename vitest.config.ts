// Two suites: `fast` needs only npm and is quick; `full` needs what scripts/test-all.ts installs,
// or starts processes of its own.

import { defineConfig } from 'vitest/config';

const full = [
  'test/clients/**/*.test.ts',
  'test/embedded/**/*.test.ts',
  'test/cli/{chat,discovery,models,reload}.test.ts',
  'test/server/{drain,workers}.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: full,
        },
      },
      {
        test: {
          name: 'full',
          include: full,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
