// The unmodified AWS SDK for JavaScript, with its default handler, against the embedded model.

import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guideModelIds } from './model-ids.ts';
import { showStderrOfFailures, startEmbedded } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

let server: ServerProcess;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  server = await startEmbedded();
  client = new BedrockRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' },
  });
});

afterAll(async () => {
  client.destroy();
  expect(await server.stop()).toBe(0);
});

showStderrOfFailures(() => server);

test('each model ID of the guide answers in text', async () => {
  for (const modelId of guideModelIds) {
    const { output, usage } = await client.send(new ConverseCommand(question(modelId)));
    expect(output?.message?.content?.[0]?.text).toMatch(/\S/);
    expect(usage?.outputTokens).toBeGreaterThan(0);
    expect(usage?.outputTokens).toBeLessThanOrEqual(16);
  }
});

test('each model ID of the guide streams', async () => {
  for (const modelId of guideModelIds) {
    const { stream } = await client.send(new ConverseStreamCommand(question(modelId)));
    const events: ConverseStreamOutput[] = [];
    for await (const event of stream ?? []) events.push(event);
    const deltas = events.filter((event) => event.contentBlockDelta);
    // Tokens leave as they are made: an answer of many tokens is not one delta.
    expect(deltas.length).toBeGreaterThan(1);
    expect(events.at(-2)?.messageStop?.stopReason).toMatch(/^(end_turn|max_tokens)$/);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(0);
  }
});

function question(modelId: string) {
  return {
    modelId,
    messages: [{ role: 'user' as const, content: [{ text: 'Explain container orchestration.' }] }],
    inferenceConfig: { maxTokens: 16, temperature: 0 },
  };
}
