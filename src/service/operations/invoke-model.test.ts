// Native requests at their door, answered by the simulated provider.

import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import { loadConfig } from '../config.ts';
import { createEngine, createNotes } from '../engine.ts';
import type { ServedOperation } from './index.ts';
import type { OperationOutput } from './operation.ts';

const modelId = 'amazon.titan-text-express-v1';

interface Asking {
  readonly body: unknown;
  readonly members?: object;
  readonly tracing?: boolean;
}

async function invoke(operation: ServedOperation, asking: Asking): Promise<OperationOutput> {
  const engine = await createEngine({
    config: loadConfig({ file: devNull, flags: { simulated: true } }),
    environment: createManualEnvironment(),
    weights: () => Promise.reject(new Error('A simulated service needs no weights.')),
  });
  const { signal } = new AbortController();
  const { tracing = false, members, body } = asking;
  const call = { signal, notes: createNotes(), region: null, tracing };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return engine.run(operation, { modelId, body: Buffer.from(text), ...members }, call);
}

const asked = { inputText: 'Say "hi"', textGenerationConfig: { maxTokenCount: 20 } };

test('a native request is answered in its format, with the counts in headers', async () => {
  const output = await invoke('InvokeModel', { body: asked });
  expect(output).toMatchObject({
    body: { results: [{ completionReason: 'FINISH', outputText: expect.any(String) }] },
    headers: {
      'x-amzn-bedrock-input-token-count': expect.stringMatching(/^\d+$/),
      'x-amzn-bedrock-output-token-count': expect.stringMatching(/^\d+$/),
      'x-amzn-bedrock-invocation-latency': '0',
    },
  });
});

test('tier and speed come in headers and are said again in headers', async () => {
  const members = { serviceTier: 'flex', performanceConfigLatency: 'optimized' };
  expect(await invoke('InvokeModel', { body: asked, members })).toMatchObject({
    headers: {
      'x-amzn-bedrock-service-tier': 'flex',
      'x-amzn-bedrock-performanceconfig-latency': 'optimized',
    },
  });
});

test('the last chunk of a native stream, and no other, has the metrics', async () => {
  const output = await invoke('InvokeModelWithResponseStream', { body: asked });
  if (!('chunks' in output)) throw new Error('A stream was asked for.');
  const chunks: object[] = [];
  for await (const batch of output.chunks) {
    for (const event of batch as readonly { readonly chunk: { readonly bytes: Buffer } }[]) {
      chunks.push(JSON.parse(event.chunk.bytes.toString()) as object);
    }
  }
  const metrics = 'amazon-bedrock-invocationMetrics';
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.slice(0, -1).every((chunk) => !(metrics in chunk))).toBe(true);
  expect(chunks.at(-1)).toMatchObject({
    [metrics]: {
      inputTokenCount: expect.any(Number),
      outputTokenCount: expect.any(Number),
      invocationLatency: 0,
      firstByteLatency: 0,
    },
  });
});

test('the trace says who answered, where it is asked for', async () => {
  expect(await invoke('InvokeModel', { body: asked, tracing: true })).toMatchObject({
    body: { 'amazon-bedrock-trace': { openconverse: { servedBy: 'simulated', losses: [] } } },
  });
});

test.each([
  ['{', 'Malformed input request, please reformat your input and try again.'],
  [
    '[]',
    'Malformed input request: #: expected type: JSONObject, found: a list, ' +
      'please reformat your input and try again.',
  ],
  [
    '{}',
    'Malformed input request: #: required key [inputText] not found, ' +
      'please reformat your input and try again.',
  ],
  [
    '{"inputText":"a","top_k":1}',
    'Malformed input request: #: extraneous key [top_k] is not permitted, ' +
      'please reformat your input and try again.',
  ],
])('the body %s is refused', async (body, message) => {
  const refused = expect(invoke('InvokeModel', { body })).rejects;
  await refused.toMatchObject({ name: 'ValidationException', message });
});

test('an empty body is refused as the model would refuse it', async () => {
  await expect(invoke('InvokeModel', { body: '' })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
