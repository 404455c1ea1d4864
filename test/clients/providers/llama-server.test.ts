// The server of llama.cpp itself behind ours: a real model over a real socket, asked by the
// JavaScript SDK as Converse and as InvokeModel in two formats.

import {
  AccessDeniedException,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockRuntimeClient, ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showStderrOfFailures } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { buildTimeoutMs, llamaApiKey, llamaModel, startLlamaServer } from './llama-server.ts';
import type { LlamaServer } from './llama-server.ts';
import { until } from './peer.ts';
import { ask, createClient, startWith, stream, textKinds } from './stage.ts';
import { call, forced, offered } from './weather.ts';

let place: LlamaServer;
let server: ServerProcess;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  place = await startLlamaServer({ template: 'llama.jinja' });
  const there = { type: 'openai-compatible', vendor: 'llama.cpp', baseUrl: `${place.origin}/v1` };
  server = await startWith({
    providers: {
      llama: { ...there, apiKey: llamaApiKey },
      refused: { ...there, apiKey: 'another-key' },
      messages: { type: 'anthropic', baseUrl: place.origin, apiKey: llamaApiKey },
    },
    models: {
      refused: { provider: 'refused', model: llamaModel },
      messages: { provider: 'messages', model: llamaModel, family: 'claude' },
      '*': { provider: 'llama', model: llamaModel },
    },
  });
  client = createClient(server);
}, buildTimeoutMs);

afterAll(async () => {
  client.destroy();
  await server.stop();
  await place.stop();
});

showStderrOfFailures(() => server);

const llama = 'meta.llama3-1-8b-instruct-v1:0';
const claude = 'anthropic.claude-3-haiku-20240307-v1:0';
/** As its server takes OpenAI's format, and as it takes Anthropic's. */
const doors = [
  ['chat completions', llama],
  ['messages', 'messages'],
] as const;

test.each(doors)('an answer is whole, in %s', async (_door, modelId) => {
  const answer = await client.send(new ConverseCommand({ modelId, ...ask('Name three fruits.') }));
  const { output, stopReason, usage, metrics } = answer;
  expect(output?.message?.role).toBe('assistant');
  expect(output?.message?.content).toEqual([{ text: expect.stringMatching(/\S/) as unknown }]);
  expect(stopReason).toMatch(/^(end_turn|max_tokens)$/);
  expect(metrics?.latencyMs).toBeGreaterThan(0);
  const { inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0 } = usage ?? {};
  expect(outputTokens).toBeGreaterThan(2);
  expect(usage?.totalTokens).toBe(inputTokens + outputTokens + cacheReadInputTokens);
});

test.each(doors)(
  'a stream has every event, and counts its tokens, in %s',
  async (_door, modelId) => {
    const { kinds, texts, stopReason, usage } = await stream(client, {
      modelId,
      ...ask('Count from one to twenty.', 8),
    });
    expect(kinds).toEqual(textKinds);
    expect(texts.length).toBeGreaterThan(3);
    expect(stopReason).toBe('max_tokens');
    expect(usage).toMatchObject({ outputTokens: 8 });
    const { inputTokens = 0, cacheReadInputTokens = 0 } = usage ?? {};
    expect(inputTokens + cacheReadInputTokens).toBeGreaterThan(10);
  },
);

test.each(doors)(
  'what was read before is told as read from the cache, in %s',
  async (_d, modelId) => {
    const asked = { modelId, ...ask(`Repeat after me: ${'a long story, '.repeat(40)}`, 2) };
    await client.send(new ConverseCommand(asked));
    const { usage } = await client.send(new ConverseCommand(asked));
    expect(usage?.cacheReadInputTokens).toBeGreaterThan(100);
    expect(usage?.inputTokens).toBeLessThan(20);
    expect(usage?.cacheWriteInputTokens ?? 0).toBe(0);
  },
);

test.each(doors)('maxTokens ends the answer, in %s', async (_door, modelId) => {
  const asked = ask('Tell a long story.', 5);
  const { stopReason, usage } = await client.send(new ConverseCommand({ modelId, ...asked }));
  expect({ stopReason, outputTokens: usage?.outputTokens }).toEqual({
    stopReason: 'max_tokens',
    outputTokens: 5,
  });
});

