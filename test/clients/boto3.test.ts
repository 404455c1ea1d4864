// Every model ID and every error of the guide under an unmodified boto3.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { exceptionTable } from '../../src/protocol/errors.ts';
import { guideModelIds } from './model-ids.ts';
import {
  environmentSettings,
  profileSettings,
  removeHomes,
  runProgram,
  runPython,
} from './python.ts';
import { showStderrOfFailures, startEmbedded, startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What calls.py prints of one call. */
interface Outcome {
  readonly attempts?: number;
  readonly requestId?: string;
  readonly servedBy?: string;
  readonly output?: Record<string, unknown>;
  readonly events?: readonly Record<string, unknown>[];
  readonly error?: Record<string, unknown>;
}

let simulated: ServerProcess;
let embedded: ServerProcess;

beforeAll(async () => {
  [simulated, embedded] = await Promise.all([
    startServer({ flags: ['--simulated'] }),
    startEmbedded(),
  ]);
});

afterAll(async () => {
  removeHomes();
  await simulated.stop();
  await embedded.stop();
});

showStderrOfFailures(() => simulated);
showStderrOfFailures(() => embedded);

for (const model of ['simulated', 'embedded'] as const) {
  const serverOf = (): ServerProcess => (model === 'simulated' ? simulated : embedded);

  test(`each model ID of the guide answers in text on the ${model} model`, async () => {
    const calls = guideModelIds.map((id) => ({ operation: 'converse', input: question(id) }));
    const outcomes = await callsOf(serverOf(), calls);
    expect(outcomes.map(textOf)).toEqual(guideModelIds.map(() => expect.stringMatching(/\S/)));
    expect(outcomes.map((outcome) => outcome.requestId)).toEqual(
      guideModelIds.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)),
    );
    expect(outcomes.map((outcome) => outcome.servedBy)).toEqual(
      guideModelIds.map(() => expect.stringMatching(`^${model}`)),
    );
  });

  test(`each model ID of the guide streams on the ${model} model`, async () => {
    const calls = guideModelIds.map((id) => ({
      operation: 'converse_stream',
      input: question(id),
    }));
    for (const { events = [] } of await callsOf(serverOf(), calls)) {
      const names = events.map((event) => Object.keys(event)[0]);
      const deltas = names.filter((name) => name === 'contentBlockDelta');
      expect(deltas.length).toBeGreaterThan(0);
      expect(names).toEqual([
        'messageStart',
        ...deltas,
        'contentBlockStop',
        'messageStop',
        'metadata',
      ]);
      expect(streamedText(events)).toMatch(/\S/);
    }
  });

  test(`a stream and a whole answer count the same input on the ${model} model`, async () => {
    const input = question(guideModelIds[0]);
    const [whole, streamed, counted] = await callsOf(serverOf(), [
      { operation: 'converse', input },
      { operation: 'converse_stream', input },
      {
        operation: 'count_tokens',
        input: { modelId: input.modelId, input: { converse: { messages: input.messages } } },
      },
    ]);
    const metadata = streamed?.events?.at(-1)?.['metadata'];
    const inputTokens = counted?.output?.['inputTokens'];
    expect(inputTokens).toEqual(expect.any(Number));
    expect(whole?.output).toMatchObject({ usage: { inputTokens } });
    expect(metadata).toMatchObject({ usage: { inputTokens } });
  });
}

test('an unknown model is a ResourceNotFoundException that names the nearest IDs', async () => {
  const [outcome] = await callsOf(simulated, [
    { operation: 'converse', input: question('meta.llama3-1-70b-instruct-v2:0') },
  ]);
  expect(outcome?.error).toMatchObject({
    class: 'ResourceNotFoundException',
    code: 'ResourceNotFoundException',
    modeled: true,
    status: 404,
  });
  expect(outcome?.error?.['message']).toMatch(
    /^Could not resolve the foundation model from the provided model identifier\./,
  );
  expect(outcome?.error?.['message']).toContain('meta.llama3-1-70b-instruct-v1:0');
});

test('a refused model is an AccessDeniedException', async () => {
  const message = "You don't have access to the model with the specified model ID.";
  await simulated.reset();
  await simulated.script({ error: { type: 'AccessDeniedException', message } });
  const [outcome] = await callsOf(simulated, [
    { operation: 'converse', input: question(guideModelIds[0]) },
  ]);
  expect(outcome?.error).toEqual({
    class: 'AccessDeniedException',
    code: 'AccessDeniedException',
    message,
    status: 403,
    modeled: true,
  });
});

