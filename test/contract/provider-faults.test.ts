// What goes wrong between here and a place, on real sockets: each its typed exception, in its time.

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../src/environment.ts';
import { families } from '../../src/models/families/index.ts';
import type { Timeouts } from '../../src/providers/http.ts';
import { createOpenaiCompatibleProvider } from '../../src/providers/openai-compatible.ts';
import type { Provider, ProviderCall } from '../../src/providers/provider.ts';
import { createNotes } from '../../src/service/engine.ts';
import { overFamily } from '../../src/service/over-family.ts';
import { beforeAnswer, withinStream, withinWhole } from './provider-faults.ts';
import { chunkedHead, event, eventHead, framed, hello } from './provider-faults.ts';
import type { Fault } from './provider-faults.ts';

const environment = createEnvironment({ logLevel: 'silent' });

/** A place that is there once a whole request has come, and then does as it is told. */
async function startFaulty(behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString();
      if (!/\r\n\r\n\{.*\}$/s.test(text)) return;
      text = '';
      behave(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function createPlace(origin: string, timeouts: Timeouts = {}): Provider {
  const options = { baseUrl: `${origin}/v1`, apiKey: 'secret-key', timeouts, environment };
  const native = createOpenaiCompatibleProvider(options);
  onTestFinished(() => native.close());
  return overFamily(native, families['openai-chat'], environment);
}

function call(): ProviderCall {
  return {
    operation: 'ConverseStream',
    modelId: 'm',
    foundationModelId: null,
    model: { id: 'm', template: undefined, maxTokens: 64 },
    request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    signal: new AbortController().signal,
    notes: createNotes(),
  };
}

interface Failed {
  readonly error: unknown;
  /** What was told before. */
  readonly events: number;
  readonly ms: number;
}

async function failWhole(place: Provider): Promise<Failed> {
  const startedMs = performance.now();
  const error = await place.send(call()).then(
    () => 'a clean end',
    (failure: unknown) => failure,
  );
  return { error, events: 0, ms: performance.now() - startedMs };
}

async function failStream(place: Provider): Promise<Failed> {
  const startedMs = performance.now();
  let events = 0;
  try {
    for await (const batch of await place.stream(call())) events += batch.length;
    return { error: 'a clean end', events, ms: performance.now() - startedMs };
  } catch (error) {
    return { error, events, ms: performance.now() - startedMs };
  }
}

test.each(beforeAnswer)('$title: a whole answer fails as $name', async (fault) => {
  const place = createPlace(await startFaulty(fault.behave), fault.timeouts);
  check(await failWhole(place), fault);
});

test.each(beforeAnswer)('$title: a stream fails as $name', async (fault) => {
  const place = createPlace(await startFaulty(fault.behave), fault.timeouts);
  check(await failStream(place), fault);
});

test.each(withinWhole)('$title: a whole answer fails as $name', async (fault) => {
  const place = createPlace(await startFaulty(fault.behave), fault.timeouts);
  check(await failWhole(place), fault);
});

test.each(withinStream)('$title: a stream ends as $name', async (fault) => {
  const place = createPlace(await startFaulty(fault.behave), fault.timeouts);
  const failed = await failStream(place);
  check(failed, fault);
});

test('what came before a stream is cut was told', async () => {
  const origin = await startFaulty((socket) => {
    socket.write(`${chunkedHead}${framed(hello)}`, () => {
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
  });
  expect(await failStream(createPlace(origin))).toMatchObject({
    events: 2,
    error: { name: 'ModelStreamErrorException' },
  });
});

test('a slow reader is no silent place', async () => {
  const origin = await startFaulty((socket) => {
    socket.write(eventHead);
    for (let count = 0; count < 3; count += 1) socket.write(hello);
    setTimeout(() => socket.end(`${event({}, 'stop')}data: [DONE]\n\n`), 20);
  });
  const place = createPlace(origin, { idleMs: 60 });
  let events = 0;
  for await (const batch of await place.stream(call())) {
    events += batch.length;
    await environment.clock.sleep(100);
  }
  expect(events).toBeGreaterThan(4);
});

test('nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const fault = {
    name: 'ServiceUnavailableException',
    says: new RegExp(`Nothing listens there.*127\\.0\\.0\\.1:${port}: ECONNREFUSED`),
  };
  check(await failStream(createPlace(`http://127.0.0.1:${port}`)), fault);
});

test('a host that has no name', async () => {
  const fault = {
    name: 'ServiceUnavailableException',
    says: /name of the host cannot be resolved/,
  };
  check(await failWhole(createPlace('http://place.invalid:8000')), fault);
});

test('a connection that does not come about', async () => {
  // A server that accepts nothing more: its queue is full.
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => void server.close());
  const place = createPlace(`https://127.0.0.1:${port}`, { connectMs: 80 });
  const fault = { name: 'ServiceUnavailableException', says: /No connection came about in time/ };
  check(await failWhole(place), fault);
});

test('a certificate that nobody trusts', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const server = createTlsServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const fault = { name: 'ServiceUnavailableException', says: /certificate is not trusted/ };
  check(await failStream(createPlace(`https://127.0.0.1:${port}`)), fault);
});

test('https where http is spoken', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const fault = { name: 'ServiceUnavailableException', says: /TLS cannot be agreed on/ };
  check(await failWhole(createPlace(`https://127.0.0.1:${port}`)), fault);
});

function check({ error, ms }: Failed, fault: Pick<Fault, 'headers' | 'name' | 'says'>): void {
  expect(error).toMatchObject({ name: fault.name });
  const { message, hint, headers } = error as { message: string; hint?: string; headers: object };
  const told = `${message} ${hint ?? ''}`;
  expect(told).toMatch(fault.says);
  expect(told).not.toContain('secret-key');
  if (fault.headers !== undefined) expect(headers).toEqual(fault.headers);
  expect(ms).toBeLessThan(1_500);
}
