// A provider in another process, over a real socket: nothing is lost on the way.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../environment.ts';
import { linkBatchesMax } from '../../limits.ts';
import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import {
  ConnectionCut,
  ModelErrorException,
  ServiceUnavailableException,
  ThrottlingException,
} from '../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Provider, ProviderCall } from '../provider.ts';
import type { LinkServer } from './link-server.ts';
import { serveLink } from './link-server.ts';
import { Link } from './link.ts';
import type { RemoteFace } from './provider.ts';
import { createRemoteProvider } from './provider.ts';
import { faceOf, providerMethods } from './serve-providers.ts';

const environment = createEnvironment({ logLevel: 'silent' });
const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const response: ConverseResponse = {
  output: { message: { role: 'assistant', content: [{ text: 'Grüße 👋' }] } },
  stopReason: 'end_turn',
  usage,
  metrics: { latencyMs: 5 },
};

const provider: Provider = {
  capabilities: new Set(['tools', 'system']),
  send: async () => response,
  stream: () => Promise.reject(new Error('not asked for')),
  countTokens: async () => 7,
  close: async () => {},
};

interface Ends {
  readonly remote: Provider;
  readonly server: LinkServer;
  readonly path: string;
  readonly link: Link;
}

async function start(there: Partial<Provider>, waitMs = 200): Promise<Ends> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-link-'));
  const path = join(folder, 'link');
  const server = await serve(path, there);
  const opening = { method: 'open', input: 'hello' };
  const link = new Link({ path, environment, opening, waitMs });
  onTestFinished(async () => {
    link.close();
    await server.close().catch(() => {});
    rmSync(folder, { recursive: true });
  });
  const face = (await link.opened()) as RemoteFace;
  return { remote: createRemoteProvider(link, 'local', face), server, path, link };
}

function serve(path: string, there: Partial<Provider>): Promise<LinkServer> {
  const whole = { ...provider, ...there };
  const find = (place: string): Provider => {
    if (place !== 'local') throw new Error(`no ${place}`);
    return whole;
  };
  const methods = { ...providerMethods(find), open: async () => faceOf(whole) };
  return serveLink({ path, environment, connect: () => ({ methods, close() {} }) });
}

function callOf(signal = new AbortController().signal): ProviderCall {
  return {
    operation: 'Converse',
    modelId: 'a',
    foundationModelId: null,
    model: { id: 'a', template: undefined, maxTokens: 10 },
    request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
  };
}

const delta = (text: string): ConverseStreamEvent => ({
  contentBlockDelta: { contentBlockIndex: 0, delta: { text } },
});

const loss = { member: 'a', handling: 'changed', reason: 'b' } as const;

test('an answer, a count and what the place can do are the same there and here', async () => {
  const { remote } = await start({});
  expect(await remote.send(callOf())).toEqual(response);
  expect(await remote.countTokens(callOf())).toBe(7);
  expect([...remote.capabilities]).toEqual(['tools', 'system']);
  expect(remote.health).toBeUndefined();
});

test('bytes arrive as bytes', async () => {
  let seen: ProviderCall | undefined;
  const { remote } = await start({
    send: async (call) => {
      seen = call;
      return response;
    },
  });
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  const content = [{ image: { format: 'png', source: { bytes } } }] as const;
  await remote.send({
    ...callOf(),
    request: { messages: [{ role: 'user', content: [...content] }] },
  });
  const source = seen?.request.messages?.[0]?.content?.[0];
  expect(source).toEqual({ image: { format: 'png', source: { bytes } } });
});

test('who answered and what was lost is noted here, once', async () => {
  const { remote } = await start({
    async stream({ notes }) {
      notes.servedBy = 'there';
      notes.losses.push(loss);
      return (async function* () {
        yield [delta('one')];
        notes.losses.push({ ...loss, member: 'later' });
        notes.usage = usage;
      })();
    },
  });
  const call = callOf();
  call.notes.losses.push({ ...loss, member: 'mine' });
  const stream = await remote.stream(call);
  expect(call.notes.servedBy).toBe('there');
  for await (const batch of stream) expect(batch).toEqual([delta('one')]);
  expect(call.notes.losses.map(({ member }) => member)).toEqual(['mine', 'a', 'later']);
  expect(call.notes.usage).toEqual(usage);
});

