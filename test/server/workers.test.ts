// Several processes that share a port, as real ones: what they share, and how they come and go.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { request as requestHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ServerProcess } from '../clients/server-process.ts';
import { runServer, startServer } from '../clients/server-process.ts';
import { childrenOf } from './children.ts';

const path = '/model/amazon.nova-pro-v1:0/converse';
const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
const timeoutMs = 90_000;

async function start(...flags: readonly string[]): Promise<ServerProcess> {
  const server = await startServer({ flags: ['--workers', '2', ...flags] });
  onTestFinished(async () => {
    await server.stop();
  });
  return server;
}

async function thereAgain(server: ServerProcess, times: number): Promise<void> {
  const count = (): number => server.stderr().split('is there again').length - 1;
  await vi.waitFor(() => expect(count()).toBe(times), { timeout: 30_000, interval: 50 });
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Over a connection of its own, so that the next worker has its turn. */
function call({ url }: Pick<ServerProcess, 'url'>, target = path, agent?: Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = requestHttp1(`${url}${target}`, { method: 'POST', agent: agent ?? false });
  request.once('error', reject);
  request.once('response', (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  });
  request.end(body);
  return promise;
}

async function callHttp2({ url }: ServerProcess): Promise<number> {
  const session = connectHttp2(url);
  try {
    const stream = session.request({ ':method': 'POST', ':path': path });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    stream.once('response', (headers) => resolve(Number(headers[':status'])));
    stream.once('error', reject);
    stream.end(body);
    stream.resume();
    return await promise;
  } finally {
    session.close();
  }
}

test(
  'one script and one journal are behind all workers, whichever HTTP asks',
  async () => {
    const server = await start('--simulated');
    const turns = Array.from({ length: 6 }, (_, index) => ({ text: `turn ${index}` }));
    await server.script(...turns);
    for (let index = 0; index < 6; index += 1) {
      expect((await call(server)).body).toContain(`turn ${index}`);
      expect(await server.journal()).toHaveLength(index + 1);
    }
    expect((await callHttp2(server)).toString()).toBe('200');
    await server.script({ error: { type: 'ThrottlingException', message: 'slowly' } });
    const refused = await call(server);
    expect(refused).toEqual({ status: 429, body: JSON.stringify({ message: 'slowly' }) });
    const entries = await server.journal();
    expect(entries.map(({ status }) => status)).toEqual([...Array(7).fill(200), 429]);
    expect(entries.at(-1)).toMatchObject({ operation: 'Converse', scripted: true });
    const list = await fetch(`${server.url}/foundation-models`);
    expect(list.status).toBe(200);
    expect((await server.journal()).at(-1)).toMatchObject({ operation: 'ListFoundationModels' });
  },
  timeoutMs,
);

test(
  'a stream goes through, and a client that leaves ends it where it is made',
  async () => {
    const server = await start('--simulated');
    await server.script({ text: 'one two three', stream: { chunk: 4, delayMs: 20 } });
    const whole = await call(server, `${path}-stream`);
    expect(whole.status).toBe(200);
    for (const part of ['messageStart', 'one ', 'two ', 'thre', 'metadata']) {
      expect(whole.body).toContain(part);
    }
    await server.script({ text: 'a'.repeat(4_000), stream: { chunk: 1, delayMs: 50 } });
    const controller = new AbortController();
    const left = await fetch(`${server.url}${path}-stream`, {
      method: 'POST',
      body,
      signal: controller.signal,
    });
    await left.body?.getReader().read();
    controller.abort();
    // Were it still being written, the end of the server would wait for it.
    expect(await server.stop()).toBe(0);
  },
  timeoutMs,
);

test(
  'both workers answer, and one that dies is replaced and said',
  async () => {
    const server = await start('--simulated');
    const before = await childrenOf(server.pid);
    // Two workers, and the process of the models.
    expect(before).toHaveLength(3);
    for (const [index, pid] of before.entries()) {
      process.kill(pid, 'SIGKILL');
      // The others serve meanwhile; what was under way is told to come again.
      expect([200, 503]).toContain((await call(server)).status);
      await thereAgain(server, index + 1);
      expect((await call(server)).status).toBe(200);
    }
    expect(await childrenOf(server.pid)).toHaveLength(3);
    expect(server.stderr()).toContain('another takes its place');
    expect(server.stderr()).toContain('"signal":"SIGKILL"');
  },
  timeoutMs,
);

test(
  'should all workers die at once the server is back at the same port',
  async () => {
    const server = await start('--simulated');
    for (const pid of await childrenOf(server.pid)) process.kill(pid, 'SIGKILL');
    await thereAgain(server, 3);
    for (let index = 0; index < 4; index += 1) expect((await call(server)).status).toBe(200);
    const [first = 0] = await childrenOf(server.pid);
    process.kill(first, 'SIGKILL');
    await thereAgain(server, 4);
    expect((await call(server)).status).toBe(200);
  },
  timeoutMs,
);

test(
  'at SIGHUP every worker is relieved, and no request is lost',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openconverse-workers-'));
    const file = join(folder, 'openconverse.yaml');
    writeFileSync(file, 'simulated: true\ndrain: { delayMs: 300, timeoutMs: 10000 }\n');
    const server = await start('--config', file);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const before = await childrenOf(server.pid);
    await server.script({ text: 'one two three four', stream: { chunk: 4, delayMs: 400 } });
    const open = fetch(`${server.url}${path}-stream`, { method: 'POST', body });
    const over = new AbortController();
    const statuses: number[] = [];
    // Some keep their connection, some make a new one for each request.
    const asking = [false, true, false, true].map(async (keepAlive) => {
      const agent = new Agent({ keepAlive, maxSockets: 1 });
      while (!over.signal.aborted) statuses.push((await call(server, path, agent)).status);
      agent.destroy();
    });
    process.kill(server.pid, 'SIGHUP');
    await vi.waitFor(
      async () => {
        const now = await childrenOf(server.pid);
        expect(now).toHaveLength(3);
        // The model's own process stays.
        expect(now.filter((pid) => before.includes(pid))).toHaveLength(1);
      },
      { timeout: 60_000, interval: 200 },
    );
    over.abort();
    await Promise.all(asking);
    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await (await open).text()).toContain('metadata');
    expect(server.stderr()).toBe('');
  },
  timeoutMs,
);

