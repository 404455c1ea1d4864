// Every conformance case, in process and over both versions of HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, type Mode, refusalOf } from './case.ts';
import { cases } from './cases.ts';
import { type Service, startService } from './transports.ts';

const services = new Map<Mode, Service>();

beforeAll(async () => {
  for (const mode of ['open', 'aws', 'strict'] as const) {
    services.set(mode, await startService(mode));
  }
});

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.close()));
});

test('there are at least four hundred cases and none stands twice', () => {
  expect(cases.length).toBeGreaterThan(400);
  const seen = cases.map((item) =>
    JSON.stringify([item.operation, item.mode, item.modelId, item.body]),
  );
  expect(seen.filter((text, index) => seen.indexOf(text) !== index)).toEqual([]);
});

test.each(cases.map((item) => [titleOf(item), item] as const))('%s', async (_title, item) => {
  const service = services.get(item.mode ?? 'open');
  expect(service).toBeDefined();
  for (const transport of service?.transports ?? []) {
    const { name } = transport;
    const outcome = await transport.send(item);
    expect(outcome.refused, name).toEqual(refusalOf(item));
    if (item.answer !== undefined) expect(outcome.body, name).toMatchObject(item.answer);
    if (item.hint !== undefined) expect(outcome.hint, name).toContain(item.hint);
  }
});

function titleOf(item: Case): string {
  const { operation, member, check, mode = 'open', refused } = item;
  const verb = refused === undefined ? 'is accepted' : 'is refused otherwise';
  return `${operation} ${mode}: ${member}: ${check} ${verb}`;
}