test.each(doors)('a stop sequence ends the answer before itself, in %s', async (_door, modelId) => {
  const { messages, inferenceConfig } = ask('Tell a story about a tree.', 60);
  const inputs = { ...inferenceConfig, stopSequences: ['e'] };
  const asked = { modelId, messages, inferenceConfig: inputs };
  const whole = await client.send(new ConverseCommand(asked));
  const text = whole.output?.message?.content?.[0]?.text ?? '';
  expect(text).not.toContain('e');
  expect(whole.usage?.outputTokens).toBeLessThan(60);
  const streamed = await stream(client, asked);
  expect(streamed.texts.join('')).not.toContain('e');
  // It does not say in either format which end it was.
  for (const { stopReason } of [whole, streamed]) {
    expect(stopReason).toMatch(/^(end_turn|stop_sequence)$/);
  }
});

test.each(doors)('system text reaches the model, in %s', async (_door, modelId) => {
  const count = async (input: Partial<ConverseCommandInput>): Promise<number> => {
    const asked = { modelId, ...ask('Hello', 1), ...input };
    const { usage } = await client.send(new ConverseCommand(asked));
    return (usage?.inputTokens ?? 0) + (usage?.cacheReadInputTokens ?? 0);
  };
  const system = [{ text: 'apple '.repeat(50) }, { text: 'pear '.repeat(50) }];
  expect((await count({ system })) - (await count({}))).toBeGreaterThan(90);
});

const schema = {
  type: 'object',
  properties: { city: { enum: ['Zürich', 'Bern'] }, sunny: { type: 'boolean' } },
  required: ['city', 'sunny'],
  additionalProperties: false,
};

test('a JSON schema is kept to by its grammar, whole and streamed', async () => {
  const jsonSchema = { name: 'weather', schema: JSON.stringify(schema) };
  const textFormat = { type: 'json_schema' as const, structure: { jsonSchema } };
  const asked = { modelId: llama, ...ask('How is it in Bern?', 60), outputConfig: { textFormat } };
  const { output } = await client.send(new ConverseCommand(asked));
  const { texts } = await stream(client, asked);
  for (const text of [output?.message?.content?.[0]?.text ?? '', texts.join('')]) {
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(value).toSorted()).toEqual(['city', 'sunny']);
    expect(['Zürich', 'Bern']).toContain(value['city']);
    expect(value['sunny']).toBeTypeOf('boolean');
  }
});

test.each(doors)('a tool is called, and its result is read, in %s', async (_door, modelId) => {
  const { messages = [], ...asked } = ask('What is the weather in Seattle?', 250);
  const first = await client.send(
    new ConverseCommand({ modelId, messages, ...asked, toolConfig: forced }),
  );
  expect(first.stopReason).toBe('tool_use');
  const content = first.output?.message?.content ?? [];
  const toolUse = content.find((block) => block.toolUse !== undefined)?.toolUse;
  expect(toolUse).toMatchObject(call);
  const result = { toolUseId: toolUse?.toolUseId, content: [{ json: { temperature: '54F' } }] };
  const loop: ConverseCommandInput['messages'] = [
    ...messages,
    { role: 'assistant', content },
    { role: 'user', content: [{ toolResult: result }] },
  ];
  const inferenceConfig = { maxTokens: 8, temperature: 0 };
  const second = await client.send(
    new ConverseCommand({ modelId, messages: loop, inferenceConfig, toolConfig: offered }),
  );
  expect(second.output?.message?.content?.length).toBeGreaterThan(0);
  const { inputTokens = 0, cacheReadInputTokens = 0 } = second.usage ?? {};
  const before = (first.usage?.inputTokens ?? 0) + (first.usage?.cacheReadInputTokens ?? 0);
  expect(inputTokens + cacheReadInputTokens).toBeGreaterThan(before);
});

test.each(doors)('a tool is called in a stream, in %s', async (_door, modelId) => {
  const asked = { modelId, ...ask('What is the weather in Seattle?', 250), toolConfig: forced };
  const { toolUses, stopReason } = await stream(client, asked);
  expect({ toolUses, stopReason }).toEqual({ toolUses: [call], stopReason: 'tool_use' });
});

