// One embedded model behind several workers, as real processes.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ServerProcess } from '../clients/server-process.ts';
import { startServer } from '../clients/server-process.ts';
import { childrenOf } from '../server/children.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({
    flags: ['--model', 'smollm2-135m-instruct', '--no-discover', '--workers', '2'],
  });
});

afterAll(() => server.stop());

/** A connection of its own each time: fetch would keep one, and with it one worker. */
function ask(operation: string, maxTokens: number, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/model/anthropic.claude-3-haiku-20240307-v1:0/${operation}`, {
    method: 'POST',
    headers: { connection: 'close' },
    body: JSON.stringify({
      messages: [{ role: 'user', content: [{ text: 'Say hello.' }] }],
      inferenceConfig: { maxTokens, temperature: 0 },
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1_000;
}

test('every worker answers with the one model, and says who answered', async () => {
  const answers = [];
  for (let index = 0; index < 4; index += 1) {
    const response = await ask('converse', 8);
    expect(response.headers.get('x-openconverse-served-by')).toContain('embedded/smollm2');
    const { metrics: _, ...answer } = (await response.json()) as { metrics: object };
    answers.push(answer);
  }
  // Greedy, so all of them are the same.
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toMatchObject({ usage: { outputTokens: expect.any(Number) } });
});

test('answers are streamed, token by token', async () => {
  const response = await ask('converse-stream', 20);
  const pieces: string[] = [];
  for await (const piece of response.body ?? []) {
    pieces.push(Buffer.from(piece as Uint8Array).toString('latin1'));
  }
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toContain('metadata');
});

test('the weights are in one process only', async () => {
  const sizes = await Promise.all((await childrenOf(server.pid)).map(residentMegabytes));
  const sorted = sizes.toSorted((a, b) => a - b);
  expect(sorted).toHaveLength(3);
  expect((sorted[2] ?? 0) - (sorted[1] ?? 0)).toBeGreaterThan(60);
});

test('a client that leaves ends the generation, and its place is free', async () => {
  // Two answers at a time: were these still written, the next one would wait for minutes.
  for (let index = 0; index < 4; index += 1) {
    const controller = new AbortController();
    const response = await ask('converse-stream', 2_000, controller.signal);
    await response.body?.getReader().read();
    controller.abort();
  }
  const startedMs = performance.now();
  expect((await ask('converse', 4)).status).toBe(200);
  expect(performance.now() - startedMs).toBeLessThan(30_000);
});

test('when the model’s process dies another takes its place, and the workers find it', async () => {
  const children = await childrenOf(server.pid);
  const sizes = await Promise.all(children.map(residentMegabytes));
  const pid = children[sizes.indexOf(Math.max(...sizes))] ?? 0;
  const open = ask('converse', 500);
  await vi.waitFor(async () => expect(await residentMegabytes(pid)).toBeGreaterThan(0));
  process.kill(pid, 'SIGKILL');
  expect([503, 200]).toContain((await open).status);
  expect((await ask('converse', 4)).status).toBe(200);
  expect(await childrenOf(server.pid)).toHaveLength(3);
});
