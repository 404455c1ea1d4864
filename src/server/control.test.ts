// The control paths, each method and each refusal.

import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { ValidationException } from '../protocol/errors.ts';
import type { WireRequest } from '../protocol/wire/http.ts';
import { createSimulation } from '../simulation/simulation.ts';
import { createControl } from './control.ts';

function setUp() {
  const simulation = createSimulation(createManualEnvironment());
  const control = createControl(simulation);
  const ask = async (method: string, target: string, more: Partial<WireRequest> = {}) => {
    const { status, headers, body } = await control({ ...wireRequest(method, target), ...more });
    expect(headers['content-type']).toBe('application/json');
    if (!(body instanceof Uint8Array)) throw new Error('the answer is streamed');
    return { status, headers, body: JSON.parse(Buffer.from(body).toString()) as unknown };
  };
  const post = (text: string, more: Partial<WireRequest> = {}) =>
    ask('POST', '/_openconverse/script', { body: async () => Buffer.from(text), ...more });
  return { simulation, ask, post };
}

function wireRequest(method: string, target: string): WireRequest {
  return {
    method,
    target,
    headers: { 'content-type': 'application/json' },
    httpVersion: '1.1',
    local: true,
    signal: new AbortController().signal,
    body: async () => new Uint8Array(),
  };
}

test('turns are appended, shown and removed', async () => {
  const { ask, post } = setUp();
  expect(await post('{"text": "é"}')).toMatchObject({ status: 200, body: { queued: 1 } });
  expect(await post('[{"error": "cut", "times": 2}, {"inputTokens": 4}]')).toMatchObject({
    status: 200,
    body: { queued: 3 },
  });
  expect(await ask('GET', '/_openconverse/script')).toMatchObject({
    status: 200,
    body: { turns: [{ text: 'é' }, { error: 'cut', times: 2 }, { inputTokens: 4 }] },
  });
  const removed = { status: 200, body: { removed: 3 } };
  expect(await ask('DELETE', '/_openconverse/script?all')).toMatchObject(removed);
  expect((await ask('GET', '/_openconverse/script')).body).toEqual({ turns: [] });
});

test('the journal is shown and emptied', async () => {
  const { ask, simulation } = setUp();
  const entry = {
    operation: null,
    modelId: null,
    httpVersion: '1.1',
    auth: 'none',
    accessKeyId: null,
    status: 404,
    error: 'UnknownOperationException',
    scripted: false,
    headers: {},
    body: null,
  } as const;
  simulation.journal.record(entry, 0);
  expect((await ask('GET', '/_openconverse/requests')).body).toEqual({ requests: [entry] });
  expect((await ask('DELETE', '/_openconverse/requests')).body).toEqual({ removed: 1 });
  expect((await ask('GET', '/_openconverse/requests')).body).toEqual({ requests: [] });
});

test.each([
  ['no JSON', '{"text":', 'The body is not valid JSON:'],
  ['nothing', '', 'The body is not valid JSON:'],
  ['a malformed turn', '[{"text": "a"}, {"text": "b", "times": 0}]', 'Turn 1: times is 0.'],
  ['no turn', 'null', 'Turn 0 is null.'],
])('%s is refused with 400 and appends nothing', async (_case, text, told) => {
  const { post, simulation } = setUp();
  const { status, body } = await post(text);
  expect(status).toBe(400);
  expect(body).toEqual({ message: expect.stringContaining(told) });
  expect(simulation.script.waiting()).toEqual([]);
});

test('bytes that are no UTF-8 are refused with 400', async () => {
  const { post } = setUp();
  const sent = await post('', { body: async () => Uint8Array.of(0x22, 0xff, 0x22) });
  expect(sent.status).toBe(400);
});

test('a body beyond the limit is refused in its own words', async () => {
  const { post } = setUp();
  const sent = await post('', {
    body: () => Promise.reject(new ValidationException('Too large.')),
  });
  expect(sent).toMatchObject({ status: 400, body: { message: 'Too large.' } });
});

test.each(['text/plain', undefined, 'application/jsonp', 'multipart/form-data'])(
  'turns sent as %s are refused with 415',
  async (contentType) => {
    const { post, simulation } = setUp();
    const answer = await post('{"text": "a"}', { headers: { 'content-type': contentType } });
    expect(answer.status).toBe(415);
    expect(simulation.script.waiting()).toEqual([]);
  },
);

test('a charset beside the type is fine', async () => {
  const { post } = setUp();
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  expect((await post('{"text": "a"}', { headers })).status).toBe(200);
});

test.each([
  ['POST', '/_openconverse/requests', 'GET, DELETE'],
  ['PUT', '/_openconverse/script', 'GET, POST, DELETE'],
  ['toString', '/_openconverse/script', 'GET, POST, DELETE'],
])('%s %s is refused with 405 and what is allowed', async (method, target, allow) => {
  const { status, headers, body } = await setUp().ask(method, target);
  expect([status, headers['allow']]).toEqual([405, allow]);
  expect(body).toEqual({ message: expect.stringContaining(allow) });
});

test('other paths are refused with 404 that names the paths', async () => {
  const { status, body } = await setUp().ask('GET', '/_openconverse/scripts');
  expect(status).toBe(404);
  expect(body).toEqual({
    message: expect.stringMatching(/_openconverse\/script and \/_openconverse\/requests/),
  });
});

test('callers from other machines are refused with 403', async () => {
  const { ask, post, simulation } = setUp();
  expect((await ask('GET', '/_openconverse/requests', { local: false })).status).toBe(403);
  expect((await post('{"text": "a"}', { local: false })).status).toBe(403);
  expect(simulation.script.waiting()).toEqual([]);
});
