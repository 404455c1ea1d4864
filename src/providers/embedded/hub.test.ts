// The hub's models, from a hub of our own on the loopback: whole, cut, resumed, wrong, refused.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { createEnvironment, type Environment } from '../../environment.ts';
import { hubStallTimeoutMs } from '../../limits.ts';
import { ensureFromHub } from './hub.ts';
import { ensureWeights, WeightsError, type WeightsProgress } from './weights.ts';

const content = Buffer.from(`GGUF${'a model that is not one '.repeat(800_000)}`);
const sha256 = createHash('sha256').update(content).digest('hex');
const address = 'hf:somebody/Tiny-GGUF/Tiny-Q4_K_M.gguf';
const resolvePath = '/somebody/Tiny-GGUF/resolve/main/Tiny-Q4_K_M.gguf';
const numberedPaths = new Set(
  [1, 2].map((part) => resolvePath.replace('.gguf', `-0000${part}-of-00002.gguf`)),
);

interface Hub {
  readonly environment: Environment;
  readonly folder: string;
  /** Method and path of each request, in order. */
  readonly requests: string[];
  /** Who each of them said to be. */
  readonly authorizations: string[];
  /** Bytes of the file that were asked for. */
  readonly ranges: string[];
  cut: boolean;
  sha256: string;
  readonly answers: Map<string, { readonly status: number; readonly body?: string }>;
}

/** Answers as the hub does: facts on a redirect, the bytes from a store, in ranges. */
async function startHub(): Promise<Hub> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-'));
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { port } = server.address() as AddressInfo;
  const base = createEnvironment({ logLevel: 'silent' });
  const hub: Hub = {
    environment: { ...base, variables: { HF_ENDPOINT: `http://127.0.0.1:${port}` } },
    folder,
    requests: [],
    authorizations: [],
    ranges: [],
    cut: false,
    sha256,
    answers: new Map(),
  };
  return hub;
}

function answer(hub: Hub, request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').replace(/\?.*/, '');
  hub.requests.push(`${request.method} ${path}`);
  hub.authorizations.push(request.headers.authorization ?? '');
  const fixed = hub.answers.get(path);
  if (fixed !== undefined) {
    response.writeHead(fixed.status).end(fixed.body);
  } else if (path === resolvePath || numberedPaths.has(path)) {
    response.writeHead(302, {
      location: '/store/object',
      'x-linked-etag': `"${hub.sha256}"`,
      'x-linked-size': String(content.length),
    });
    response.end();
  } else if (path === '/store/object') {
    sendFile(hub, request, response);
  } else {
    response.writeHead(404).end();
  }
}

function sendFile(hub: Hub, { headers, method }: IncomingMessage, response: ServerResponse): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const to = Number(range?.[2] ?? content.length - 1);
  if (range !== null) hub.ranges.push(`${from}-${to}`);
  response.writeHead(range === null ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    'content-range': `bytes ${from}-${to}/${content.length}`,
  });
  if (method === 'HEAD') response.end();
  else if (!hub.cut) response.end(content.subarray(from, to + 1));
  // The line breaks in the middle, and from then on each time before anything comes.
  else if (from > content.length / 2) response.destroy();
  else {
    response.write(content.subarray(from, Math.floor((content.length * 3) / 4)));
    response.socket?.end();
  }
}

function bring(hub: Hub, rest: Partial<Parameters<typeof ensureFromHub>[1]> = {}): Promise<string> {
  return ensureFromHub(address, { folder: hub.folder, environment: hub.environment, ...rest });
}

async function messageOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(WeightsError);
  return error instanceof Error ? error.message : '';
}

test('two who bring the same file at once bring it once', async () => {
  const hub = await startHub();
  const notes: string[] = [];
  const onProgress = ({ note }: WeightsProgress): void => {
    if (note !== undefined) notes.push(note);
  };
  const [one, other] = await Promise.all([bring(hub), bring(hub, { onProgress })]);
  expect(one).toBe(other);
  expect(
    createHash('sha256')
      .update(await readFile(one))
      .digest('hex'),
  ).toBe(sha256);
  const bytes = hub.ranges.map((range) => range.split('-').map(Number));
  const asked = bytes.reduce((sum, [from = 0, to = 0]) => sum + to - from + 1, 0);
  expect(asked).toBeLessThan(2 * content.length);
  expect(await readdir(join(one, '..'))).toEqual([basename(one), `${basename(one)}.checked`]);
});

