import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { ConverseRequest } from '../protocol/api/types.generated.ts';
import {
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '../protocol/errors.ts';
import type { ConverseStreamEvent } from '../protocol/stream/events.ts';
import type { Loose } from '../protocol/api/input.ts';
import { createConverse } from './create-converse.ts';

const modelId = 'anthropic.claude-sonnet-4-20250514';

function asking(text: string): Loose<ConverseRequest> {
  return { modelId, messages: [{ role: 'user', content: [{ text }] }] };
}

test('a conversation is answered as the service answers it, with how it was served', async () => {
  await using converse = createConverse({ simulated: true });
  const { $metadata, metrics, ...response } = await converse.converse(asking('Hello there'));
  expect(response).toEqual({
    output: { message: { role: 'assistant', content: [{ text: 'echo: Hello there' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
  });
  expect(metrics.latencyMs).toBeGreaterThanOrEqual(0);
  expect($metadata).toMatchObject({ httpStatusCode: 200, servedBy: 'simulated', losses: [] });
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a stream gives single events in the order of the service', async () => {
  await using converse = createConverse({ simulated: true });
  const { stream, $metadata } = await converse.converseStream(asking('Hello'));
  const events: ConverseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'messageStart',
    'contentBlockDelta',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ]);
  expect($metadata.servedBy).toBe('simulated');
});

test('an answer has a hint where the caller had better do otherwise', async () => {
  await using converse = createConverse({ simulated: true });
  const { messages } = { messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  const twice = { modelId, messages: [...messages, ...messages] };
  const { $metadata } = await converse.converse(twice);
  expect($metadata.hint).toMatch(/^Consecutive messages of one role count as one\./);
  expect((await converse.converseStream(twice)).$metadata.hint).toBe($metadata.hint);
  const counted = await converse.countTokens({
    modelId,
    input: { converse: { messages: twice.messages } },
  });
  expect(counted.$metadata.hint).toBe($metadata.hint);
  expect((await converse.converse(asking('Hello'))).$metadata.hint).toBeUndefined();
});

test('tokens are counted as a request would be', async () => {
  await using converse = createConverse({ simulated: true });
  const { messages } = asking('How many tokens are these?');
  const counted = await converse.countTokens({ modelId, input: { converse: { messages } } });
  const answered = await converse.converse({ modelId, messages });
  expect(counted.inputTokens).toBeGreaterThan(0);
  expect(counted.inputTokens).toBe(answered.usage.inputTokens);
});

test('chat asks as the guide does and answers in text', async () => {
  await using converse = createConverse({ simulated: true });
  expect(await converse.chat(modelId, 'Explain RLHF.')).toBe('echo: Explain RLHF.');
  expect(await converse.chat(modelId, 'one two three', 'Be brief.', 2)).toBe('echo: one');
  const [plain, brief] = await converse.journal();
  expect(plain?.body).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Explain RLHF.' }] }],
    inferenceConfig: { maxTokens: 512, temperature: 0.5 },
  });
  expect(brief?.body).toMatchObject({
    system: [{ text: 'Be brief.' }],
    inferenceConfig: { maxTokens: 2, temperature: 0.5 },
  });
});

test('exceptions are those of the service, as an SDK throws them', async () => {
  await using converse = createConverse({ simulated: true });
  await converse.script({ error: { type: 'ThrottlingException', message: 'Slow down.' } });
  const throttled = await failureOf(converse.converse(asking('Hello')));
  expect(throttled).toBeInstanceOf(ThrottlingException);
  expect(throttled).toMatchObject({
    name: 'ThrottlingException',
    message: 'Slow down.',
    $fault: 'client',
    $metadata: { httpStatusCode: 429 },
    $retryable: { throttling: true },
  });
  const unknown = await failureOf(converse.chat('meta.llama3-1-70b-instruct-v9:9', 'Hello'));
  expect(unknown).toBeInstanceOf(ResourceNotFoundException);
  const malformed = await failureOf(converse.converse({ modelId, messages: [] }));
  expect(malformed).toBeInstanceOf(ValidationException);
  expect((await converse.journal()).map(({ error }) => error)).toEqual([
    'ThrottlingException',
    'ResourceNotFoundException',
    'ValidationException',
  ]);
});

test('an exception in mid-stream is thrown after the events before it', async () => {
  await using converse = createConverse({ simulated: true });
  const type = 'ModelStreamErrorException';
  const error = { type, message: 'lost', originalStatusCode: 500 } as const;
  await converse.script({ text: 'one two three', stream: { fault: { after: 2, error } } });
  const { stream } = await converse.converseStream(asking('Hello'));
  const texts: string[] = [];
  const reading = (async () => {
    for await (const event of stream) {
      if ('contentBlockDelta' in event && 'text' in event.contentBlockDelta.delta) {
        texts.push(event.contentBlockDelta.delta.text);
      }
    }
  })();
  expect(await failureOf(reading)).toMatchObject({
    name: 'ModelStreamErrorException',
    message: 'lost',
    members: { originalStatusCode: 500 },
  });
  expect(texts.join('')).toBe('one two');
});

test('what the caller passes is not altered, and may be altered meanwhile', async () => {
  await using converse = createConverse({ simulated: true });
  const input = {
    modelId,
    system: undefined,
    messages: [{ role: 'user' as const, content: [{ text: 'Hello', image: undefined }] }],
    inferenceConfig: { temperature: 0, stopSequences: undefined },
  };
  const frozen = deepFreeze(structuredClone(input));
  await converse.converse(frozen);
  expect(frozen).toEqual(input);

  const answer = converse.converse(input);
  input.messages.length = 0;
  expect((await answer).output.message.content).toEqual([{ text: 'echo: Hello' }]);
  expect((await converse.journal()).map(({ body }) => body)).toEqual([
    {
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { temperature: 0 },
    },
    {
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { temperature: 0 },
    },
  ]);
});

test('a scripted turn is what it was when it was given', async () => {
  await using converse = createConverse({ simulated: true });
  const turn = { text: 'as given', times: 2 };
  expect(await converse.script(turn, { text: 'later' })).toBe(2);
  turn.text = 'changed';
  expect(await converse.chat(modelId, 'Hello')).toBe('as given');
  await converse.reset();
  expect(await converse.journal()).toEqual([]);
  expect(await converse.chat(modelId, 'Hello')).toBe('echo: Hello');
});

test('an abort ends a call with the reason that the caller gave', async () => {
  const environment = createManualEnvironment();
  await using converse = createConverse({ simulated: true, environment });
  const controller = new AbortController();
  const reason = new Error('enough');
  const { signal } = controller;
  await converse.script({ text: 'late', delayMs: 60_000 });
  const call = failureOf(converse.converse(asking('Hello'), { signal }));
  await until(() => environment.clock.waiting > 0);
  controller.abort(reason);
  expect(await call).toBe(reason);
  expect(environment.clock.waiting).toBe(0);
  expect(await failureOf(converse.converse(asking('Hello'), { signal }))).toBe(reason);
  expect(await failureOf(converse.chat(modelId, 'Hello', '', 9, { signal }))).toBe(reason);
  expect(environment.logged).toEqual([]);
});

test('an abort ends a stream with the reason that the caller gave', async () => {
  const environment = createManualEnvironment();
  await using converse = createConverse({ simulated: true, environment });
  const controller = new AbortController();
  await converse.script({ text: 'one two three', stream: { delayMs: 60_000 } });
  const { stream } = await converse.converseStream(asking('Hello'), { signal: controller.signal });
  let events = 0;
  const reading = failureOf(
    (async () => {
      for await (const _ of stream) events += 1;
    })(),
  );
  await until(() => environment.clock.waiting > 0);
  controller.abort();
  expect(await reading).toMatchObject({ name: 'AbortError' });
  expect(events).toBe(2);
  expect(environment.clock.waiting).toBe(0);
});

test('closing ends what still runs, and what comes later is told', async () => {
  const environment = createManualEnvironment();
  const converse = createConverse({ simulated: true, environment });
  await converse.script({ text: 'late', delayMs: 60_000 });
  const call = failureOf(converse.converse(asking('Hello')));
  await until(() => environment.clock.waiting > 0);
  await converse.close();
  await converse.close();
  expect(String(await call)).toContain('closed');
  expect(String(await failureOf(converse.chat(modelId, 'Hello')))).toContain('closed');
});

test('models go to the providers that the options name', async () => {
  await using converse = createConverse({
    model: '/nowhere/model.gguf',
    providers: { local: { type: 'simulated' } },
    models: { 'my-*': { provider: 'local' } },
  });
  expect(await converse.chat('my-model', 'Hello')).toBe('echo: Hello');
});

test('a model that cannot be had is one sentence, and no other answers in its place', async () => {
  await using converse = createConverse({ model: '/nowhere/model.gguf' });
  const error = await failureOf(converse.chat(modelId, 'Hello'));
  expect(error).toMatchObject({ name: 'WeightsError' });
  expect(error.message).toMatch(/^There is no model file \/nowhere\/model\.gguf: .+\.$/);
  expect(await failureOf(converse.chat(modelId, 'Hello'))).toMatchObject({ name: 'WeightsError' });
});

test('without a simulated model there is no script', async () => {
  await using converse = createConverse({ model: '/nowhere/model.gguf' });
  expect(await failureOf(converse.script({ text: 'Hi' }))).toMatchObject({ name: 'WeightsError' });
});

test('options that cannot be are refused at once', () => {
  const wrong = { simulate: true } as object;
  expect(() => createConverse(wrong)).toThrow(/simulate is unknown.*simulated/);
  expect(() => createConverse({ fidelity: 'azure' as 'aws' })).toThrow(/fidelity is invalid/);
});

test('a configuration file counts where it is named, and options win over it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-library-'));
  try {
    const config = join(folder, 'openconverse.yaml');
    writeFileSync(config, 'simulated: true\nfidelity: aws\n');
    const retired = 'anthropic.claude-v2:1';
    await using strict = createConverse({ config });
    await failureOf(strict.chat(retired, 'Hello'));
    await using open = createConverse({ config, fidelity: 'open' });
    expect(await open.chat(retired, 'Hello')).toBe('echo: Hello');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

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

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
