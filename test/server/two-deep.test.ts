// Our own server as the place of our own server, two deep: a simulated model behind two servers
// that only know of `bedrock`, each on a port of its own, each checking the signature of the one
// before.

import { once } from 'node:events';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/service/config.ts';
import { open, type Running, start } from './running.ts';

const modelId = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const messages = [{ role: 'user' as const, content: [{ text: 'Grüße, 世界' }] }];
const innerKey = { accessKeyId: 'AKIDINNER', secretAccessKey: 'inner/secret+' };
const middleKey = { accessKeyId: 'AKIDMIDDLE', secretAccessKey: 'middle', sessionToken: 'token' };
const frontKey = { accessKeyId: 'AKIDFRONT', secretAccessKey: 'front' };

function startInner(): Promise<Running> {
  return start({ simulated: true, keys: [innerKey] });
}

/** Sends everything on to another server. */
function before(place: { readonly url: string }, provider: object = {}): Partial<ConfigInput> {
  const aws = { type: 'bedrock', region: 'eu-west-1', endpoint: place.url, retries: 0 } as const;
  return { providers: { aws: { ...aws, ...provider } }, models: { '*': [{ provider: 'aws' }] } };
}

async function startThree(): Promise<Record<'front' | 'inner' | 'middle', Running>> {
  const inner = await startInner();
  const middle = await start({ ...before(inner, innerKey), keys: [middleKey] });
  const front = await start({ ...before(middle, middleKey), keys: [frontKey] });
  return { inner, middle, front };
}

function clientOf({ url }: Running): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint: url,
    region: 'us-west-2',
    credentials: { ...frontKey },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

function script({ engine }: Running, ...turns: object[]): void {
  engine.simulation?.script.append(turns);
}

async function collect<Event>(stream: AsyncIterable<Event> | undefined): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
}

async function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

test('Converse goes through two servers, signed anew by each', async () => {
  const { inner, middle, front } = await startThree();
  const answer = await clientOf(front).send(new ConverseCommand({ modelId, messages }));
  expect(answer.output?.message?.content).toEqual([{ text: 'echo: Grüße, 世界' }]);
  expect(answer.usage).toEqual({ inputTokens: 2, outputTokens: 3, totalTokens: 5 });
  const signers = [front, middle, inner].map(({ requests }) => {
    return /Credential=(\w+)\/\d+\/([\w-]+)/.exec(requests[0]?.headers['authorization'] ?? '');
  });
  expect(signers.map((signer) => signer?.slice(1))).toEqual([
    ['AKIDFRONT', 'us-west-2'],
    ['AKIDMIDDLE', 'eu-west-1'],
    ['AKIDINNER', 'eu-west-1'],
  ]);
  expect(inner.requests[0]?.headers['x-openconverse-via']).toBe(
    `${front.engine.id}, ${middle.engine.id}`,
  );
});

test('an answer says who gave it, and by which ID that server knows the request', async () => {
  const inner = await start({ simulated: true });
  const front = await start(before(inner, innerKey));
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const response = await fetch(front.url + path, {
    method: 'POST',
    body: JSON.stringify({ messages }),
  });
  expect(response.status).toBe(200);
  const { headers } = response;
  expect(headers.get('x-openconverse-served-by')).toBe(`bedrock/${modelId}`);
  expect(headers.get('x-openconverse-upstream-request-id')).toMatch(/^[\da-f-]{36}$/);
  expect(headers.get('x-amzn-requestid')).not.toBe(
    headers.get('x-openconverse-upstream-request-id'),
  );
});

test('a stream with reasoning and a tool call comes event for event as the model made it', async () => {
  const { inner, front } = await startThree();
  const turn = {
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Look it up.', signature: 'c2ln' } } },
          { reasoningContent: { redactedContent: 'AQID' } },
          { text: 'One moment.' },
          { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Zürich' } } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage: { inputTokens: 7, outputTokens: 9, cacheReadInputTokens: 3 },
    metrics: { latencyMs: 12 },
  };
  const toolSpec = { name: 'weather', inputSchema: { json: { type: 'object' } } };
  const input = { modelId, messages, toolConfig: { tools: [{ toolSpec }] } };
  const answered = [];
  for (const server of [inner, front]) {
    script(inner, turn);
    const client = new BedrockRuntimeClient({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { ...(server === inner ? innerKey : frontKey) },
      maxAttempts: 1,
    });
    onTestFinished(() => client.destroy());
    const { stream } = await client.send(new ConverseStreamCommand(input));
    answered.push(await collect(stream));
  }
  expect(answered[0]?.length).toBeGreaterThan(8);
  expect(answered[1]).toEqual(answered[0]);
});

const native = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'native words' }],
};