test('InvokeModel answers in the format of Claude', async () => {
  const body = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 6,
    temperature: 0,
    system: 'You are brief.',
    messages: [{ role: 'user', content: 'Tell a story.' }],
  });
  const answer = await client.send(new InvokeModelCommand({ modelId: claude, body }));
  expect(JSON.parse(answer.body.transformToString())).toMatchObject({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: expect.stringMatching(/\S/) as unknown }],
    stop_reason: 'max_tokens',
    usage: { output_tokens: 6 },
  });
  const events = await nativeStream({ modelId: claude, body });
  expect(events.map(({ type }) => type).filter((type) => type !== 'content_block_delta')).toEqual([
    'message_start',
    'content_block_start',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

test('InvokeModel answers in the format of Llama', async () => {
  const prompt =
    '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nTell a story.<|eot_id|>' +
    '<|start_header_id|>assistant<|end_header_id|>\n\n';
  const body = JSON.stringify({ prompt, max_gen_len: 6, temperature: 0 });
  const answer = await client.send(new InvokeModelCommand({ modelId: llama, body }));
  expect(JSON.parse(answer.body.transformToString())).toMatchObject({
    generation: expect.stringMatching(/\S/) as unknown,
    generation_token_count: 6,
    stop_reason: 'length',
  });
  const events = await nativeStream({ modelId: llama, body });
  expect(events.map(({ generation }) => generation).join('')).toMatch(/\S/);
  expect(events.at(-1)).toMatchObject({ stop_reason: 'length', generation_token_count: 6 });
});

test.each(doors)(
  'a prompt that is too long is refused in the words of AWS, in %s',
  async (_d, id) => {
    const asked = { modelId: id, ...ask('word '.repeat(6_000)) };
    const refusal = {
      name: 'ValidationException',
      message: 'Input is too long for requested model.',
    };
    const whole = client.send(new ConverseCommand(asked));
    await expect(whole).rejects.toBeInstanceOf(ValidationException);
    await expect(whole).rejects.toMatchObject(refusal);
    await expect(stream(client, asked)).rejects.toMatchObject(refusal);
  },
);

test('a key that the place does not know is our caller’s AccessDeniedException', async () => {
  const refused = client.send(new ConverseCommand({ modelId: 'refused', ...ask('Hello') }));
  await expect(refused).rejects.toBeInstanceOf(AccessDeniedException);
  await expect(refused).rejects.toMatchObject({
    message: expect.not.stringContaining('another-key') as unknown,
  });
});

test('tokens are counted where the place counts', async () => {
  const { messages } = ask('How many tokens are these?');
  const input = { converse: { messages } };
  const counted = await client.send(new CountTokensCommand({ modelId: 'messages', input }));
  const { usage } = await client.send(
    new ConverseCommand({ modelId: 'messages', ...ask('How many tokens are these?') }),
  );
  expect(counted.inputTokens).toBe((usage?.inputTokens ?? 0) + (usage?.cacheReadInputTokens ?? 0));
  await expect(client.send(new CountTokensCommand({ modelId: llama, input }))).rejects.toThrow(
    "The provided model doesn't support counting tokens.",
  );
});

const endless: Partial<ConverseCommandInput> = {
  inferenceConfig: { maxTokens: 1_500, temperature: 0 },
  // A minute and more of work, unless somebody ends it.
  additionalModelRequestFields: { ignore_eos: true },
};

test('a client that leaves a stream frees its slot', async () => {
  const leaving = new AbortController();
  const asked = { modelId: llama, ...ask('Tell a story.'), ...endless };
  const { stream: source } = await client.send(new ConverseStreamCommand(asked), {
    abortSignal: leaving.signal,
  });
  const events = source?.[Symbol.asyncIterator]();
  await events?.next();
  expect(await place.busySlots()).toBe(1);
  leaving.abort();
  await until(
    () => place.busySlots(),
    (busy) => busy === 0,
    5_000,
  );
});

test('a client that leaves before the answer frees its slot', async () => {
  const leaving = new AbortController();
  const asked = { modelId: llama, ...ask('Tell a story.'), ...endless };
  const answer = client.send(new ConverseCommand(asked), { abortSignal: leaving.signal });
  const left = expect(answer).rejects.toThrow(/abort/i);
  await until(
    () => place.busySlots(),
    (busy) => busy === 1,
    20_000,
  );
  leaving.abort();
  await left;
  await until(
    () => place.busySlots(),
    (busy) => busy === 0,
    5_000,
  );
});

async function nativeStream(
  input: ConstructorParameters<typeof InvokeModelWithResponseStreamCommand>[0],
): Promise<readonly Record<string, unknown>[]> {
  const { body } = await client.send(new InvokeModelWithResponseStreamCommand(input));
  const events: Record<string, unknown>[] = [];
  for await (const { chunk } of body ?? []) {
    events.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, unknown>);
  }
  return events;
}
