// What happens to requests when the event loop is late.

import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { ManualEnvironment } from '../../test/manual-clock.ts';
import { loadLagMsMax, loadSampleMs } from '../limits.ts';
import type { WireHandler, WireRequest } from '../protocol/wire/http.ts';
import { shedLoad } from './load.ts';

interface Lagging {
  readonly environment: ManualEnvironment;
  readonly handler: WireHandler;
  /** Requests that came through. */
  readonly handled: string[];
  /** Lets the next look at the loop come so late. */
  readonly look: (lagMs: number) => Promise<void>;
}

/** A server whose loop is as late as the test says: its clock runs ahead of its timers. */
function start(): Lagging {
  const environment = createManualEnvironment();
  const { clock } = environment;
  let aheadMs = 0;
  const lagging = { ...clock, monotonic: () => clock.monotonic() + aheadMs };
  const handled: string[] = [];
  const own: WireHandler = async ({ target }) => {
    handled.push(target);
    return { status: 200, headers: {}, body: new Uint8Array(0) };
  };
  const handler = shedLoad(own, { environment: { ...environment, clock: lagging } });
  return {
    environment,
    handler,
    handled,
    look: async (lagMs) => {
      aheadMs += lagMs;
      await clock.advance(loadSampleMs);
    },
  };
}

function get(target: string): WireRequest {
  return {
    method: 'GET',
    target,
    headers: {},
    httpVersion: '1.1',
    local: true,
    signal: new AbortController().signal,
    body: () => Promise.reject(new Error('no body is read before a refusal')),
  };
}

const late = loadLagMsMax + 1;

test('a loop that is late again and again turns requests away, and says when they may come', async () => {
  const { handler, handled, look, environment } = start();
  await handler(get('/a'));
  await look(late);
  await handler(get('/b'));
  await look(late);
  const { status, headers, body } = await handler(get('/c'));
  expect(handled).toEqual(['/a', '/b']);
  expect(status).toBe(503);
  expect(headers).toMatchObject({
    'retry-after': '1',
    'x-amzn-errortype': 'ServiceUnavailableException',
  });
  expect(headers['x-amzn-requestid']).toMatch(/^[\da-f-]{36}$/);
  expect(Buffer.from(body as Uint8Array).toString()).toContain('more requests than it can answer');
  expect(environment.logged.map(({ message }) => message)).toEqual([
    'too much load: requests are turned away',
  ]);
});

test('who watches the server is answered all the same', async () => {
  const { handler, look } = start();
  await handler(get('/a'));
  await look(late);
  await look(late);
  expect((await handler(get('/healthz'))).status).toBe(200);
  expect((await handler(get('/a'))).status).toBe(503);
});

test('when the loop is in time again requests are served again', async () => {
  const { handler, look, environment } = start();
  await handler(get('/a'));
  await look(late);
  await look(late);
  await handler(get('/b'));
  await look(0);
  expect((await handler(get('/c'))).status).toBe(200);
  expect(environment.logged.at(-1)).toMatchObject({ fields: { requests: 1 } });
});

test('one long piece of work turns nobody away, and what is just in time is in time', async () => {
  const { handler, look } = start();
  await handler(get('/a'));
  await look(late * 10);
  expect((await handler(get('/b'))).status).toBe(200);
  await look(loadLagMsMax);
  await handler(get('/c'));
  await look(late);
  expect((await handler(get('/d'))).status).toBe(200);
});

test('without requests nothing is measured', async () => {
  const { handler, look, environment } = start();
  expect(environment.clock.waiting).toBe(0);
  await handler(get('/a'));
  expect(environment.clock.waiting).toBe(1);
  await look(0);
  await look(0);
  expect(environment.clock.waiting).toBe(0);
});
