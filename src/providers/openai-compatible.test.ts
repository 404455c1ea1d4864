import { expect, onTestFinished, test } from 'vitest';
import { answerEvents, answerJson, startPlace } from '../../test/contract/providers-server.ts';
import type { Answer, TestPlace } from '../../test/contract/providers-server.ts';
import { createEnvironment } from '../environment.ts';
import { createOpenaiCompatibleProvider } from './openai-compatible.ts';
import type { VendorName } from './openai-compatible/vendors.ts';
import type { CallNotes, JsonObject, NativeCall, NativeProvider } from './provider.ts';

const environment = createEnvironment({ logLevel: 'silent' });

interface Placed {
  readonly place: TestPlace;
  readonly provider: NativeProvider;
}

async function start(answer: Answer, vendor: VendorName = 'llama.cpp'): Promise<Placed> {
  const place = await startPlace(answer);
  const baseUrl = `${place.origin}/v1`;
  const provider = createOpenaiCompatibleProvider({ baseUrl, vendor, environment });
  onTestFinished(() => provider.close());
  return { place, provider };
}

function callOf(body: JsonObject, notes: Partial<CallNotes> = {}): NativeCall {
  return {
    operation: 'Converse',
    modelId: 'm',
    foundationModelId: null,
    model: { id: 'm', template: undefined, maxTokens: 64 },
    body,
    signal: new AbortController().signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false, ...notes },
  };
}

const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const hello = { choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }] };

function events(...chunks: readonly object[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
}

const whole: Answer = answerEvents(`${events(hello, end)}data: [DONE]\n\n`);

test('of llama.cpp a whole answer is read as a stream: it hears a client leave that', async () => {
  const { place, provider } = await start(whole);
  expect(await provider.send(callOf({ messages: [] }))).toMatchObject({
    object: 'chat.completion',
    choices: [{ finish_reason: 'stop', message: { content: 'Hello' } }],
  });
  expect(place.got).toMatchObject([
    {
      path: '/v1/chat/completions',
      body: { model: 'm', stream: true, stream_options: { include_usage: true } },
    },
  ]);
});

test('of others a whole answer is asked for as one', async () => {
  const { place, provider } = await start(answerJson({ choices: [] }), 'vllm');
  await provider.send(callOf({ messages: [] }));
  expect(place.got[0]?.body).toEqual({ model: 'm', messages: [] });
});

test.each<[string, Answer, string]>([
  ['that has no end', answerEvents(events(hello)), 'ModelErrorException'],
  ['that is no JSON', answerEvents('data: {"choices"\n\n'), 'ModelErrorException'],
  [
    'that breaks off with an error',
    answerEvents(events(hello, { error: { code: 500, message: 'Broken.', type: 'unknown' } })),
    'InternalServerException',
  ],
  [
    'that is cut',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events(hello), () => response.destroy());
    },
    'ServiceUnavailableException',
  ],
  ['that is refused', answerJson({ error: { message: 'No.' } }, 400), 'ValidationException'],
])('a stream %s is no whole answer', async (_kind, answer, name) => {
  const { provider } = await start(answer);
  await expect(provider.send(callOf({ messages: [] }))).rejects.toMatchObject({ name });
});

const tools = [{ type: 'function', function: { name: 'get_weather' } }];

function withProperties(properties: Answer): Answer {
  return (response, got) => (got.path === '/props' ? properties : whole)(response, got);
}

test.each<[string, Answer, number]>([
  ['has none', answerJson({ chat_template_caps: { supports_tools: false } }), 1],
  ['has them', answerJson({ chat_template_caps: { supports_tools: true } }), 0],
  ['says nothing of them', answerJson({}), 0],
  ['keeps its properties to itself', answerJson({ error: { code: 404 } }, 404), 0],
])('tools for a place whose template %s', async (_kind, properties, count) => {
  const { provider } = await start(withProperties(properties));
  const call = callOf({ messages: [], tools });
  await provider.send(call);
  expect(call.notes.losses).toHaveLength(count);
  for (const loss of call.notes.losses) expect(loss).toMatchObject({ member: 'toolConfig' });
});

test('the template is asked about once, and only for tools', async () => {
  const has = answerJson({ chat_template_caps: { supports_tools: true } });
  const { place, provider } = await start(withProperties(has));
  await provider.send(callOf({ messages: [] }));
  for (let times = 0; times < 2; times += 1) await provider.send(callOf({ messages: [], tools }));
  const completions = '/v1/chat/completions';
  expect(place.got.map(({ path }) => path)).toEqual([
    completions,
    '/props',
    completions,
    completions,
  ]);
});

test('under strict tools that would be passed over are refused', async () => {
  const { provider } = await start(
    withProperties(answerJson({ chat_template_caps: { supports_tools: false } })),
  );
  const call = callOf({ messages: [], tools }, { strict: true });
  await expect(provider.send(call)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a place that is not there fails the call as ever, tools or not', async () => {
  const { provider } = await start(withProperties((response) => response.destroy()));
  const call = callOf({ messages: [], tools });
  await expect(provider.send(call)).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
});
