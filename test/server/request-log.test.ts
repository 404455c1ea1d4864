// What the log says of a request: one line, when its answer has ended, and no secret.

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, foundationModelId, modelId, startSeen } from './seen.ts';

test('a whole answer is one line with what it asked, got and cost', async () => {
  const seen = await startSeen({ flags: { logLevel: 'info' } });
  const requestMetadata = { team: 'blue' };
  const { headers, bytes } = await ask(seen, 'converse', { body: { requestMetadata } });
  const [line, ...more] = seen.requests();
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    level: 'info',
    requestId: headers.get('x-amzn-requestid'),
    operation: 'Converse',
    modelId,
    foundationModelId,
    servedBy: 'simulated',
    place: 'local',
    status: 200,
    outcome: 'whole',
    stopReason: 'end_turn',
    usage: { inputTokens: 2, outputTokens: 3 },
    bytesOut: bytes.length,
    requestMetadata,
  });
  expect(line?.['latencyMs']).toBeGreaterThanOrEqual(0);
  expect(line?.['bytesIn']).toBeGreaterThan(50);
  expect(line).not.toHaveProperty('exception');
  expect(seen.lines.join('')).not.toContain('hello');
});

test.each(['converse-stream', 'invoke-with-response-stream'])(
  'a stream of %s is logged when it has ended, with its first byte and its usage',
  async (operation) => {
    const seen = await startSeen({ flags: { logLevel: 'info' } });
    const native = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 20 };
    const messages = [{ role: 'user', content: 'hello world' }];
    const body = operation === 'converse-stream' ? {} : { ...native, messages };
    const { bytes } = await ask(seen, operation, { body });
    expect(seen.requests()).toMatchObject([
      {
        outcome: 'whole',
        stopReason: 'end_turn',
        usage: { inputTokens: 2, outputTokens: 3 },
        bytesOut: bytes.length,
        firstByteMs: expect.any(Number) as number,
      },
    ]);
  },
);

test('a refusal is logged by its exception', async () => {
  const seen = await startSeen({ flags: { logLevel: 'info' } });
  await ask(seen, 'converse', { body: { inferenceConfig: { temperature: 9 } } });
  await fetch(`${seen.url}/nowhere`);
  expect(seen.requests()).toMatchObject([
    { operation: 'Converse', status: 400, exception: 'ValidationException', outcome: 'failed' },
    { operation: null, status: 404, exception: 'UnknownOperationException', outcome: 'failed' },
  ]);
});

test('a stream that fails on its way is logged by its exception', async () => {
  const seen = await startSeen({ flags: { logLevel: 'info' } });
  const fault = { after: 1, error: { type: 'ModelStreamErrorException', message: 'lost' } };
  seen.engine.simulation?.script.append([{ text: 'one two three', stream: { fault } }]);
  await ask(seen, 'converse-stream');
  expect(seen.requests()).toMatchObject([
    { status: 200, exception: 'ModelStreamErrorException', outcome: 'failed' },
  ]);
});

test('a stream that a script cuts is logged as cut', async () => {
  const seen = await startSeen({ flags: { logLevel: 'info' } });
  seen.engine.simulation?.script.append([
    { text: 'one two three', stream: { fault: { after: 1, error: 'cut' } } },
  ]);
  await expect(ask(seen, 'converse-stream')).rejects.toThrow();
  expect(seen.requests()).toMatchObject([{ outcome: 'cut' }]);
});

test('a client that leaves in the middle is logged as one that left', async () => {
  const seen = await startSeen({ flags: { logLevel: 'info' } });
  seen.engine.simulation?.script.append([
    { text: 'one two three', stream: { delayMs: 60_000 } },
    { text: 'late', delayMs: 60_000 },
  ]);
  const stream = httpRequest(`${seen.url}/model/${modelId}/converse-stream`, { method: 'POST' });
  stream.end(JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'hi' }] }] }));
  const [response] = (await once(stream, 'response')) as [IncomingMessage];
  await once(response, 'data');
  response.destroy();
  await expect.poll(() => seen.requests()).toMatchObject([{ status: 200, outcome: 'left' }]);

  const whole = httpRequest(`${seen.url}/model/${modelId}/converse`, { method: 'POST' });
  whole.on('error', () => {
    // It is ended by ourselves.
  });
  whole.end(JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'hi' }] }] }));
  await expect.poll(() => seen.port.openStreams).toBe(1);
  whole.destroy();
  await expect.poll(() => seen.requests().length).toBe(2);
  expect(seen.requests()[1]).toMatchObject({ status: null, outcome: 'left' });
});