test('a file of the hub is brought once, and told as it comes', async () => {
  const hub = await startHub();
  const told: WeightsProgress[] = [];
  const path = await bring(hub, { onProgress: (progress) => told.push(progress) });
  expect(path).toBe(join(hub.folder, 'hf/somebody/Tiny-GGUF/Tiny-Q4_K_M.gguf'));
  expect(content.equals(await readFile(path))).toBe(true);
  expect(told[0]?.note).toMatch(/^Bringing Tiny-Q4_K_M.gguf \(19 MB, once\)\.$/);
  const received = told.flatMap(({ receivedBytes }) => receivedBytes ?? []);
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  expect(told.at(-1)).toMatchObject({ receivedBytes: content.length, totalBytes: content.length });
  const count = hub.requests.length;
  expect(await bring(hub)).toBe(path);
  expect(hub.requests).toHaveLength(count);
});

test('a download that was cut is given up, and goes on where it stopped', async () => {
  const hub = await startHub();
  hub.cut = true;
  // What waits a minute for the line to come back waits a second here.
  const hasty: Environment = {
    ...hub.environment,
    clock: {
      ...hub.environment.clock,
      timer: (ms, action) => {
        return hub.environment.clock.timer(ms === hubStallTimeoutMs ? 1_000 : ms, action);
      },
    },
  };
  expect(await messageOf(bring(hub, { environment: hasty }))).toMatch(
    /was lost on the way: start again, and the download goes on where it stopped/,
  );
  expect(await readdir(join(hub.folder, 'hf/somebody/Tiny-GGUF'))).toEqual([
    'Tiny-Q4_K_M.gguf.ipull',
  ]);
  hub.cut = false;
  hub.ranges.length = 0;
  const path = await bring(hub);
  expect(content.equals(await readFile(path))).toBe(true);
  const starts = hub.ranges.map((range) => Number(range.split('-')[0]));
  expect(Math.min(...starts)).toBeGreaterThan(0);
  expect(await readdir(join(hub.folder, 'hf/somebody/Tiny-GGUF'))).toEqual([
    'Tiny-Q4_K_M.gguf',
    'Tiny-Q4_K_M.gguf.checked',
  ]);
});

test('what has another hash than the hub names is never kept', async () => {
  const hub = await startHub();
  hub.sha256 = 'f'.repeat(64);
  expect(await messageOf(bring(hub))).toMatch(/is not the one that the hub names: start again/);
  expect(await readdir(join(hub.folder, 'hf/somebody/Tiny-GGUF'))).toEqual([]);
});

test('a file of the right size and the wrong content is brought again', async () => {
  const hub = await startHub();
  const folder = join(hub.folder, 'hf/somebody/Tiny-GGUF');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Tiny-Q4_K_M.gguf'), Buffer.alloc(content.length));
  expect(content.equals(await readFile(await bring(hub)))).toBe(true);
});

test('an abort ends the download, and its reason is what is thrown', async () => {
  const hub = await startHub();
  const controller = new AbortController();
  const reason = new Error('enough');
  const onProgress = (): void => controller.abort(reason);
  await expect(bring(hub, { signal: controller.signal, onProgress })).rejects.toBe(reason);
});

test('a quantisation is looked up once, and its name kept for a start without a network', async () => {
  const hub = await startHub();
  const manifest = { ggufFile: { rfilename: 'Tiny-Q4_K_M.gguf' } };
  const path = '/v2/somebody/Tiny-GGUF/manifests/Q4_K_M';
  hub.answers.set(path, { status: 200, body: JSON.stringify(manifest) });
  const model = 'hf:somebody/Tiny-GGUF:Q4_K_M';
  const options = { model, folder: hub.folder, environment: hub.environment };
  const weights = await ensureWeights(options);
  expect(weights.name).toBe('tiny-q4_k_m');
  expect(hub.requests[0]).toBe(`GET ${path}`);
  const count = hub.requests.length;
  expect(await ensureWeights(options)).toEqual(weights);
  expect(hub.requests).toHaveLength(count);
});

