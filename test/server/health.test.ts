// The paths of those who run the server: health, readiness, numbers.

import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHealth } from '../../src/server/health.ts';
import type { WireRequest } from '../../src/protocol/wire/http.ts';
import { parsePrometheus, type Family } from './prometheus-text.ts';
import { ask, foundationModelId, startSeen } from './seen.ts';

const keys = [{ apiKey: 'only-with-this-key' }];

test('health needs no key, and no name that the server knows', async () => {
  const seen = await startSeen({ flags: { keys } });
  const asked = httpRequest(`${seen.url}/healthz`, { headers: { host: 'probe.cluster.local' } });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(await text(response))).toEqual({ status: 'alive' });
  const head = await fetch(`${seen.url}/healthz`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect((await fetch(`${seen.url}/healthz`, { method: 'POST' })).status).toBe(405);
  expect(seen.requests()).toEqual([]);
});

test('readiness names the state of each place, and ends when the server is told to', async () => {
  const seen = await startSeen();
  const ready = await fetch(`${seen.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: 'ready',
    places: [{ name: 'local', type: 'simulated', circuit: 'closed', running: 0, queued: 0 }],
  });
  seen.drain();
  const draining = await fetch(`${seen.url}/readyz`);
  expect(draining.status).toBe(503);
  expect(await draining.json()).toMatchObject({ status: 'draining' });
  expect((await fetch(`${seen.url}/healthz`)).status).toBe(200);
});

test('a server whose only place is left alone is not ready', async () => {
  const port = await unusedPort();
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const providers = { away: { type: 'openai-compatible' as const, baseUrl, retries: 0 } };
  const models = { '*': { provider: 'away' } };
  const seen = await startSeen({ flags: { simulated: false, providers, models } });
  expect((await fetch(`${seen.url}/readyz`)).status).toBe(200);
  for (let failures = 0; failures < 5; failures += 1) {
    expect((await ask(seen, 'converse')).status).toBe(503);
  }
  const after = await fetch(`${seen.url}/readyz`);
  expect(after.status).toBe(503);
  expect(await after.json()).toMatchObject({
    status: 'unavailable',
    places: [{ name: 'away', circuit: 'open' }],
  });
  const families = await metricsOf(seen.url);
  const circuits = valuesOf(families, 'openconverse_place_circuit');
  expect(circuits).toEqual({
    'place=away state=closed': 0,
    'place=away state=half-open': 0,
    'place=away state=open': 1,
  });
  expect(valuesOf(families, 'openconverse_place_failures_total')).toEqual({
    'place=away exception=ServiceUnavailableException': 5,
  });
});

test('callers from elsewhere hear nothing of the places, nor of the numbers', async () => {
  const seen = await startSeen();
  const { engine, telemetry } = seen;
  const health = createHealth({ engine, telemetry, isDraining: () => false });
  const remote = (target: string): WireRequest => ({
    method: 'GET',
    target,
    headers: { host: 'elsewhere' },
    httpVersion: '1.1',
    local: false,
    signal: new AbortController().signal,
    body: () => Promise.resolve(new Uint8Array(0)),
  });
  const readiness = await health(remote('/readyz'));
  expect(Buffer.from(readiness?.body as Uint8Array).toString()).toBe('{"status":"ready"}');
  expect((await health(remote('/metrics')))?.status).toBe(403);
  expect(health(remote('/model/x/converse'))).toBeUndefined();
  const config = { ...engine.config, telemetry: { ...engine.config.telemetry, metrics: 'public' } };
  const open = createHealth({
    engine: { ...engine, config: config as typeof engine.config },
    telemetry,
    isDraining: () => false,
  });
  expect((await open(remote('/metrics')))?.status).toBe(200);
});

test('a page by another name does not read the numbers', async () => {
  const seen = await startSeen();
  const asked = httpRequest(`${seen.url}/metrics`, { headers: { host: 'rebound.example' } });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(403);
});

test('numbers that are switched off are not there, and the answer says how to have them', async () => {
  const seen = await startSeen({ flags: { telemetry: { metrics: false } } });
  const response = await fetch(`${seen.url}/metrics`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('telemetry.metrics');
});

test('requests, tokens and durations are counted from the first request on', async () => {
  const seen = await startSeen();
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    cacheReadInputTokens: 7,
    cacheWriteInputTokens: 3,
  };
  seen.engine.simulation?.script.append([{ text: 'cached', usage }]);
  await ask(seen, 'converse');
  await ask(seen, 'converse-stream');
  await ask(seen, 'converse', { body: { inferenceConfig: { temperature: 9 } } });
  const families = await metricsOf(seen.url);
  const place = { place: 'local', exception: 'none', outcome: 'whole' };
  const requests = families.get('openconverse_requests_total')?.samples;
  expect(requests).toMatchObject([
    { labels: { operation: 'Converse', model: foundationModelId, ...place }, value: 1 },
    { labels: { operation: 'ConverseStream', model: foundationModelId, ...place }, value: 1 },
    {
      labels: {
        operation: 'Converse',
        model: foundationModelId,
        place: 'none',
        exception: 'ValidationException',
        outcome: 'failed',
      },
      value: 1,
    },
  ]);
  const model = `model=${foundationModelId}`;
  expect(valuesOf(families, 'openconverse_tokens_total')).toEqual({
    [`${model} type=input`]: 12,
    [`${model} type=output`]: 8,
    [`${model} type=cache_read`]: 7,
    [`${model} type=cache_write`]: 3,
  });
  const counts = Object.fromEntries(
    [...families].map(([name, { samples }]) => [
      name,
      samples
        .filter((sample) => sample.name.endsWith('_count'))
        .reduce((sum, { value }) => sum + value, 0),
    ]),
  );
  expect(counts).toMatchObject({
    gen_ai_server_request_duration_seconds: 3,
    gen_ai_client_operation_duration_seconds: 2,
    gen_ai_server_time_to_first_token_seconds: 1,
    gen_ai_server_time_per_output_token_seconds: 1,
    gen_ai_client_token_usage: 4,
  });
});

test('what is open, and the process itself, are in the numbers', async () => {
  const seen = await startSeen();
  seen.engine.simulation?.script.append([{ text: 'one two', stream: { delayMs: 60_000 } }]);
  const leaving = new AbortController();
  const messages = [{ role: 'user', content: [{ text: 'hi' }] }];
  const response = await fetch(`${seen.url}/model/${foundationModelId}/converse-stream`, {
    method: 'POST',
    body: JSON.stringify({ messages }),
    signal: leaving.signal,
  });
  await response.body?.getReader().read();
  const during = await metricsOf(seen.url);
  expect(valuesOf(during, 'openconverse_open_streams')).toEqual({ '': 1 });
  expect(valuesOf(during, 'openconverse_open_requests')).toEqual({ '': 1 });
  expect(valuesOf(during, 'openconverse_place_running')).toEqual({ 'place=local': 1 });
  leaving.abort();
  await expect
    .poll(async () => valuesOf(await metricsOf(seen.url), 'openconverse_open_streams'))
    .toEqual({ '': 0 });
  const after = await metricsOf(seen.url);
  expect(valuesOf(after, 'process_resident_memory_bytes')['']).toBeGreaterThan(1e7);
  expect(valuesOf(after, 'process_cpu_seconds_total')['']).toBeGreaterThan(0);
  expect(Object.keys(valuesOf(after, 'nodejs_eventloop_delay_seconds'))).toHaveLength(3);
});

test('models that clients make up are one label', async () => {
  const seen = await startSeen();
  for (const id of ['made.up-1', 'made.up-2', 'made.up-3']) {
    await fetch(`${seen.url}/model/${id}/converse`, { method: 'POST', body: '{}' });
  }
  const families = await metricsOf(seen.url);
  const requests = families.get('openconverse_requests_total')?.samples;
  expect(requests?.map(({ labels, value }) => [labels['model'], value])).toEqual([['unknown', 3]]);
});

async function metricsOf(url: string): Promise<ReadonlyMap<string, Family>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheus(await response.text());
}

function valuesOf(families: ReadonlyMap<string, Family>, name: string): Record<string, number> {
  const samples = families.get(name)?.samples ?? [];
  return Object.fromEntries(
    samples.map(({ labels, value }) => [
      Object.entries(labels)
        .map(([label, of]) => `${label}=${of}`)
        .join(' '),
      value,
    ]),
  );
}

/** A port of this machine that nothing listens on. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = once(server, 'close');
  server.close();
  await closed;
  return port;
}
