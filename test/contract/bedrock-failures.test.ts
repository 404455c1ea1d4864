// What goes wrong at Amazon Bedrock, or on the way there: each its exception, in its time.

import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { start } from '../server/running.ts';
import {
  bytesOf,
  chunk,
  converseFrames,
  frame,
  leadingTo,
  nativeFrames,
  post,
  sendStream,
  startPlace,
} from './bedrock-place.ts';

const messages = [{ role: 'user', content: [{ text: 'Hi' }] }];

const wholeButLast = converseFrames.slice(0, -1);
const withoutStop = converseFrames.filter((_frame, at) => at !== 5);

test.each([
  ['without metadata', 'converse-stream', wholeButLast, wholeButLast],
  ['without its stop', 'converse-stream', withoutStop, withoutStop],
  ['with nothing', 'converse-stream', [], []],
  [
    'in the middle of a frame',
    'converse-stream',
    [...wholeButLast, converseFrames.at(-1)?.subarray(0, 40) ?? Buffer.alloc(0)],
    wholeButLast,
  ],
  [
    'without the metrics of a native one',
    'invoke-with-response-stream',
    nativeFrames.slice(0, -1),
    nativeFrames.slice(0, -1),
  ],
])('a stream that ends %s ends in an exception', async (...[, verb, sent, kept]) => {
  const place = await startPlace((response) => sendStream(response).end(Buffer.concat(sent)));
  const server = await start(leadingTo(place.url));
  const response = await post(server, verb);
  const bytes = await bytesOf(response);
  if (kept.length === 0) {
    // Nothing was sent yet, so there is a status to say it with.
    expect(response.status).toBe(424);
    expect(response.headers.get('x-amzn-errortype')).toBe('ModelStreamErrorException');
    return;
  }
  const before = Buffer.concat(kept);
  expect(bytes.subarray(0, before.length).equals(before)).toBe(true);
  expect(bytes.subarray(before.length).toString()).toMatch(
    /:exception-type.*modelStreamErrorException.*The model's stream/s,
  );
});

test('an exception in a stream comes behind what came before it', async () => {
  const [first = Buffer.alloc(0)] = converseFrames;
  const payload = { message: 'Too fast.', originalStatusCode: 429 };
  const exception = frame('throttlingException', payload, 'exception');
  const place = await startPlace((response) => {
    sendStream(response).end(Buffer.concat([first, exception]));
  });
  const server = await start(leadingTo(place.url));
  const bytes = await bytesOf(await post(server, 'converse-stream'));
  expect(bytes.subarray(0, first.length).equals(first)).toBe(true);
  const rest = bytes.subarray(first.length).toString();
  expect(rest).toContain('throttlingException');
  expect(rest).toContain(JSON.stringify(payload));
});

test('an exception in the first frame is answered with a status', async () => {
  const exception = frame('validationException', { message: 'Too long.' }, 'exception');
  const place = await startPlace((response) => sendStream(response).end(exception));
  const server = await start(leadingTo(place.url));
  const response = await post(server, 'converse-stream');
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ message: 'Too long.' });
});

interface Refusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
  readonly name: string;
  readonly message: unknown;
}

const unexpected =
  'The system encountered an unexpected error during processing. Try your request again.';

const refusals: readonly Refusal[] = [
  {
    status: 429,
    headers: {
      'x-amzn-errortype':
        'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/',
      'retry-after': '3',
    },
    body: '{"message":"Too many tokens, please wait before trying again."}',
    name: 'ThrottlingException',
    message: 'Too many tokens, please wait before trying again.',
  },
  {
    status: 403,
    headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    body: '{"Message":"Bearer Token has expired"}',
    name: 'AccessDeniedException',
    message: 'Bearer Token has expired',
  },
  {
    status: 400,
    body: '{"__type":"com.amazon.coral.service#ValidationException","message":"No."}',
    name: 'ValidationException',
    message: 'No.',
  },
  {
    status: 429,
    body: '{"message":"No."}',
    name: 'ModelNotReadyException',
    message: 'No.',
    headers: { 'x-amzn-errortype': 'ModelNotReadyException' },
  },
  {
    status: 502,
    body: '<html>Bad</html>',
    name: 'ServiceUnavailableException',
    message: unexpected,
  },
  {
    status: 503,
    body: 'no healthy place',
    name: 'ServiceUnavailableException',
    message: 'no healthy place',
  },
  { status: 500, body: '', name: 'InternalServerException', message: unexpected },
  { status: 307, body: '', name: 'ModelErrorException', message: unexpected },
];

test.each(refusals)('a refusal of status $status is $name', async (refusal) => {
  const { status, headers = {}, body, name, message } = refusal;
  const place = await startPlace((response) => response.writeHead(status, headers).end(body));
  const server = await start(leadingTo(place.url));
  const response = await post(server, 'converse');
  expect(response.headers.get('x-amzn-errortype')).toBe(name);
  const said = (await response.json()) as Record<string, unknown>;
  expect(said['message'] ?? said['Message']).toBe(message);
  expect('Message' in said).toBe(body.includes('"Message"'));
  expect(response.headers.get('retry-after')).toBe(headers['retry-after'] ?? null);
});

test.each([
  ['converse', 'text/html', '<html>200</html>'],
  ['converse', 'application/json', '{"output": '],
  ['converse-stream', 'application/json', '{}'],
  ['count-tokens', 'application/json', '[]'],
])('%s answered in %s by %s is a model error', async (verb, type, body) => {
  const place = await startPlace((response) => {
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  const server = await start(leadingTo(place.url));
  const response = await post(server, verb, { body: JSON.stringify({ messages }) });
  expect(response.status).toBe(424);
  expect(response.headers.get('x-amzn-errortype')).toBe('ModelErrorException');
});

test.each([
  ['converse', 'ModelTimeoutException', (_response: ServerResponse) => {}],
  ['converse-stream', 'ModelTimeoutException', (_response: ServerResponse) => {}],
  [
    'converse-stream',
    'ModelTimeoutException',
    (response: ServerResponse) => sendStream(response).flushHeaders(),
  ],
  [
    'converse',
    'ServiceUnavailableException',
    (response: ServerResponse) => void response.destroy(),
  ],
])('%s of a place that does not answer is %s', async (...[verb, name, behave]) => {
  const place = await startPlace(behave);
  const server = await start(leadingTo(place.url, { timeouts: { firstByteMs: 60 } }));
  const response = await post(server, verb, { body: JSON.stringify({ messages }) });
  expect(response.headers.get('x-amzn-errortype')).toBe(name);
});

test.each([
  ['falls silent', (_response: ServerResponse) => {}],
  ['is reset', (response: ServerResponse) => void response.destroy()],
])('a stream that %s after its first frame ends in an exception', async (_what, behave) => {
  const [first = Buffer.alloc(0)] = converseFrames;
  const place = await startPlace((response) => {
    sendStream(response).write(first, () => behave(response));
  });
  const server = await start(leadingTo(place.url, { timeouts: { idleMs: 60 } }));
  const bytes = await bytesOf(await post(server, 'converse-stream'));
  expect(bytes.subarray(0, first.length).equals(first)).toBe(true);
  expect(bytes.toString()).toContain('modelStreamErrorException');
});

test('a native chunk is no Converse event, and the other way round', async () => {
  const place = await startPlace((response) => sendStream(response).end(chunk({ type: 'x' })));
  const server = await start(leadingTo(place.url));
  const bytes = await bytesOf(await post(server, 'converse-stream'));
  expect(bytes.toString()).toContain('modelStreamErrorException');
});
