// Every conformance case, in process and over both versions of HTTP.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, isNative, type Mode, modes, refusalOf } from './case.ts';
import { cases } from './cases.ts';
import { type Service, startService } from './transports.ts';

const services = new Map<Mode, Service>();

beforeAll(async () => {
  for (const mode of Object.keys(modes) as Mode[]) {
    services.set(mode, await startService(mode));
  }
});

afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.close()));
});

test('there are at least four hundred cases and none stands twice', () => {
  expect(cases.length).toBeGreaterThan(400);
  const seen = cases.map((item) =>
    JSON.stringify([item.operation, item.mode, item.modelId, item.body, item.text, item.headers]),
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
    if (item.answerHeaders !== undefined) {
      expect(outcome.headers, name).toMatchObject(item.answerHeaders);
    }
    if (item.loss !== undefined) expect(outcome.loss, name).toContain(item.loss);
    if (isNative(item) && item.refused === undefined) checkMetrics(outcome.body);
  }
});

function titleOf(item: Case): string {
  const { operation, member, check, mode = 'open', refused } = item;
  const verb = refused === undefined ? 'is accepted' : 'is refused otherwise';
  return `${operation} ${mode}: ${member}: ${check} ${verb}`;
}

const metrics = 'amazon-bedrock-invocationMetrics';

/** The last chunk of a native stream has the metrics, and no other. */
function checkMetrics(body: unknown): void {
  const { chunks } = body as { readonly chunks?: readonly object[] };
  if (chunks === undefined) return;
  expect(chunks.slice(0, -1).filter((chunk) => metrics in chunk)).toEqual([]);
  const last = (chunks.at(-1) as Readonly<Record<string, Readonly<Record<string, number>>>>)[
    metrics
  ];
  expect(last).toMatchObject({
    inputTokenCount: expect.any(Number) as unknown,
    outputTokenCount: expect.any(Number) as unknown,
    invocationLatency: expect.any(Number) as unknown,
  });
  expect(last?.['firstByteLatency']).toBeLessThanOrEqual(last?.['invocationLatency'] ?? 0);
}