test('InvokeModel goes through both ways, its counts in headers', async () => {
  const { front } = await startThree();
  const { body, contentType } = await clientOf(front).send(
    new InvokeModelCommand({ modelId, body: JSON.stringify(native) }),
  );
  expect(contentType).toBe('application/json');
  const answer = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
  expect(answer['content']).toEqual([{ type: 'text', text: 'echo: native words' }]);
});

test('InvokeModelWithResponseStream goes through chunk by chunk', async () => {
  const { front } = await startThree();
  const { body } = await clientOf(front).send(
    new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(native) }),
  );
  const chunks = (await collect(body)).map(
    ({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as { type: string },
  );
  expect(chunks[0]?.type).toBe('message_start');
  expect(chunks.at(-1)).toHaveProperty(['amazon-bedrock-invocationMetrics', 'outputTokenCount'], 3);
});

test('CountTokens is asked of the model itself', async () => {
  const { inner, front } = await startThree();
  script(inner, { operation: 'CountTokens', inputTokens: 42 });
  const counted = await clientOf(front).send(
    new CountTokensCommand({ modelId, input: { converse: { messages } } }),
  );
  expect(counted.inputTokens).toBe(42);
});

test.each([
  ['a rule', { messages: [{ role: 'assistant' as const, content: [{ text: '' }] }] }],
  ['a shape', { messages, inferenceConfig: { temperature: 7 } }],
])('what breaks %s is refused in the words of the place', async (_what, members) => {
  const { inner, front } = await startThree();
  const command = () => new ConverseCommand({ modelId, ...members });
  const direct = new BedrockRuntimeClient({
    endpoint: inner.url,
    region: 'eu-west-1',
    credentials: { ...innerKey },
    maxAttempts: 1,
  });
  onTestFinished(() => direct.destroy());
  const theirs = await failureOf(direct.send(command()));
  const ours = await failureOf(clientOf(front).send(command()));
  expect(ours).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
  expect(ours['message']).toBe(theirs['message']);
  expect(inner.requests).toHaveLength(2);
});

test('throttling comes through with its Retry-After', async () => {
  const { inner, front } = await startThree();
  const headers = { 'retry-after': '7' };
  script(inner, { error: { type: 'ThrottlingException', message: 'Slow down.', headers } });
  const error = await failureOf(clientOf(front).send(new ConverseCommand({ modelId, messages })));
  expect(error).toMatchObject({ name: 'ThrottlingException', message: 'Slow down.' });
  const { headers: answered } = error['$response'] as { headers: Record<string, string> };
  expect(answered['retry-after']).toBe('7');
});

test('an exception keeps its further members', async () => {
  const { inner, front } = await startThree();
  script(inner, { error: { type: 'ModelErrorException', originalStatusCode: 503 } });
  const error = await failureOf(clientOf(front).send(new ConverseCommand({ modelId, messages })));
  expect(error).toMatchObject({ name: 'ModelErrorException', originalStatusCode: 503 });
});

test('a stream that breaks off in an exception ends in it, behind what came before', async () => {
  const { inner, front } = await startThree();
  const error = { type: 'ModelStreamErrorException', message: 'lost', originalStatusCode: 500 };
  script(inner, { text: 'one two three', stream: { delayMs: 5, fault: { after: 2, error } } });
  const { stream } = await clientOf(front).send(new ConverseStreamCommand({ modelId, messages }));
  const kinds: string[] = [];
  const failure = await failureOf(
    (async () => {
      for await (const event of stream ?? []) kinds.push(...Object.keys(event));
    })(),
  );
  expect(kinds).toEqual(['messageStart', 'contentBlockDelta', 'contentBlockDelta']);
  expect(failure).toMatchObject({
    name: 'ModelStreamErrorException',
    message: 'lost',
    originalStatusCode: 500,
  });
});

test.each(['ConverseStream', 'InvokeModelWithResponseStream'])(
  'a cut %s is no clean end',
  async (operation) => {
    const { inner, front } = await startThree();
    script(inner, { text: 'one two', stream: { delayMs: 5, fault: { after: 1, error: 'cut' } } });
    const client = clientOf(front);
    const failure = await failureOf(
      operation === 'ConverseStream'
        ? client
            .send(new ConverseStreamCommand({ modelId, messages }))
            .then(({ stream }) => collect(stream))
        : client
            .send(
              new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(native) }),
            )
            .then(({ body }) => collect(body)),
    );
    expect(failure['name']).toBe('ModelStreamErrorException');
  },
);

