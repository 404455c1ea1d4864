// A running server whose configuration changes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ServerProcess } from '../clients/server-process.ts';
import { startServer } from '../clients/server-process.ts';

const modelId = 'amazon.nova-pro-v1:0';
const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
const simulated =
  'providers: { tests: { type: simulated } }\nmodels: { "*": { provider: tests } }\n';

async function started(text: string): Promise<{ server: ServerProcess; file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-reload-'));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, text);
  const server = await startServer({ flags: ['--config', file] });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  return { server, file };
}

function call(
  { url }: ServerProcess,
  operation: 'converse' | 'converse-stream',
): Promise<Response> {
  return fetch(`${url}/model/${modelId}/${operation}`, { method: 'POST', body });
}

async function statusBecomes(server: ServerProcess, status: number): Promise<void> {
  await vi.waitFor(async () => expect((await call(server, 'converse')).status).toBe(status), {
    timeout: 20_000,
    interval: 50,
  });
}

test('a change is followed, and a stream that is open comes to its end', async () => {
  const { server, file } = await started(simulated);
  await server.script({ text: 'one two three four five six', stream: { chunk: 4, delayMs: 400 } });
  const open = await call(server, 'converse-stream');
  const reader = open.body?.getReader();
  await reader?.read();
  writeFileSync(file, `${simulated}keys: [{ apiKey: secret }]\n`);
  await statusBecomes(server, 403);
  let text = '';
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) break;
    text += Buffer.from(read.value as Uint8Array).toString('latin1');
  }
  expect(text).toContain('metadata');
  expect(text).not.toContain('xception');
}, 60_000);

test('a file that cannot be used is one sentence, and everything stays as it was', async () => {
  const { server, file } = await started(simulated);
  await server.script({ text: 'from the script' });
  writeFileSync(file, 'simulatd: true\n');
  await vi.waitFor(() => expect(server.stderr()).toContain('The nearest known key is simulated.'), {
    timeout: 20_000,
  });
  expect(server.stderr().trim().split('\n')).toHaveLength(1);
  expect(await (await call(server, 'converse')).text()).toContain('from the script');
}, 60_000);

test('at SIGHUP what is the same is kept, the journal with it', async () => {
  const { server, file } = await started(simulated);
  await call(server, 'converse');
  writeFileSync(file, `${simulated}strict: true\nlogLevel: info\n`);
  process.kill(server.pid, 'SIGHUP');
  const twice = { role: 'user', content: [{ text: 'Hello' }] };
  await vi.waitFor(
    async () => {
      const url = `${server.url}/model/${modelId}/converse`;
      const body = JSON.stringify({ messages: [twice, twice] });
      expect((await fetch(url, { method: 'POST', body })).status).toBe(400);
    },
    { timeout: 20_000 },
  );
  expect((await server.journal()).length).toBeGreaterThan(1);
}, 60_000);
