import { expect, test } from 'vitest';
import type { WireRequest } from '../protocol/wire/http.ts';
import { answerStarting } from './starting.ts';

const request: WireRequest = {
  method: 'GET',
  target: '/',
  headers: {},
  httpVersion: '1.1',
  local: true,
  signal: new AbortController().signal,
  body: () => Promise.resolve(new Uint8Array(0)),
};

test.each([
  ['/healthz', 200, '{"status":"alive"}'],
  ['/readyz', 503, '{"status":"starting"}'],
  ['/model/m/converse', 503, /The server is starting/],
])('while the server starts %s answers %i', async (target, status, text) => {
  const answer = await answerStarting({ ...request, target });
  expect(answer.status).toBe(status);
  expect(Buffer.from(answer.body as Uint8Array).toString()).toMatch(text);
});

test('an SDK reads that it may try again', async () => {
  const { headers } = await answerStarting({ ...request, target: '/model/m/converse' });
  expect(headers['x-amzn-errortype']).toBe('ServiceUnavailableException');
});