test('places that failed before one answered are named with their exceptions', async () => {
  const providers = {
    first: { type: 'openai-compatible' as const, baseUrl: 'http://127.0.0.1:1/v1', retries: 1 },
    second: { type: 'simulated' as const },
  };
  const models = { '*': [{ provider: 'first' }, { provider: 'second' }] };
  const seen = await startSeen({
    flags: { simulated: false, providers, models, logLevel: 'info' },
  });
  const { status } = await ask(seen, 'converse');
  expect(status).toBe(200);
  const failure = { place: 'first', exception: 'ServiceUnavailableException' };
  expect(seen.requests()).toMatchObject([
    { place: 'second', servedBy: 'simulated', failedAttempts: [failure, failure] },
  ]);
});

test('bodies are logged where they are asked for, without what looks like a secret', async () => {
  const telemetry = { log: { bodies: true } };
  const keys = [{ apiKey: 'tell-nobody-1234', name: 'ci' }];
  const seen = await startSeen({ flags: { telemetry, keys, logLevel: 'info' } });
  const authorization = 'Bearer tell-nobody-1234';
  const content = [{ text: 'my key is tell-nobody-1234' }];
  const additionalModelRequestFields = { api_key: 'another', nested: { password: 'third' } };
  const { status } = await ask(seen, 'converse', {
    headers: { authorization },
    body: { messages: [{ role: 'user', content }], additionalModelRequestFields },
  });
  expect(status).toBe(200);
  const [line] = seen.requests();
  expect(line?.['key']).toBe('ci');
  expect(line?.['sent']).toContain('my key is [redacted]');
  expect(line?.['answered']).toContain('echo: my key is [redacted]');
  for (const secret of ['tell-nobody', 'another', 'third']) {
    expect(seen.lines.join('')).not.toContain(secret);
  }
});

test('above the level of the log nothing is written, and nobody is asked to', async () => {
  const seen = await startSeen({ flags: { logLevel: 'warn' } });
  await ask(seen, 'converse');
  expect(seen.lines).toEqual([]);
});

test('with all of it off no object is made for a request', async () => {
  const off = await startSeen({ flags: { telemetry: { metrics: false } } });
  const notes = { servedBy: undefined, scripted: false, losses: [], strict: false };
  const request = { requestId: 'r', headers: {}, notes };
  expect(off.telemetry.observe(request)).toBeUndefined();
  expect(off.telemetry.metricsText).toBeUndefined();
});

test('no line ever holds a credential of a request or of the configuration', async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{24,40}$/);
  const sent = fc.record({
    token: secret,
    signature: secret,
    security: secret,
    cookie: secret,
    own: secret,
    operation: fc.constantFrom('converse', 'converse-stream', 'invoke', 'nowhere'),
    bad: fc.boolean(),
  });
  const configured = { accessKeyId: 'AKIDCONFIGURED', secretAccessKey: 'configured+secret/0123' };
  const keys = [configured, { apiKey: 'configured-api-key-4567', name: 'named' }];
  const telemetry = { log: { bodies: true } };
  const seen = await startSeen({ flags: { logLevel: 'debug', keys, telemetry } });
  await fc.assert(
    fc.asyncProperty(sent, async ({ token, signature, security, cookie, own, ...rest }) => {
      const scope = 'AKIDCONFIGURED/20260101/us-east-1/bedrock/aws4_request';
      const authorization = rest.bad
        ? `Bearer ${token}`
        : `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${signature}`;
      await ask(seen, `${rest.operation}?X-Amz-Security-Token=${security}`, {
        headers: { authorization, 'x-amz-security-token': security, cookie, 'x-api-key': own },
      });
      const logged = seen.lines.join('\n');
      for (const value of [token, signature, security, cookie, own]) {
        expect(logged).not.toContain(value);
      }
      expect(logged).not.toContain(configured.secretAccessKey);
      expect(logged).not.toContain('configured-api-key-4567');
    }),
    { numRuns: 60 },
  );
  expect(seen.requests().length).toBeGreaterThanOrEqual(60);
});
