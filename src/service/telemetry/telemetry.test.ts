import { expect, test } from 'vitest';
import { metricsWaitingMax } from '../../limits.ts';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import { createTelemetry, tracesUrl } from './telemetry.ts';
import type { ObservedEngine } from './telemetry.ts';

const telemetryDefaults = { metrics: true, log: { bodies: false } };

function engineWith(config: Partial<ObservedEngine['config']>): () => ObservedEngine {
  const whole: ObservedEngine['config'] = {
    keys: [],
    providers: {},
    logLevel: 'warn',
    telemetry: telemetryDefaults,
    ...config,
  };
  return () => ({ config: whole, placeStates: () => [] });
}

const request = {
  requestId: 'r',
  headers: {},
  notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
};

test('times are taken from the clock of the environment', async () => {
  const environment = createManualEnvironment();
  const engine = engineWith({
    logLevel: 'info',
    telemetry: { ...telemetryDefaults, metrics: false },
  });
  const telemetry = await createTelemetry({ environment, engine });
  const observation = telemetry.observe(request);
  observation?.asks('ConverseStream', 'some.model');
  observation?.streamBegins(200);
  await environment.clock.advance(250);
  observation?.wrote([{ messageStart: { role: 'assistant' } }], 10);
  await environment.clock.advance(750);
  observation?.wrote([{ messageStop: { stopReason: 'end_turn' } }], 10);
  observation?.streamEnds('whole');
  observation?.streamEnds('left');
  expect(environment.logged).toMatchObject([
    {
      level: 'info',
      fields: { firstByteMs: 250, latencyMs: 1_000, bytesOut: 20, outcome: 'whole' },
    },
  ]);
});

test('more requests than may wait are counted as well', async () => {
  const environment = createManualEnvironment();
  const telemetry = await createTelemetry({ environment, engine: engineWith({}) });
  const count = metricsWaitingMax + 5;
  for (let at = 0; at < count; at += 1) {
    const observation = telemetry.observe(request);
    observation?.asks('ListFoundationModels', null);
    observation?.answersWhole(2, {});
  }
  const text = await telemetry.metricsText?.();
  expect(text).toContain(
    `openconverse_requests_total{operation="ListFoundationModels",model="none",place="none",exception="none",outcome="whole"} ${count}\n`,
  );
  await telemetry.close();
});

test.each([
  ['http://c:4318', {}, 'http://c:4318/v1/traces'],
  ['http://c:4318/', { OTEL_SDK_DISABLED: 'true' }, 'http://c:4318/v1/traces'],
  [undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e' }, 'http://e/v1/traces'],
  [undefined, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' }, 'http://t/x'],
  [undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e', OTEL_SDK_DISABLED: 'true' }, undefined],
  [undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e', OTEL_TRACES_EXPORTER: 'none' }, undefined],
  [undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
  [undefined, {}, undefined],
])('spans for %s and %o go to %s', (otlp, variables, url) => {
  expect(
    tracesUrl(otlp === undefined ? telemetryDefaults : { ...telemetryDefaults, otlp }, variables),
  ).toBe(url);
});
