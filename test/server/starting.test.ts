// A server whose weights are still being brought, as a process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/openconverse.js', import.meta.url));

test('a server whose weights do not come yet lives, and is not ready', async () => {
  // It takes connections and says nothing.
  const hub = await listening();
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'openconverse-starting-'));
  const flags = ['--listen', `127.0.0.1:${port}`, '--model', 'hf:some/model:Q4_0', '--data', data];
  const child = spawn(process.execPath, [bin, 'serve', ...flags], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      HF_ENDPOINT: `http://127.0.0.1:${hub}`,
    },
    stdio: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(() => statusOf(`${url}/healthz`), { timeout: 8_000 }).toBe(200);
  const readiness = await fetch(`${url}/readyz`);
  expect([readiness.status, await readiness.json()]).toEqual([503, { status: 'starting' }]);
  expect(await statusOf(`${url}/model/any/converse`)).toBe(503);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
});

async function statusOf(url: string): Promise<number> {
  try {
    return (await fetch(url)).status;
  } catch {
    return 0;
  }
}

async function listening(): Promise<number> {
  const server = createServer();
  server.on('connection', (socket) => {
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = once(server, 'close');
  server.close();
  await closed;
  return port;
}
