// Amazon Bedrock as a place: what is asked of it byte for byte, and its bytes on their way back.

import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import {
  deriveSigningKey,
  isSignatureValid,
  readCredentials,
} from '../../src/protocol/wire/sigv4.ts';
import { providerKeys } from '../../src/service/config/providers.ts';
import { createNotes } from '../../src/service/engine.ts';
import { start } from '../server/running.ts';
import type { Asked } from './bedrock-place.ts';
import {
  bytesOf,
  converseFrames,
  frame,
  leadingTo,
  modelId,
  nativeFrames,
  post,
  sendJson,
  sendStream,
  startPlace,
} from './bedrock-place.ts';

const messages = [{ role: 'user', content: [{ text: 'Hi' }] }];

// Written as no encoder of ours would: spaces, escapes, an order and members of its own.
const oddRequest =
  '{ "messages" : [ {"content":[{"text":"Gr\\u00fc\\u00dfe"}] , "role":"user"}],\n"newest": 1.0 }';
// Composed in the form of recorded ones: in the order of the alphabet.
const oddAnswer =
  '{"metrics":{"latencyMs":522},"newest":[1.50],"output":{"message":{"content":[{"text":"\\u00fc"}],' +
  '"role":"assistant"}},"stopReason":"end_turn","usage":{"cacheReadInputTokens":3,' +
  '"inputTokens":9,"outputTokens":4,"totalTokens":13}}';

test('the bytes of a request and of its answer go through untouched', async () => {
  const place = await startPlace((response) => sendJson(response, 200, oddAnswer));
  const server = await start(leadingTo(place.url));
  const response = await post(server, 'converse', { body: oddRequest });
  expect(await response.text()).toBe(oddAnswer);
  expect(place.asked.map(({ body }) => body.toString())).toEqual([oddRequest]);
  expect(response.headers.get('x-openconverse-upstream-request-id')).toBe('place-request-id');
});

/** Whether the signature is that of the very bytes that came. */
function isSigned({ method = '', url = '', headers, body }: Asked): boolean {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  const request = { method, target: url, headers: plain };
  const parts = readCredentials(request);
  if (parts.auth !== 'sigv4') return false;
  return isSignatureValid(request, parts, { signingKey: deriveSigningKey('secret', parts), body });
}

test.each([
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0',
  'meta.llama3-70b-instruct-v1:0',
])('a request for %s is signed as it is sent', async (model) => {
  const place = await startPlace((response) => sendJson(response, 200, oddAnswer));
  const server = await start(leadingTo(place.url, { headers: { 'x-extra': 'from the file' } }));
  expect((await post(server, 'converse', { body: oddRequest, model })).status).toBe(200);
  const [asked] = place.asked;
  expect(asked?.url).toBe(`/model/${encodeURIComponent(model)}/converse`);
  expect(asked?.headers['x-extra']).toBe('from the file');
  expect(asked && isSigned(asked)).toBe(true);
});

test('of the headers of a request only what the service reads goes on', async () => {
  const place = await startPlace((response) => sendJson(response, 200, '{"generation":"Hi"}'));
  const server = await start(leadingTo(place.url));
  const kept = {
    accept: 'application/json',
    'content-type': 'application/octet-stream',
    'x-amzn-bedrock-performanceconfig-latency': 'optimized',
    'x-amzn-bedrock-trace': 'ENABLED',
  };
  const dropped = {
    authorization: 'Bearer ABSKofTheClient',
    'x-amz-date': '20200101T000000Z',
    'x-amz-security-token': 'of-the-client',
    cookie: 'a=b',
    'user-agent': 'somebody',
  };
  await post(server, 'invoke', { body: '{"prompt":"Hi"}', headers: { ...kept, ...dropped } });
  const [asked] = place.asked;
  expect(asked?.headers).toMatchObject(kept);
  expect(asked && isSigned(asked)).toBe(true);
  const text = JSON.stringify(asked?.headers);
  for (const value of ['ABSKofTheClient', 'of-the-client', 'a=b', '20200101T', 'somebody']) {
    expect(text).not.toContain(value);
  }
});

test('the headers of a native answer come back', async () => {
  const headers = {
    'content-type': 'application/json',
    'x-amzn-bedrock-input-token-count': '9',
    'x-amzn-bedrock-invocation-latency': '522',
    'x-amzn-bedrock-output-token-count': '4',
    'x-amzn-bedrock-cache-read-input-token-count': '2',
  };
  const place = await startPlace((response) => {
    response.writeHead(200, { ...headers, 'x-amzn-requestid': 'theirs' });
    response.end('{"generation": "Hi" }');
  });
  const server = await start(leadingTo(place.url));
  const response = await post(server, 'invoke', { body: '{"prompt":"Hi"}' });
  expect(await response.text()).toBe('{"generation": "Hi" }');
  expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  expect(response.headers.get('x-amzn-requestid')).not.toBe('theirs');
});

function trickle(response: ServerResponse, bytes: Buffer, size: number): void {
  response.write(bytes.subarray(0, size));
  if (bytes.length <= size) response.end();
  else setImmediate(() => trickle(response, bytes.subarray(size), size));
}

test.each([
  ['converse-stream', converseFrames],
  ['invoke-with-response-stream', nativeFrames],
])('the frames of %s come byte for byte, wherever they were split', async (verb, frames) => {
  const bytes = Buffer.concat(frames);
  for (const size of [7, 100, bytes.length]) {
    const place = await startPlace((response) => trickle(sendStream(response), bytes, size));
    const server = await start(leadingTo(place.url));
    const response = await post(server, verb);
    expect((await bytesOf(response)).equals(bytes)).toBe(true);
  }
});

