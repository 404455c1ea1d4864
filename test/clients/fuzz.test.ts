// Two hundred thousand broken requests to a server in a process of its own.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../property/fuzz.ts';
import type { ServerProcess } from './server-process.ts';
import { showStderrOfFailures, startServer } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ flags: ['--simulated', '--fidelity', 'aws'] });
});

afterAll(() => server.stop());

showStderrOfFailures(() => server);

test('no broken request crashes the server, hangs it or makes it fault', async () => {
  const { statuses, faults } = await fuzz({ url: server.url, seed: 100_000, count: 200_000 });
  expect(faults).toEqual([]);
  expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(200_000);
  expect(server.running()).toBe(true);
});