test(
  'a configuration that cannot be used changes nothing, and one that can is every worker’s',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openconverse-workers-'));
    const file = join(folder, 'openconverse.yaml');
    const text = 'simulated: true\ndrain: { delayMs: 0, timeoutMs: 1000 }\n';
    writeFileSync(file, text);
    const server = await start('--config', file);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await server.script({ text: 'from the script' });
    writeFileSync(file, 'simulatd: true\n');
    await vi.waitFor(() => expect(server.stderr()).toContain('nearest known key is simulated'), {
      timeout: 20_000,
    });
    expect((await call(server)).body).toContain('from the script');
    writeFileSync(file, `${text}keys: [{ apiKey: secret }]\n`);
    await vi.waitFor(
      async () => {
        for (let index = 0; index < 4; index += 1) expect((await call(server)).status).toBe(403);
      },
      { timeout: 60_000, interval: 200 },
    );
  },
  timeoutMs,
);

test(
  'a signal to all processes cuts no stream, and nothing is left when the last one ends',
  async () => {
    const server = await start('--simulated');
    await server.script({ text: 'one two three four', stream: { chunk: 4, delayMs: 300 } });
    const open = await fetch(`${server.url}${path}-stream`, { method: 'POST', body });
    const children = await childrenOf(server.pid);
    for (const pid of children) process.kill(pid, 'SIGTERM');
    const stopped = server.stop();
    expect(await open.text()).toContain('metadata');
    expect(await stopped).toBe(0);
    for (const pid of children) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  timeoutMs,
);

test(
  'should the first process be killed the others end by themselves',
  async () => {
    const server = await start('--simulated');
    const children = await childrenOf(server.pid);
    process.kill(server.pid, 'SIGKILL');
    for (const pid of children) {
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), {
        timeout: 20_000,
      });
    }
  },
  timeoutMs,
);

test(
  'a port that is taken is one sentence, and nothing is left behind',
  async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const flags = ['--simulated', '--workers', '2', '--listen', `127.0.0.1:${port}`];
    const { code, stderr } = await runServer(flags);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`The port ${port} of 127.0.0.1 is in use.`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
  timeoutMs,
);