test('each refusal of the hub has its sentence', async () => {
  const manifest = '/v2/somebody/Tiny-GGUF/manifests/Q9';
  const cases: readonly (readonly [model: string, path: string, status: number, RegExp])[] = [
    [address, resolvePath, 404, /has no somebody\/Tiny-GGUF\/Tiny-Q4_K_M\.gguf: look its name up/],
    [address, resolvePath, 401, /does not give .* to everybody: accept its terms/],
    [address, resolvePath, 503, /not to be used now \(status 503/],
    ['hf:somebody/Tiny-GGUF:Q9', manifest, 404, /has no Q9 in somebody\/Tiny-GGUF: name a file/],
    ['hf:somebody/Tiny-GGUF:Q9', manifest, 200, /names no model file/],
  ];
  for (const [model, path, status, sentence] of cases) {
    const hub = await startHub();
    hub.answers.set(path, { status, body: '' });
    const attempt = ensureWeights({ model, folder: hub.folder, environment: hub.environment });
    expect(await messageOf(attempt)).toMatch(sentence);
  }
});

test('without a network the sentence says so at once', async () => {
  const hub = await startHub();
  const variables = { HF_ENDPOINT: 'http://127.0.0.1:1' };
  const started = performance.now();
  const message = await messageOf(bring(hub, { environment: { ...hub.environment, variables } }));
  expect(message).toMatch(
    /could not be reached .*: connect this machine once, or give a model file/,
  );
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('the name that the hub gives cannot lead out of the folder', async () => {
  const hub = await startHub();
  const body = JSON.stringify({ ggufFile: { rfilename: '../../../x.gguf' } });
  hub.answers.set('/v2/somebody/Tiny-GGUF/manifests/latest', { status: 200, body });
  const model = 'hf:somebody/Tiny-GGUF';
  const attempt = ensureWeights({ model, folder: hub.folder, environment: hub.environment });
  expect(await messageOf(attempt)).toMatch(/is not the address of a model/);
});

test('a name of the list is brought from its address', async () => {
  const hub = await startHub();
  const options = { folder: hub.folder, environment: hub.environment };
  await messageOf(ensureWeights({ ...options, model: 'Qwen3-0.6B' }));
  expect(hub.requests).toEqual(['HEAD /Qwen/Qwen3-0.6B-GGUF/resolve/main/Qwen3-0.6B-Q8_0.gguf']);
});

test('an unknown name is told the nearest one', async () => {
  const hub = await startHub();
  const options = { folder: hub.folder, environment: hub.environment };
  expect(await messageOf(ensureWeights({ ...options, model: 'qwen3-0.7b' }))).toBe(
    'There is no model qwen3-0.7b: the nearest known name is qwen3-0.6b, ' +
      'and `openconverse pull --list` shows them all.',
  );
});

test('a model of numbered parts is brought whole, and its first part is loaded', async () => {
  const hub = await startHub();
  const model = 'hf:somebody/Tiny-GGUF/Tiny-Q4_K_M-00001-of-00002.gguf';
  const options = { model, folder: hub.folder, environment: hub.environment };
  const { path } = await ensureWeights(options);
  expect(path).toMatch(/Tiny-Q4_K_M-00001-of-00002\.gguf$/);
  for (const part of [path, path.replace('00001-of', '00002-of')]) {
    expect(content.equals(await readFile(part))).toBe(true);
  }
  expect((await readdir(join(hub.folder, 'hf/somebody/Tiny-GGUF'))).length).toBe(4);
});

test('the token is shown to the hub', async () => {
  const hub = await startHub();
  hub.answers.set(resolvePath, { status: 403 });
  const variables = { ...hub.environment.variables, HF_TOKEN: 'secret' };
  await messageOf(bring(hub, { environment: { ...hub.environment, variables } }));
  expect(hub.authorizations).toEqual(['Bearer secret']);
});
