// The library over the real model: in process, and under AWS's own client.

import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, expect, test } from 'vitest';
import { createConverse, requestHandler } from '../../src/index.ts';
import { loadConfig } from '../../src/service/config.ts';

// Where the server keeps its weights, so that a machine brings them once.
const { data } = loadConfig({ variables: process.env });
const converse = createConverse({ data });
const modelId = 'anthropic.claude-sonnet-4-20250514';
const question = 'What is the capital of France?';

afterAll(() => converse.close());

test('chat answers in text', async () => {
  expect(await converse.chat(modelId, question, 'Be brief.', 64)).toMatch(/\w/);
});

test('a response says that a stand-in gave it', async () => {
  const { usage, $metadata } = await converse.converse({
    modelId,
    messages: [{ role: 'user', content: [{ text: question }] }],
    inferenceConfig: { maxTokens: 8, temperature: 0 },
  });
  expect(usage.outputTokens).toBeLessThanOrEqual(8);
  expect($metadata.servedBy).toBe('embedded/smollm2-135m-instruct; stand-in');
});

test('loops that are left early give their place to those who come', async () => {
  // More than there are places for: were one kept, the last would wait for ever.
  for (let count = 0; count < 5; count += 1) {
    const { stream } = await converse.converseStream({
      modelId,
      messages: [{ role: 'user', content: [{ text: 'Tell me a very long story.' }] }],
    });
    for await (const event of stream) if ('contentBlockDelta' in event) break;
  }
  expect(await converse.chat(modelId, question, '', 64)).toMatch(/\w/);
});

test("AWS's own client streams from the model in this process", async () => {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    requestHandler: requestHandler(converse),
  });
  const { stream } = await client.send(
    new ConverseStreamCommand({
      modelId,
      messages: [{ role: 'user', content: [{ text: question }] }],
      inferenceConfig: { maxTokens: 64, temperature: 0 },
    }),
  );
  let text = '';
  for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? '';
  expect(text).toContain('Paris');
});