test.each([
  ['converse', { outputTokens: 4, cacheReadInputTokens: 3 }],
  ['converse-stream', { outputTokens: 4 }],
  ['invoke-with-response-stream', { outputTokens: 4, cacheReadInputTokens: 2 }],
])('what an answer to %s counted is known though nobody decoded it', async (verb, counted) => {
  const place = await startPlace((response) => {
    if (verb === 'converse') sendJson(response, 200, oddAnswer);
    else
      sendStream(response).end(Buffer.concat(verb.startsWith('i') ? nativeFrames : converseFrames));
  });
  const { engine } = await start(leadingTo(place.url));
  const notes = createNotes();
  const operations = {
    converse: 'Converse',
    'converse-stream': 'ConverseStream',
    'invoke-with-response-stream': 'InvokeModelWithResponseStream',
  } as const;
  const output = await engine.forward(
    operations[verb as keyof typeof operations],
    { modelId, body: Buffer.from('{}'), headers: {}, input: () => ({}) },
    { signal: new AbortController().signal, notes, region: null },
  );
  if (output !== undefined && 'frames' in output) for await (const _piece of output.frames);
  expect(notes.usage).toEqual({ inputTokens: 9, totalTokens: 13, ...counted });
});

test('asked in Converse, its answers are decoded, bytes and all', async () => {
  const image = { format: 'png', source: { bytes: new Uint8Array([1, 2, 3]) } };
  const place = await startPlace((response, { url = '' }) => {
    if (url.endsWith('stream')) sendStream(response).end(Buffer.concat(converseFrames));
    else sendJson(response, 200, oddAnswer);
  });
  const { engine } = await start(leadingTo(place.url));
  const call = { signal: new AbortController().signal, notes: createNotes(), region: null };
  const input = { modelId, messages: [{ role: 'user', content: [{ image }] }] };
  const whole = await engine.run('Converse', input, call);
  expect(whole).toMatchObject({ body: { stopReason: 'end_turn', usage: { inputTokens: 9 } } });
  expect(JSON.parse(place.asked[0]?.body.toString() ?? '')).toEqual({
    messages: [
      { role: 'user', content: [{ image: { format: 'png', source: { bytes: 'AQID' } } }] },
    ],
  });
  const streamed = await engine.run('ConverseStream', input, call);
  if (!('events' in streamed)) throw new Error('no events');
  const events: object[] = [];
  for await (const batch of streamed.events) events.push(...batch);
  const redactedContent = new Uint8Array([1, 2, 255]);
  const delta = { reasoningContent: { redactedContent } };
  expect(events[1]).toEqual({ contentBlockDelta: { contentBlockIndex: 0, delta } });
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'messageStart',
    'contentBlockDelta',
    'contentBlockStop',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ]);
});

test.each([
  ['damaged', [Buffer.concat(converseFrames).fill(0x7a, 130, 140)]],
  ['cut short', converseFrames.slice(0, 4)],
  [
    'of an exception',
    [
      ...converseFrames.slice(0, 4),
      frame('modelStreamErrorException', { message: 'lost' }, 'exception'),
    ],
  ],
])('asked in Converse, a stream that is %s throws', async (_what, frames) => {
  const place = await startPlace((response) => sendStream(response).end(Buffer.concat(frames)));
  const { engine } = await start(leadingTo(place.url));
  const call = { signal: new AbortController().signal, notes: createNotes(), region: null };
  const reading = (async () => {
    const streamed = await engine.run('ConverseStream', { modelId, messages }, call);
    if (!('events' in streamed)) throw new Error('no events');
    for await (const _batch of streamed.events);
  })();
  await expect(reading).rejects.toMatchObject({ name: 'ModelStreamErrorException' });
});

test('the models that it lists and its health are asked for with a signature, too', async () => {
  const pictures = { modelId: 'amazon.pictures-v1:0', outputModalities: ['IMAGE'] };
  const text = { modelId: 'amazon.nova-lite-v1:0', outputModalities: ['TEXT'] };
  const listed = { modelSummaries: [text, pictures, { modelId: 7 }] };
  const place = await startPlace((response) => sendJson(response, 200, JSON.stringify(listed)));
  const { engine } = await start(leadingTo(place.url));
  const { aws } = Object.fromEntries(engine.heritage.places.providers);
  const { signal } = new AbortController();
  expect(await aws?.models?.(signal)).toEqual(['amazon.nova-lite-v1:0']);
  await aws?.health?.(signal);
  expect(place.asked.map(({ url }) => url)).toEqual(['/foundation-models', '/foundation-models']);
  expect(place.asked.every(isSigned)).toBe(true);
});

test('every key of the provider is explained on its page', () => {
  const page = readFileSync('docs/providers.md', 'utf8');
  const rows = page.matchAll(/^\| `([\w.]+)` /gm);
  const explained = new Set(Array.from(rows, ([, key = '']) => key.split('.')[0]));
  const everywhere = new Set(['type', 'retries', 'limits', 'circuit']);
  const keys = providerKeys('bedrock').filter((key) => !everywhere.has(key));
  expect(keys.length).toBeGreaterThan(8);
  expect(keys.filter((key) => !explained.has(key))).toEqual([]);
});