test('exceptions are thrown as they were, before a stream and in it', async () => {
  const options = {
    hint: 'wait',
    headers: { 'retry-after': '3' },
    members: { originalStatusCode: 5 },
  };
  const { remote } = await start({
    async send({ notes }) {
      notes.servedBy = 'there';
      throw new ThrottlingException('slowly', options);
    },
    countTokens: () => Promise.reject(new ConnectionCut('cut')),
    stream: async () =>
      (async function* () {
        yield [delta('one')];
        throw new ModelErrorException('broken', { status: 500 });
      })(),
  });
  const call = callOf();
  const error = await remote.send(call).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ThrottlingException);
  expect(error).toMatchObject({ message: 'slowly', ...options, status: 429 });
  expect(call.notes.servedBy).toBe('there');
  await expect(remote.countTokens(callOf())).rejects.toBeInstanceOf(ConnectionCut);
  const batches: unknown[] = [];
  const reading = (async () => {
    for await (const batch of await remote.stream(callOf())) batches.push(...batch);
  })();
  await expect(reading).rejects.toMatchObject({ name: 'ModelErrorException', status: 500 });
  expect(batches).toEqual([delta('one')]);
});

test('a reader who does not read holds up the model, and gets everything in the end', async () => {
  let made = 0;
  const total = 5 * linkBatchesMax;
  const { remote } = await start({
    stream: async () =>
      (async function* () {
        while (made < total) {
          made += 1;
          yield [delta(String(made))];
        }
      })(),
  });
  const stream = await remote.stream(callOf());
  // An answer to another question came after all that could come unasked.
  await remote.countTokens(callOf());
  expect(made).toBeLessThanOrEqual(linkBatchesMax + 1);
  const events: ConverseStreamEvent[] = [];
  for await (const batch of stream) events.push(...batch);
  expect(events).toEqual(Array.from({ length: total }, (_, index) => delta(String(index + 1))));
});

test('closing a stream ends what makes it', async () => {
  const closed = Promise.withResolvers<void>();
  const { remote } = await start({
    stream: async () =>
      (async function* () {
        try {
          for (;;) yield [delta('on')];
        } finally {
          closed.resolve();
        }
      })(),
  });
  for await (const batch of await remote.stream(callOf())) {
    expect(batch.length).toBeGreaterThan(0);
    break;
  }
  await closed.promise;
});

test('an abort reaches the other side, and throws its reason here', async () => {
  const aborted = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { remote } = await start({
    send({ signal }) {
      entered.resolve();
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => {
        aborted.resolve();
        reject(signal.reason as Error);
      });
      return promise;
    },
  });
  const controller = new AbortController();
  const sending = remote.send(callOf(controller.signal));
  await entered.promise;
  const reason = new ServiceUnavailableException('ending');
  controller.abort(reason);
  await expect(sending).rejects.toBe(reason);
  await aborted.promise;
});

test('when the other process ends the open questions fail, and the next ones find the new one', async () => {
  const entered = Promise.withResolvers<void>();
  const { remote, server, path } = await start(
    {
      send() {
        entered.resolve();
        return Promise.withResolvers<never>().promise;
      },
    },
    5_000,
  );
  const sending = remote.send(callOf());
  await entered.promise;
  const failed = expect(sending).rejects.toMatchObject({
    name: 'ServiceUnavailableException',
    headers: { 'retry-after': '1' },
  });
  await server.close();
  await failed;
  const later = remote.countTokens(callOf());
  const next = await serve(path, { countTokens: async () => 8 });
  onTestFinished(() => next.close());
  expect(await later).toBe(8);
});

test('where no process comes a question is refused in time', async () => {
  const { remote, server } = await start({}, 60);
  await server.close();
  await expect(remote.countTokens(callOf())).rejects.toBeInstanceOf(ServiceUnavailableException);
});
