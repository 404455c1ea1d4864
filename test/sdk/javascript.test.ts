// The unmodified AWS SDK for JavaScript with its default handlers: HTTP/2 with prior knowledge for
// the runtime, HTTP/1.1 for the control plane, against the simulated model.

import {
  BedrockClient,
  GetFoundationModelCommand,
  ListFoundationModelsCommand,
  ValidationException as ControlValidationException,
} from '@aws-sdk/client-bedrock';
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  ModelStreamErrorException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import type {
  ConverseCommandInput,
  ConverseStreamOutput,
  Message,
} from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { guideModelIds } from '../clients/model-ids.ts';
import { showStderrOfFailures, startServer } from '../clients/server-process.ts';
import type { ServerProcess } from '../clients/server-process.ts';

const [modelId] = guideModelIds;

let server: ServerProcess;
let client: BedrockRuntimeClient;
let control: BedrockClient;

beforeAll(async () => {
  server = await startServer({ flags: ['--simulated'] });
  client = new BedrockRuntimeClient({ ...configuration(), maxAttempts: 1 });
  control = new BedrockClient(configuration());
});

afterAll(async () => {
  client.destroy();
  control.destroy();
  expect(await server.stop()).toBe(0);
});

beforeEach(() => server.reset());
showStderrOfFailures(() => server);

test('each model ID of the guide answers in text, asked over HTTP/2', async () => {
  for (const id of guideModelIds) {
    const { output, stopReason, usage, metrics, $metadata } = await client.send(
      new ConverseCommand(asking('Hello there', id)),
    );
    expect(output?.message).toEqual({
      role: 'assistant',
      content: [{ text: 'echo: Hello there' }],
    });
    expect({ stopReason, outputTokens: usage?.outputTokens }).toEqual({
      stopReason: 'end_turn',
      outputTokens: 3,
    });
    expect(metrics?.latencyMs).toBeGreaterThanOrEqual(0);
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  }
  const journal = await server.journal();
  expect(journal.map((entry) => [entry.modelId, entry.httpVersion])).toEqual(
    guideModelIds.map((id) => [id, '2.0']),
  );
});

test('each model ID of the guide streams, a delta a token', async () => {
  for (const id of guideModelIds) {
    const events = await eventsOf(asking('Hello there', id));
    expect(events.slice(0, -1)).toEqual([
      { messageStart: { role: 'assistant' } },
      ...['echo:', ' Hello', ' there'].map((text) => ({
        contentBlockDelta: { contentBlockIndex: 0, delta: { text } },
      })),
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
    ]);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(3);
  }
});

test('the tool loop completes', async () => {
  const messages: Message[] = [
    { role: 'user', content: [{ text: '[[call get_weather {"city": "Seattle"}]]' }] },
  ];
  const input = { modelId, messages, toolConfig: weatherTools };
  const first = await client.send(new ConverseCommand(input));
  const call = first.output?.message?.content?.[0]?.toolUse;
  expect(first.stopReason).toBe('tool_use');
  expect(call).toMatchObject({ name: 'get_weather', input: { city: 'Seattle' } });

  messages.push({ role: 'assistant', content: first.output?.message?.content });
  messages.push(answering(call?.toolUseId, { temperature: '54F', condition: 'cloudy' }));
  const second = await client.send(new ConverseCommand(input));
  expect(second.stopReason).toBe('end_turn');
  expect(second.output?.message?.content).toEqual([
    { text: 'result: {"temperature":"54F","condition":"cloudy"}' },
  ]);
});

test('a streamed tool call opens its block, and its input joins to the JSON', async () => {
  const text = '[[call get_weather {"city": "San Francisco"}]]';
  const events = await eventsOf({ ...asking(text, modelId), toolConfig: weatherTools });
  const start = events.find((event) => event.contentBlockStart)?.contentBlockStart?.start;
  const parts = events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '');
  expect(start?.toolUse?.name).toBe('get_weather');
  expect(JSON.parse(parts.join(''))).toEqual({ city: 'San Francisco' });
  expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'tool_use' } });
});

test('tokens are counted as a request would be', async () => {
  const { messages } = asking('How many tokens are these?', modelId);
  const counted = await client.send(
    new CountTokensCommand({ modelId, input: { converse: { messages } } }),
  );
  const answered = await client.send(new ConverseCommand({ modelId, messages }));
  expect(counted.inputTokens).toBeGreaterThan(0);
  expect(counted.inputTokens).toBe(answered.usage?.inputTokens);
});

test('an unknown model is a ResourceNotFoundException that names the nearest ID', async () => {
  const asked = client.send(
    new ConverseCommand(asking('Hello', 'meta.llama3-1-70b-instruct-v9:9')),
  );
  const error = await failureOf(asked);
  expect(error).toBeInstanceOf(ResourceNotFoundException);
  expect(error.message).toContain('meta.llama3-1-70b-instruct-v1:0');
});

test('a malformed request is a ValidationException', async () => {
  const error = await failureOf(client.send(new ConverseCommand({ modelId, messages: [] })));
  expect(error).toBeInstanceOf(ValidationException);
  expect(error).toMatchObject({ $fault: 'client', $metadata: { httpStatusCode: 400 } });
});

test('a body over 25 MB is a ValidationException that names the limit', async () => {
  const error = await failureOf(
    client.send(new ConverseCommand(asking('x'.repeat(25_000_001), modelId))),
  );
  expect(error).toBeInstanceOf(ValidationException);
  expect(error.message).toMatch(/25000000/);
});

