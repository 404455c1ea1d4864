// LiteLLM's proxy behind ours, and llama.cpp's server behind that: our providers for Anthropic's
// format and for OpenAI's against somebody else's idea of them.

import {
  ConverseCommand,
  CountTokensCommand,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockRuntimeClient, ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showStderrOfFailures } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { litellmKey, passedOn, startLitellm, translated, unreachable } from './litellm.ts';
import type { Litellm } from './litellm.ts';
import { buildTimeoutMs, startLlamaServer } from './llama-server.ts';
import type { LlamaServer } from './llama-server.ts';
import { ask, createClient, startWith, stream, textKinds } from './stage.ts';
import { call, forced, offered } from './weather.ts';

let llama: LlamaServer;
let place: Litellm;
let server: ServerProcess;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  llama = await startLlamaServer({ template: 'llama.jinja' });
  place = await startLitellm(llama.origin);
  const openai = { type: 'openai-compatible', baseUrl: `${place.origin}/v1` };
  server = await startWith({
    providers: {
      claude: { type: 'anthropic', baseUrl: place.origin, apiKey: litellmKey },
      openai: { ...openai, apiKey: litellmKey, retries: 0 },
    },
    models: {
      'anthropic.claude-sonnet-4-*': { provider: 'claude' },
      'passed-on': { provider: 'claude', model: passedOn, family: 'claude' },
      'no-such-model': { provider: 'claude', family: 'claude' },
      unreachable: { provider: 'openai', model: unreachable },
      '*': { provider: 'openai', model: translated },
    },
  });
  client = createClient(server);
}, buildTimeoutMs);

afterAll(async () => {
  client.destroy();
  await server.stop();
  await place.stop();
  await llama.stop();
});

showStderrOfFailures(() => server);

/** Anthropic's format translated there, Anthropic's passed on, and OpenAI's. */
const ways = [
  ['Anthropic’s format, translated', 'anthropic.claude-sonnet-4-20250514-v1:0'],
  ['Anthropic’s format, passed on', 'passed-on'],
  ['OpenAI’s format', 'mistral.mistral-large-2407-v1:0'],
] as const;

test.each(ways)('an answer is whole, in %s', async (_way, modelId) => {
  const asked = { modelId, ...ask('Tell a long story.', 8) };
  const { output, stopReason, usage } = await client.send(new ConverseCommand(asked));
  expect(output?.message?.content).toEqual([{ text: expect.stringMatching(/\S/) as unknown }]);
  expect({ stopReason, outputTokens: usage?.outputTokens }).toEqual({
    stopReason: 'max_tokens',
    outputTokens: 8,
  });
  const { inputTokens = 0, cacheReadInputTokens = 0 } = usage ?? {};
  expect(inputTokens + cacheReadInputTokens).toBeGreaterThan(5);
  expect(usage?.totalTokens).toBe(inputTokens + cacheReadInputTokens + 8);
});

test.each(ways)('a stream has every event, and counts its tokens, in %s', async (_way, modelId) => {
  const asked = { modelId, ...ask('Tell a long story.', 8) };
  const { kinds, texts, stopReason, usage } = await stream(client, asked);
  expect(kinds).toEqual(textKinds);
  expect(texts.length).toBeGreaterThan(3);
  expect({ stopReason, outputTokens: usage?.outputTokens }).toEqual({
    stopReason: 'max_tokens',
    outputTokens: 8,
  });
  // What its first event says, nothing was read, is not the last word.
  const { inputTokens = 0, cacheReadInputTokens = 0 } = usage ?? {};
  expect(inputTokens + cacheReadInputTokens).toBeGreaterThan(5);
  expect(usage?.totalTokens).toBe(inputTokens + cacheReadInputTokens + 8);
});

test.each(ways)('a tool is called, whole and in a stream, in %s', async (_way, modelId) => {
  const asked = { modelId, ...ask('What is the weather in Seattle?', 250), toolConfig: forced };
  const { output, stopReason } = await client.send(new ConverseCommand(asked));
  expect(stopReason).toBe('tool_use');
  const toolUse = output?.message?.content?.find((block) => block.toolUse !== undefined)?.toolUse;
  expect(toolUse).toMatchObject(call);
  expect(toolUse?.toolUseId).toMatch(/^[\w-]{1,64}$/);
  const { toolUses, ...streamed } = await stream(client, asked);
  expect({ toolUses, stopReason: streamed.stopReason }).toEqual({
    toolUses: [call],
    stopReason: 'tool_use',
  });
});

test.each(ways)('a tool’s result is read, in %s', async (_way, modelId) => {
  const toolUse = { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Seattle' } };
  const content = [{ json: { temperature: '54F', condition: 'cloudy' } }];
  const { messages = [], inferenceConfig } = ask('What is the weather in Seattle?', 4);
  const loop: ConverseCommandInput['messages'] = [
    ...messages,
    { role: 'assistant', content: [{ text: 'I look it up.' }, { toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'tooluse_1', content } }] },
  ];
  const { output } = await client.send(
    new ConverseCommand({ modelId, messages: loop, inferenceConfig, toolConfig: offered }),
  );
  expect(output?.message?.content).toEqual([{ text: expect.stringMatching(/\S/) as unknown }]);
});

test.each(ways.slice(0, 2))(
  'tokens are counted as the answer counts them, in %s',
  async (_w, id) => {
    const { messages } = ask('How many tokens are these?');
    const input = { converse: { messages } };
    const { inputTokens } = await client.send(new CountTokensCommand({ modelId: id, input }));
    const asked = { modelId: id, ...ask('How many tokens are these?', 1) };
    const { usage } = await client.send(new ConverseCommand(asked));
    expect(inputTokens).toBe((usage?.inputTokens ?? 0) + (usage?.cacheReadInputTokens ?? 0));
  },
);

test('InvokeModel goes through in Claude’s own format', async () => {
  const [[, modelId]] = ways;
  const body = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 6,
    temperature: 0,
    messages: [{ role: 'user', content: 'Tell a long story.' }],
  });
  const answer = await client.send(new InvokeModelCommand({ modelId, body }));
  expect(JSON.parse(answer.body.transformToString())).toMatchObject({
    type: 'message',
    content: [{ type: 'text', text: expect.stringMatching(/\S/) as unknown }],
    stop_reason: 'max_tokens',
    usage: { output_tokens: 6 },
  });
});

test.each(ways)(
  'a prompt that is too long is refused in the words of AWS, in %s',
  async (_w, id) => {
    const asked = { modelId: id, ...ask('word '.repeat(6_000)) };
    const refusal = {
      name: 'ValidationException',
      message: 'Input is too long for requested model.',
    };
    await expect(client.send(new ConverseCommand(asked))).rejects.toMatchObject(refusal);
    await expect(stream(client, asked)).rejects.toMatchObject(refusal);
  },
);

test('a model that the proxy does not have is told by its name', async () => {
  const asked = { modelId: 'no-such-model', ...ask('Hello') };
  const refusal = { message: expect.stringContaining('no-such-model') as unknown };
  await expect(client.send(new ConverseCommand(asked))).rejects.toMatchObject(refusal);
});

test('a server that the proxy does not reach is a failure of the service', async () => {
  const asked = { modelId: 'unreachable', ...ask('Hello') };
  const answer = client.send(new ConverseCommand(asked));
  await expect(answer).rejects.toMatchObject({ $fault: 'server' });
  await expect(stream(client, asked)).rejects.toMatchObject({ $fault: 'server' });
});
