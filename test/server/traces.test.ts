// Spans as a collector gets them, and the trace as a place hears of it.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startCollector, type CollectedSpan } from './collector.ts';
import { ask, modelId, startSeen } from './seen.ts';

const server = 2;
const client = 3;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

test('a request is a span with what it asked, and a place another below it', async () => {
  const collector = await startCollector();
  const seen = await startSeen({ flags: { telemetry: { otlp: collector.url } } });
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    cacheReadInputTokens: 7,
    cacheWriteInputTokens: 3,
  };
  seen.engine.simulation?.script.append([{ text: 'answer', usage }]);
  const inferenceConfig = { maxTokens: 50, temperature: 0.5, topP: 0.25, stopSequences: ['END'] };
  await ask(seen, 'converse', { headers: { traceparent }, body: { inferenceConfig } });
  await seen.telemetry.close();
  const spans = await collector.spans(2);
  const request = spanOf(spans, server);
  const place = spanOf(spans, client);
  expect(request).toMatchObject({
    traceId,
    parentSpanId: 'b7ad6b7169203331',
    name: `chat ${modelId}`,
    service: 'openconverse',
    status: {},
  });
  expect(request.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openconverse.simulated',
    'gen_ai.request.model': modelId,
    'gen_ai.request.max_tokens': 50,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.top_p': 0.25,
    'gen_ai.request.stop_sequences': ['END'],
    'gen_ai.response.finish_reasons': ['end_turn'],
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.usage.cache_read.input_tokens': 7,
    'gen_ai.usage.cache_creation.input_tokens': 3,
    'http.response.status_code': 200,
  });
  expect(place).toMatchObject({ traceId, parentSpanId: request.spanId, name: `chat ${modelId}` });
  expect(place.attributes).toMatchObject({
    'openconverse.place': 'local',
    'gen_ai.usage.output_tokens': 5,
  });
  expect(JSON.stringify(spans)).not.toContain('hello');
});

test.each(['converse-stream', 'invoke-with-response-stream'])(
  'a stream of %s is a span to its end, with its first chunk',
  async (operation) => {
    const collector = await startCollector();
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const seen = await startSeen({ variables });
    const native = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 20 };
    const messages = [{ role: 'user', content: 'hello world' }];
    const body = operation === 'converse-stream' ? {} : { ...native, messages };
    await ask(seen, operation, { body });
    await seen.telemetry.close();
    const request = spanOf(await collector.spans(2), server);
    expect(request.parentSpanId ?? '').toBe('');
    expect(request.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 2,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number) as number,
    });
  },
);

test('messages are in a span only where the environment asks for them', async () => {
  const collector = await startCollector();
  const seen = await startSeen({
    flags: { telemetry: { otlp: collector.url } },
    variables: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
  });
  await ask(seen, 'converse-stream', { body: { system: [{ text: 'Be brief.' }] } });
  await seen.telemetry.close();
  const { attributes } = spanOf(await collector.spans(2), server);
  const parse = (name: string): unknown => JSON.parse(String(attributes[name]));
  expect(parse('gen_ai.input.messages')).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'hello world' }] },
  ]);
  expect(parse('gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }]);
  expect(parse('gen_ai.output.messages')).toEqual([
    {
      role: 'assistant',
      parts: [{ type: 'text', content: 'echo: hello world' }],
      finish_reason: 'end_turn',
    },
  ]);
});

test('each place that was tried is a span, and the one that failed says with what', async () => {
  const collector = await startCollector();
  const place = await startPlace(503);
  const baseUrl = `${place.url}/v1`;
  const providers = {
    first: { type: 'openai-compatible' as const, baseUrl, retries: 0 },
    second: { type: 'simulated' as const },
  };
  const models = { '*': [{ provider: 'first' }, { provider: 'second' }] };
  const flags = { simulated: false, providers, models, telemetry: { otlp: collector.url } };
  const seen = await startSeen({ flags });
  const tracestate = 'vendor=a1';
  await ask(seen, 'converse', { headers: { traceparent, tracestate } });
  await seen.telemetry.close();
  const spans = await collector.spans(3);
  const failed = spans.find(({ attributes }) => attributes['openconverse.place'] === 'first');
  expect(failed).toMatchObject({ kind: client, status: { code: 2 } });
  expect(failed?.attributes).toMatchObject({
    'error.type': 'ServiceUnavailableException',
    'gen_ai.provider.name': 'openai',
  });
  expect(spanOf(spans, server).status).toEqual({ code: 0 });
  // The place hears of the span that stands for asking it.
  expect(place.headers()['traceparent']).toBe(`00-${traceId}-${failed?.spanId}-01`);
  expect(place.headers()['tracestate']).toBe(tracestate);
});

test('a request that fails is a span that says with what', async () => {
  const collector = await startCollector();
  const seen = await startSeen({ flags: { telemetry: { otlp: collector.url } } });
  await ask(seen, 'converse', { body: { inferenceConfig: { temperature: 9 } } });
  await seen.telemetry.close();
  const [span] = await collector.spans(1);
  expect(span).toMatchObject({ kind: server, status: { code: 2 } });
  expect(span?.attributes).toMatchObject({
    'error.type': 'ValidationException',
    'http.response.status_code': 400,
  });
});

test('without a collector the trace of the client goes on as it came', async () => {
  const place = await startPlace(503);
  const baseUrl = `${place.url}/v1`;
  const providers = { away: { type: 'openai-compatible' as const, baseUrl, retries: 0 } };
  const flags = { simulated: false, providers, models: { '*': { provider: 'away' } } };
  const seen = await startSeen({ flags: { ...flags, telemetry: { metrics: false } } });
  await ask(seen, 'converse', { headers: { traceparent, tracestate: 'vendor=a1' } });
  expect(place.headers()).toMatchObject({ traceparent, tracestate: 'vendor=a1' });
  await ask(seen, 'converse', { headers: { traceparent: 'nonsense' } });
  expect(place.headers()).not.toHaveProperty('traceparent');
});

test('a collector that is gone costs one warning, and no answer', async () => {
  const seen = await startSeen({ flags: { telemetry: { otlp: 'http://127.0.0.1:1' } } });
  expect((await ask(seen, 'converse')).status).toBe(200);
  await seen.telemetry.close();
  expect(
    seen.lines.filter((line) => /spans (?:could not be|are not) sent/.test(line)),
  ).toHaveLength(1);
});

function spanOf(spans: readonly CollectedSpan[], kind: number): CollectedSpan {
  const span = spans.find((each) => each.kind === kind);
  if (span === undefined) throw new Error('there is no such span');
  return span;
}

interface Asked {
  readonly url: string;
  /** Of the last request. */
  headers(): IncomingHttpHeaders;
}

/** A place that answers each request with a status and nothing more. */
async function startPlace(status: number): Promise<Asked> {
  let headers: IncomingHttpHeaders = {};
  const http = createServer((request, response) => {
    headers = request.headers;
    request.resume();
    response.writeHead(status).end();
  });
  http.listen(0, '127.0.0.1');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, headers: () => headers };
}
