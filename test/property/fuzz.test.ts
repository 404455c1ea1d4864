// Some thousand broken requests; the full suite sends two hundred thousand.

import { expect, onTestFinished, test } from 'vitest';
import { startService } from '../conformance/transports.ts';
import { fuzz, make } from './fuzz.ts';

test.each(['open', 'aws', 'strict', 'limited'] as const)(
  'no broken request gets a fault from a server that is %s',
  async (mode) => {
    const service = await startService(mode);
    onTestFinished(() => service.close());
    const { statuses, faults } = await fuzz({ url: service.url, seed: 1, count: 1_000 });
    expect(faults).toEqual([]);
    // Broken in many ways, and some not at all.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining(['200', '400', '404']));
  },
);

test('a seed gives the same request each time, and another gives another', () => {
  expect(make(7)).toEqual(make(7));
  const bodies = Array.from({ length: 50 }, (_, seed) => make(seed).body.toString('latin1'));
  expect(new Set(bodies).size).toBeGreaterThan(20);
});
