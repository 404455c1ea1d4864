// AWS's own client for JavaScript with our request handler: in this process, without a socket.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  ModelStreamErrorException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import type { ConverseCommandInput, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { expect, onTestFinished, test } from 'vitest';
import { createConverse } from '../../src/library/create-converse.ts';
import { requestHandler } from '../../src/library/request-handler.ts';
import type { ConverseOptions } from '../../src/library/options.ts';
import { createManualEnvironment } from '../manual-clock.ts';

const modelId = 'anthropic.claude-3-5-haiku-20241022-v1:0';

test('the client is answered in whole', async () => {
  const { client } = open();
  const { output, usage, $metadata } = await client.send(new ConverseCommand(asking('Hello')));
  expect(output?.message?.content).toEqual([{ text: 'echo: Hello' }]);
  expect(usage?.outputTokens).toBe(2);
  expect($metadata.httpStatusCode).toBe(200);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('an inference profile and an ARN arrive as they were sent', async () => {
  const { client, converse } = open();
  const profile = 'us.anthropic.claude-3-5-haiku-20241022-v1:0';
  const arn = `arn:aws:bedrock:us-west-2::foundation-model/${modelId}`;
  for (const id of [profile, arn]) {
    await client.send(new ConverseCommand({ ...asking('Hello'), modelId: id }));
  }
  const journal = await converse.journal();
  expect(journal.map((entry) => [entry.modelId, entry.auth])).toEqual([
    [profile, 'sigv4'],
    [arn, 'sigv4'],
  ]);
});

test('the client streams', async () => {
  const { client } = open();
  const events = await eventsOf(client, asking('Hello there'));
  expect(textOf(events)).toBe('echo: Hello there');
  expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'end_turn' } });
  expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(3);
});

test('images reach the model as bytes', async () => {
  const { client } = open();
  const bytes = new Uint8Array([1, 2, 3]);
  const content = [{ text: 'Look' }, { image: { format: 'png' as const, source: { bytes } } }];
  const { output } = await client.send(
    new ConverseCommand({ modelId, messages: [{ role: 'user', content }] }),
  );
  expect(output?.message?.content).toEqual([{ text: 'echo: Look' }]);
});

test('tokens are counted and models are listed', async () => {
  const { client, handler } = open();
  const { messages } = asking('One two');
  const counted = await client.send(
    new CountTokensCommand({ modelId, input: { converse: { messages } } }),
  );
  expect(counted.inputTokens).toBe(2);
  const control = new BedrockClient(configuration(handler));
  const listed = await control.send(new ListFoundationModelsCommand({ byProvider: 'Mistral AI' }));
  const names = new Set(listed.modelSummaries?.map(({ providerName }) => providerName));
  expect([...names]).toEqual(['Mistral AI']);
});

test('errors are the classes of the SDK', async () => {
  const { client, converse } = open();
  const malformed = await failureOf(client.send(new ConverseCommand({ modelId, messages: [] })));
  expect(malformed).toBeInstanceOf(ValidationException);
  expect(malformed).toMatchObject({ $fault: 'client', $metadata: { httpStatusCode: 400 } });
  await converse.script({ error: 'ThrottlingException' });
  const throttled = await failureOf(eventsOf(client, asking('Hello')));
  expect(throttled).toBeInstanceOf(ThrottlingException);
});

test('a body over the limit is refused', async () => {
  const { client } = open();
  const error = await failureOf(client.send(new ConverseCommand(asking('x'.repeat(25_000_001)))));
  expect(error).toBeInstanceOf(ValidationException);
  expect(error.message).toContain('25000000');
});

test('an exception in mid-stream is thrown after the deltas before it', async () => {
  const { client, converse } = open();
  const type = 'ModelStreamErrorException';
  const error = { type, message: 'lost', originalStatusCode: 500 } as const;
  await converse.script({ text: 'one two three', stream: { fault: { after: 2, error } } });
  const seen: ConverseStreamOutput[] = [];
  const thrown = await failureOf(eventsOf(client, asking('Hello'), seen));
  expect(thrown).toBeInstanceOf(ModelStreamErrorException);
  expect(thrown).toMatchObject({ message: 'lost', originalStatusCode: 500 });
  expect(textOf(seen)).toBe('one two');
});