test('a connection that is cut before the first byte is a service that is not available', async () => {
  const { inner, front } = await startThree();
  script(inner, { error: 'cut' });
  const error = await failureOf(clientOf(front).send(new ConverseCommand({ modelId, messages })));
  expect(error['name']).toBe('ServiceUnavailableException');
});

test('a client that goes away is gone for the innermost server, too', async () => {
  const { inner, front } = await startThree();
  script(inner, { text: 'one two three', stream: { delayMs: 60_000 } });
  const leaving = new AbortController();
  const { stream } = await clientOf(front).send(new ConverseStreamCommand({ modelId, messages }), {
    abortSignal: leaving.signal,
  });
  const [innermost] = inner.requests;
  const gone = innermost && once(innermost.signal, 'abort');
  for await (const _event of stream ?? []) break;
  expect(innermost?.signal.aborted).toBe(false);
  leaving.abort();
  await gone;
  expect(innermost?.signal.aborted).toBe(true);
});

test('the credentials of the server that asks are told from those of its client', async () => {
  const inner = await startInner();
  const wrong = { ...innerKey, secretAccessKey: 'another' };
  const front = await start({ ...before(inner, wrong), keys: [frontKey] });
  const error = await failureOf(clientOf(front).send(new ConverseCommand({ modelId, messages })));
  expect(error['name']).toBe('InvalidSignatureException');
  const { headers } = error['$response'] as { headers: Record<string, string> };
  expect(headers['x-openconverse-hint']).toContain("this server's bedrock provider, not of yours");
});

test('an API key takes the place of a signature', async () => {
  const apiKey = 'ABSKinner';
  const inner = await start({ simulated: true, keys: [{ apiKey }] });
  const front = await start({ ...before(inner, { apiKey }), keys: [frontKey] });
  const { output } = await clientOf(front).send(new ConverseCommand({ modelId, messages }));
  expect(output?.message?.content).toEqual([{ text: 'echo: Grüße, 世界' }]);
  expect(inner.requests[0]?.headers['authorization']).toBe(`Bearer ${apiKey}`);
});

test('a member that is newer than our shapes reaches the place', async () => {
  const inner = await start({ simulated: true });
  const front = await start(before(inner, innerKey));
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const body = JSON.stringify({ messages, newestMember: { of: 'tomorrow' } });
  const response = await fetch(front.url + path, { method: 'POST', body });
  expect(((await response.json()) as { message: string }).message).toContain('newestMember');
  expect(inner.requests).toHaveLength(1);
});

test('where the next place needs the request read, a place that fails is passed over', async () => {
  const down = await start({ simulated: true });
  script(down, { error: 'ServiceUnavailableException', times: 4 });
  const { providers } = before(down, innerKey);
  const front = await start({
    providers: { ...providers, tests: { type: 'simulated' } },
    models: { '*': [{ provider: 'aws' }, { provider: 'tests' }] },
    keys: [frontKey],
  });
  const client = clientOf(front);
  const { output } = await client.send(new ConverseCommand({ modelId, messages }));
  expect(output?.message?.content).toEqual([{ text: 'echo: Grüße, 世界' }]);
  const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
  expect((await collect(stream)).at(-1)).toHaveProperty('metadata');
  expect(down.requests).toHaveLength(2);
});

test('a request that asks what was lost is read, and answered with its trace', async () => {
  const inner = await start({ simulated: true });
  const front = await start(before(inner, innerKey));
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const response = await fetch(front.url + path, {
    method: 'POST',
    headers: { 'x-openconverse-trace': 'losses' },
    body: JSON.stringify({ messages }),
  });
  const { trace } = (await response.json()) as { trace: unknown };
  expect(trace).toEqual({ openconverse: { servedBy: `bedrock/${modelId}`, losses: [] } });
});

test.each([1, 2, 3])('a loop of %d server(s) is refused where it began', async (count) => {
  const opened = await Promise.all(Array.from({ length: count }, open));
  const servers = await Promise.all(
    opened.map((server, at) => server.serve(before(opened[(at + 1) % count] ?? server, innerKey))),
  );
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const body = JSON.stringify({ messages });
  const response = await fetch((opened[0]?.url ?? '') + path, { method: 'POST', body });
  expect(response.status).toBe(400);
  expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
  expect(await response.json()).toEqual({
    message:
      'This request has come back to the server that sent it: one of its providers leads to itself.',
  });
  expect(response.headers.get('x-openconverse-hint')).toContain('endpoint or baseUrl');
  const expected = servers.map((_server, at) => (at === 0 ? 2 : 1));
  expect(servers.map(({ requests }) => requests.length)).toEqual(expected);
});