test('a scripted exception is the class that it names', async () => {
  await server.script(
    { error: { type: 'AccessDeniedException', message: 'No access.' } },
    { error: 'ThrottlingException' },
  );
  const denied = await failureOf(client.send(new ConverseCommand(asking('Hello', modelId))));
  expect(denied).toBeInstanceOf(AccessDeniedException);
  expect(denied.message).toBe('No access.');
  const throttled = await failureOf(eventsOf(asking('Hello', modelId)));
  expect(throttled).toBeInstanceOf(ThrottlingException);
  expect(throttled).toMatchObject({ $metadata: { httpStatusCode: 429 } });
});

test('the default retries outlast two throttlings', async () => {
  await server.script({ error: 'ThrottlingException', times: 2 }, { text: 'Third time lucky.' });
  const patient = new BedrockRuntimeClient(configuration());
  const { output, $metadata } = await patient.send(new ConverseCommand(asking('Hello', modelId)));
  patient.destroy();
  expect(output?.message?.content).toEqual([{ text: 'Third time lucky.' }]);
  expect($metadata.attempts).toBe(3);
});

test('an exception in mid-stream is thrown after the deltas before it', async () => {
  const error = { type: 'ModelStreamErrorException', message: 'lost', originalStatusCode: 500 };
  await server.script({ text: 'one two three four', stream: { fault: { after: 2, error } } });
  const seen: ConverseStreamOutput[] = [];
  const thrown = await failureOf(eventsOf(asking('Hello', modelId), seen));
  expect(thrown).toBeInstanceOf(ModelStreamErrorException);
  expect(thrown).toMatchObject({ message: 'lost', originalStatusCode: 500 });
  expect(textOf(seen)).toBe('one two');
});

test('a connection cut in mid-stream is an error, never a short answer', async () => {
  await server.script({ text: 'one two three', stream: { fault: { after: 1, error: 'cut' } } });
  const seen: ConverseStreamOutput[] = [];
  await failureOf(eventsOf(asking('Hello', modelId), seen));
  expect(seen.some((event) => event.messageStop)).toBe(false);
});

test('an aborted stream ends at once and the server answers on', async () => {
  const endless = Array.from({ length: 5000 }, (_, index) => `word${index}`).join(' ');
  await server.script({ text: endless, stream: { delayMs: 20 } });
  const abort = new AbortController();
  const { stream } = await client.send(new ConverseStreamCommand(asking('Hello', modelId)), {
    abortSignal: abort.signal,
  });
  const seen: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) {
    seen.push(event);
    if (seen.length === 3) break;
  }
  abort.abort();
  expect(textOf(seen)).toBe('word0 word1');
  const next = await client.send(new ConverseCommand(asking('Still there?', modelId)));
  expect(next.output?.message?.content).toEqual([{ text: 'echo: Still there?' }]);
});

test('many streams at once do not mix', async () => {
  const texts = Array.from({ length: 40 }, (_, index) => `stream number ${index}`);
  const answers = await Promise.all(
    texts.map(async (text) => textOf(await eventsOf(asking(text, modelId)))),
  );
  expect(answers).toEqual(texts.map((text) => `echo: ${text}`));
});

test('the control plane lists and gets foundation models over HTTP/1.1', async () => {
  const { modelSummaries = [] } = await control.send(new ListFoundationModelsCommand({}));
  const ids = modelSummaries.map((summary) => summary.modelId);
  expect(ids).toEqual(expect.arrayContaining(guideModelIds.filter((id) => id.endsWith(':0'))));

  const modelIdentifier = 'mistral.mistral-large-2407-v1:0';
  const { modelDetails } = await control.send(new GetFoundationModelCommand({ modelIdentifier }));
  expect(modelDetails).toMatchObject({ modelId: modelIdentifier, providerName: 'Mistral AI' });
  const journal = await server.journal();
  expect(journal.map((entry) => [entry.operation, entry.httpVersion])).toEqual([
    ['ListFoundationModels', '1.1'],
    ['GetFoundationModel', '1.1'],
  ]);
});

test('an unknown model of the control plane is its own ValidationException', async () => {
  const command = new GetFoundationModelCommand({ modelIdentifier: 'nobody.no-such-model-v1:0' });
  expect(await failureOf(control.send(command))).toBeInstanceOf(ControlValidationException);
});

const weatherTools = {
  tools: [
    {
      toolSpec: {
        name: 'get_weather',
        inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    },
  ],
};

function configuration() {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' };
  return { endpoint: server.url, region: 'us-east-1', credentials };
}

function asking(text: string, modelId: string): ConverseCommandInput {
  return { modelId, messages: [{ role: 'user', content: [{ text }] }] };
}

function answering(toolUseId: string | undefined, json: Record<string, string>): Message {
  return { role: 'user', content: [{ toolResult: { toolUseId, content: [{ json }] } }] };
}

/** Reads a stream to its end; `seen` also holds what came before it failed. */
async function eventsOf(
  input: ConverseCommandInput,
  seen: ConverseStreamOutput[] = [],
): Promise<readonly ConverseStreamOutput[]> {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  for await (const event of stream ?? []) seen.push(event);
  return seen;
}

function textOf(events: readonly ConverseStreamOutput[]): string {
  return events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call should have failed');
}
