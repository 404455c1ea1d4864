// Servers that are found, and programs that are not taken for one.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../environment.ts';
import type { Discovered, LocalServer } from './discovery.ts';
import { discoverServers, usualServers } from './discovery.ts';

const real = createEnvironment({ logLevel: 'silent' });
const { clock } = real;
// Bounds of time pass faster: who says nothing is given up soon.
const environment = {
  ...real,
  clock: { ...clock, timer: (ms: number, action: () => void) => clock.timer(ms / 10, action) },
};

type Answers = Readonly<Record<string, unknown>>;

/** Answers these paths with JSON, all others with 404. Gives the address up to the version. */
async function serve(answers: Answers, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, headers);
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  });
  return `${await listening(server)}/v1`;
}

async function listening(server: Server | ReturnType<typeof createSocketServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

function listOf(owner: string | undefined, ...ids: string[]): object {
  const data = ids.map((id) => ({ id, object: 'model', owned_by: owner }));
  return { object: 'list', data };
}

function look(
  vendor: LocalServer['vendor'],
  baseUrl: string,
  { signal } = new AbortController(),
): Promise<Discovered> {
  const server = { name: vendor.replace('.', '-'), vendor, baseUrl };
  return discoverServers([server], { environment, signal });
}

const nothing = { found: [], passed: [] };

test('the usual servers are asked on this machine only', () => {
  expect(usualServers.map(({ name, baseUrl }) => `${name} ${baseUrl}`)).toEqual([
    'ollama http://127.0.0.1:11434/v1',
    'vllm http://127.0.0.1:8000/v1',
    'llama-cpp http://127.0.0.1:8080/v1',
    'lm-studio http://127.0.0.1:1234/v1',
    'sglang http://127.0.0.1:30000/v1',
  ]);
});

test('a server that lists models is found with them', async () => {
  const baseUrl = await serve({ '/v1/models': listOf(undefined, 'a', 'b') });
  const vendor = 'llama.cpp';
  const settings = { type: 'openai-compatible', vendor, baseUrl };
  expect(await look(vendor, baseUrl)).toEqual({
    found: [{ name: 'llama-cpp', vendor, baseUrl, settings, models: ['a', 'b'] }],
    passed: [],
  });
});

test('whose it is its models say, whatever its port, and two of a kind are told apart', async () => {
  const first = await serve({ '/v1/models': listOf('vllm', 'a') });
  const second = await serve({ '/v1/models': listOf('vllm', 'b') });
  const servers = [
    { name: 'vllm', vendor: 'vllm', baseUrl: first },
    { name: 'llama-cpp', vendor: 'llama.cpp', baseUrl: second },
  ] as const;
  const { signal } = new AbortController();
  const { found } = await discoverServers(servers, { environment, signal });
  expect(found.map(({ name, vendor }) => [name, vendor])).toEqual([
    ['vllm', 'vllm'],
    [`vllm-${new URL(second).port}`, 'vllm'],
  ]);
});

test('models that Ollama fetches from elsewhere for money are not its own', async () => {
  const names = ['llama3.2:3b', 'gpt-oss:120b-cloud', 'glm-4.6:cloud'];
  const baseUrl = await serve({ '/v1/models': listOf('library', ...names) });
  const { found } = await look('ollama', baseUrl);
  expect(found.map(({ models }) => models)).toEqual([['llama3.2:3b']]);
});

test("a gateway to a maker's models is not used, and that is said", async () => {
  const list = listOf('openai', 'gpt-5');
  const gateway = await serve({ '/v1/models': list });
  const { found, passed } = await look('vllm', gateway);
  expect(found).toEqual([]);
  expect(passed).toEqual([
    { baseUrl: gateway, reason: expect.stringContaining('openai, which may cost money') },
  ]);
  const ollama = await serve({ '/v1/models': list, '/api/tags': { models: [] } });
  expect((await look('ollama', ollama)).found).toHaveLength(1);
});

test.each([
  ['another program', { '/': {} }, {}],
  ['a list of something else', { '/v1/models': { models: [] } }, {}],
  ['a page', { '/v1/models': '<html></html>' }, {}],
  ['a server such as this one', { '/v1/models': listOf('vllm', 'a') }, { 'x-amzn-requestid': '1' }],
] as const)('%s is not taken for one', async (_name, answers, headers) => {
  expect(await look('vllm', await serve(answers, headers))).toEqual(nothing);
});

test('nobody, and one who says nothing, keep nobody waiting', async () => {
  const silent = await listening(createSocketServer(() => {}));
  const startedMs = performance.now();
  expect(await look('vllm', `${silent}/v1`)).toEqual(nothing);
  expect(await look('vllm', 'http://127.0.0.1:1/v1')).toEqual(nothing);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

test('an abort ends the look at once', async () => {
  const silent = await listening(createSocketServer(() => {}));
  const controller = new AbortController();
  const looking = look('vllm', `${silent}/v1`, controller);
  controller.abort(new Error('enough'));
  await expect(looking).rejects.toThrow();
});