// Also those that the service model has for other operations: the client has a class of each.
test('every modeled exception is caught by its class of the client', async () => {
  const modeled = Object.entries(exceptionTable).filter(([, row]) => row.modeled);
  expect(modeled.length).toBeGreaterThan(11);
  await simulated.reset();
  await simulated.script(
    ...modeled.map(([type]) => ({ error: { type, message: `told of ${type}` } })),
  );
  const call = { operation: 'converse', input: question(guideModelIds[0]) };
  const job = { service: 'bedrock-runtime', calls: modeled.map(() => call) };
  const variables = { ...environmentSettings(simulated.url), AWS_MAX_ATTEMPTS: '1' };
  const { stdout } = await runPython(['boto3/calls.py'], variables, JSON.stringify(job));
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
  expect(outcomes.map(({ error }) => error)).toEqual(
    modeled.map(([type, { status }]) => ({
      class: type,
      code: type,
      message: `told of ${type}`,
      status,
      modeled: true,
    })),
  );
});

test('throttling that ends within the default retries is not seen by the caller', async () => {
  await simulated.reset();
  await simulated.script({ error: 'ThrottlingException', times: 2 }, { text: 'At last.' });
  const [outcome] = await callsOf(simulated, [
    { operation: 'converse', input: question(guideModelIds[0]) },
  ]);
  expect(outcome).toMatchObject({ attempts: 3 });
  expect(outcome === undefined ? '' : textOf(outcome)).toBe('At last.');
});

test('throttling that does not end is a ThrottlingException', async () => {
  await simulated.reset();
  await simulated.script({ error: 'ThrottlingException', times: 'always' });
  const [outcome] = await callsOf(simulated, [
    { operation: 'converse_stream', input: question(guideModelIds[3]) },
  ]);
  await simulated.reset();
  expect(outcome?.error).toMatchObject({ code: 'ThrottlingException', modeled: true, status: 429 });
});

test('a fault in mid-stream reaches the caller after the events before it', async () => {
  const error = { type: 'ModelStreamErrorException', message: 'lost', originalStatusCode: 500 };
  await simulated.reset();
  await simulated.script({
    text: 'one two three four five',
    stream: { fault: { after: 3, error } },
  });
  const [outcome] = await callsOf(simulated, [
    { operation: 'converse_stream', input: question(guideModelIds[5]) },
  ]);
  expect(streamedText(outcome?.events ?? [])).toBe('one two three');
  expect(outcome?.error).toMatchObject({ class: 'EventStreamError' });
  expect(outcome?.error?.['code']).toBe('modelStreamErrorException');
  expect(outcome?.error?.['message']).toBe('lost');
});

test('the AWS CLI converses, set up by profile files', async () => {
  const messages = JSON.stringify(question('').messages);
  const command = ['bedrock-runtime', 'converse', '--model-id', guideModelIds[3]] as const;
  const variables = await profileSettings(simulated.url);
  const finished = await runProgram(['aws', ...command, '--messages', messages], variables, '');
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(finished.stdout)).toMatchObject({
    output: { message: { content: [{ text: 'echo: Explain container orchestration.' }] } },
    stopReason: 'end_turn',
  });
});

test('the control plane lists the models that the guide names', async () => {
  const [listed, got] = await callsOf(
    simulated,
    [
      { operation: 'list_foundation_models', input: {} },
      { operation: 'get_foundation_model', input: { modelIdentifier: guideModelIds[3] } },
    ],
    'bedrock',
  );
  const summaries = listed?.output?.['modelSummaries'] as readonly { readonly modelId: string }[];
  const ids = summaries.map((summary) => summary.modelId);
  // The two IDs without their version are aliases, and the control plane lists models.
  expect(ids).toEqual(expect.arrayContaining(guideModelIds.filter((id) => id.endsWith(':0'))));
  expect(got?.output).toMatchObject({ modelDetails: { modelId: guideModelIds[3] } });
});

interface Question {
  readonly modelId: string;
  readonly messages: readonly object[];
  readonly [member: string]: unknown;
}

function question(modelId: string): Question {
  return {
    modelId,
    messages: [{ role: 'user', content: [{ text: 'Explain container orchestration.' }] }],
    inferenceConfig: { maxTokens: 16, temperature: 0 },
  };
}

async function callsOf(
  server: ServerProcess,
  calls: readonly Call[],
  service = 'bedrock-runtime',
): Promise<readonly Outcome[]> {
  const job = JSON.stringify({ service, calls });
  const finished = await runPython(['boto3/calls.py'], environmentSettings(server.url), job);
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  return finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

function textOf(outcome: Outcome): string {
  const output = outcome.output as
    | { readonly output: { readonly message: { readonly content: readonly { text: string }[] } } }
    | undefined;
  return output?.output.message.content[0]?.text ?? JSON.stringify(outcome);
}

function streamedText(events: readonly Record<string, unknown>[]): string {
  return events
    .map((event) => event['contentBlockDelta'] as { delta: { text: string } } | undefined)
    .map((delta) => delta?.delta.text ?? '')
    .join('');
}
