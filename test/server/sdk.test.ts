// The AWS SDK for JavaScript as it comes, with its default handler: h2c with prior knowledge.

import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { expect, onTestFinished, test } from 'vitest';
import type { WireRequest } from '../../src/protocol/wire/http.ts';
import { startPort } from './fixture.ts';

const reply = {
  output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

test('the SDK reaches the port by HTTP/2 in the clear', async () => {
  const seen: string[] = [];
  const handler = async (request: WireRequest) => {
    const { messages } = JSON.parse(Buffer.from(await request.body()).toString()) as {
      messages: { content: { text: string }[] }[];
    };
    seen.push(`${request.httpVersion} ${request.target} ${messages[0]?.content[0]?.text}`);
    const headers = { 'content-type': 'application/json' };
    return { status: 200, headers, body: Buffer.from(JSON.stringify(reply)) };
  };
  const port = await startPort({ handler });
  const client = new BedrockRuntimeClient({
    endpoint: port.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  onTestFinished(() => client.destroy());
  const output = await client.send(
    new ConverseCommand({
      modelId: 'meta.llama3-8b-instruct-v1:0',
      messages: [{ role: 'user', content: [{ text: 'hi' }] }],
    }),
  );
  expect(output.output?.message?.content?.[0]?.text).toBe('hello');
  expect(seen).toEqual(['2.0 /model/meta.llama3-8b-instruct-v1%3A0/converse hi']);
});
