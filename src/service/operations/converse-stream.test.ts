import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { loadConfig } from '../config.ts';
import { createEngine, createNotes } from '../engine.ts';

const modelId = 'amazon.nova-pro-v1:0';
const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];

async function stream(members: object): Promise<readonly ConverseStreamEvent[]> {
  const engine = await createEngine({
    config: loadConfig({ file: devNull, flags: { simulated: true } }),
    environment: createManualEnvironment(),
    weights: () => Promise.reject(new Error('A simulated service needs no weights.')),
  });
  const { signal } = new AbortController();
  const call = { signal, notes: createNotes(), region: null };
  const output = await engine.run('ConverseStream', { modelId, messages, ...members }, call);
  const events: ConverseStreamEvent[] = [];
  if ('events' in output) for await (const batch of output.events) events.push(...batch);
  await engine.close();
  return events;
}

test('the last event says the tier and the speed that were asked for', async () => {
  const asked = { serviceTier: { type: 'flex' }, performanceConfig: { latency: 'optimized' } };
  const events = await stream(asked);
  expect(events.at(-1)).toMatchObject({ metadata: { ...asked, metrics: { latencyMs: 0 } } });
});

test('an event says nothing of what was not asked for', async () => {
  const { metadata } = Object((await stream({})).at(-1)) as { readonly metadata?: object };
  expect(Object.keys(metadata ?? {}).toSorted()).toEqual(['metrics', 'usage']);
});