test('a cut is a lost connection, which the client repeats', async () => {
  const { converse, handler } = open();
  await converse.script({ error: 'cut' }, { text: 'Second time lucky.' });
  const patient = new BedrockRuntimeClient({ ...configuration(handler), maxAttempts: 2 });
  const { output, $metadata } = await patient.send(new ConverseCommand(asking('Hello')));
  expect(output?.message?.content).toEqual([{ text: 'Second time lucky.' }]);
  expect($metadata.attempts).toBe(2);
});

test('a cut in mid-stream is an error, never a short answer', async () => {
  const { client, converse } = open();
  await converse.script({ text: 'one two three', stream: { fault: { after: 1, error: 'cut' } } });
  const seen: ConverseStreamOutput[] = [];
  const error = await failureOf(eventsOf(client, asking('Hello'), seen));
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(seen.some((event) => event.messageStop)).toBe(false);
});

test('an abort before the answer is an AbortError, and nothing waits on', async () => {
  const environment = createManualEnvironment();
  const { client, converse } = open({ environment });
  await converse.script({ text: 'late', delayMs: 60_000 });
  const abort = new AbortController();
  const call = failureOf(
    client.send(new ConverseCommand(asking('Hello')), { abortSignal: abort.signal }),
  );
  await until(() => environment.clock.waiting > 0);
  abort.abort();
  expect(await call).toMatchObject({ name: 'AbortError' });
  expect(environment.clock.waiting).toBe(0);
});

test('an abort in mid-stream is an AbortError, and nothing waits on', async () => {
  const environment = createManualEnvironment();
  const { client, converse } = open({ environment });
  await converse.script({ text: 'one two three', stream: { delayMs: 60_000 } });
  const abort = new AbortController();
  const { stream } = await client.send(new ConverseStreamCommand(asking('Hello')), {
    abortSignal: abort.signal,
  });
  const reading = failureOf(
    (async () => {
      for await (const _ of stream ?? []);
    })(),
  );
  await until(() => environment.clock.waiting > 0);
  abort.abort();
  expect(await reading).toMatchObject({ name: 'AbortError' });
  expect(environment.clock.waiting).toBe(0);
  expect(environment.logged).toEqual([]);
});

test('an abort after leaving the loop ends the generation', async () => {
  const environment = createManualEnvironment();
  const { client, converse } = open({ environment });
  await converse.script({ text: 'one two three', stream: { delayMs: 60_000 } });
  const abort = new AbortController();
  const { stream } = await client.send(new ConverseStreamCommand(asking('Hello')), {
    abortSignal: abort.signal,
  });
  for await (const _ of stream ?? []) break;
  abort.abort();
  await until(() => environment.clock.waiting === 0);
  expect(await converse.chat(modelId, 'Still there?')).toBe('echo: Still there?');
});

test('where keys are configured a signature counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'openconverse.yaml');
  const keys = [{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' }];
  writeFileSync(config, JSON.stringify({ keys }));
  const { client, handler } = open({ config });
  const { output } = await client.send(new ConverseCommand(asking('Hello')));
  expect(output?.message?.content).toEqual([{ text: 'echo: Hello' }]);

  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'another' };
  const stranger = new BedrockRuntimeClient({ ...configuration(handler), credentials });
  const error = await failureOf(stranger.send(new ConverseCommand(asking('Hello'))));
  expect(error).toMatchObject({ name: 'InvalidSignatureException' });
});

test('destroying a client leaves the Converse open for others', async () => {
  const { client, converse } = open();
  client.destroy();
  expect(await converse.chat(modelId, 'Hello')).toBe('echo: Hello');
});

function open(options: ConverseOptions = {}) {
  const converse = createConverse({ simulated: true, ...options });
  onTestFinished(() => converse.close());
  const handler = requestHandler(converse);
  const client = new BedrockRuntimeClient({ ...configuration(handler), maxAttempts: 1 });
  return { converse, handler, client };
}

function configuration(handler: ReturnType<typeof requestHandler>) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' };
  return { region: 'us-east-1', credentials, requestHandler: handler };
}

function asking(text: string): ConverseCommandInput {
  return { modelId, messages: [{ role: 'user', content: [{ text }] }] };
}

/** Reads a stream to its end; `seen` also holds what came before it failed. */
async function eventsOf(
  client: BedrockRuntimeClient,
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

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
