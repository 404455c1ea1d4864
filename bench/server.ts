// Measures the server as a process: start, first token, memory, CPU of a request and of a streamed
// event, the latter beside a bare node:http server in the same run. `npm run bench`

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import budgets from './budgets.json' with { type: 'json' };
import { median } from './median.ts';

const bin = fileURLToPath(new URL('../bin/openconverse.js', import.meta.url));
const model = 'anthropic.claude-sonnet-4-20250514';
const concurrency = 32;

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const rows: Row[] = [
  ...(await measureEmbedded()),
  ...(await measureSimulated()),
  ...(await measureTelemetry()),
];
for (const { what, value, unit, budget } of rows) {
  const verdict =
    budget === undefined ? '' : `budget ${budget} ${value <= budget ? 'held' : 'MISSED'}`;
  console.log(`${what.padEnd(52)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(4)} ${verdict}`);
}
agent.destroy();

async function measureEmbedded(): Promise<Row[]> {
  // Brings the weights where they are missing, so that the start below is one with them.
  await stop((await start(['--model', 'smollm2-135m-instruct'])).child);
  const begun = performance.now();
  const server = await start(['--model', 'smollm2-135m-instruct']);
  const readyMs = performance.now() - begun;
  const firstAnswerMs = await timed(() => post(server.url, 'converse', question(8)));
  const firstToken: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    firstToken.push(await firstByteMs(server.url, question(4)));
  }
  await post(server.url, 'converse', question(256));
  const memoryMb = peakMemoryMb(server.child);
  await stop(server.child);
  const { embedded } = budgets;
  return [
    { what: 'embedded: start to listening', value: readyMs, unit: 'ms', budget: embedded.readyMs },
    { what: 'embedded: first answer of 8 tokens, model loading', value: firstAnswerMs, unit: 'ms' },
    {
      what: 'embedded: first token, short prompt, warm',
      value: median(firstToken),
      unit: 'ms',
      budget: embedded.firstTokenMs,
    },
    { what: 'embedded: peak memory', value: memoryMb, unit: 'MB', budget: embedded.memoryMb },
  ];
}

async function measureSimulated(): Promise<Row[]> {
  const server = await start(['--simulated']);
  const bare = await startBare();
  const words = 'one two three four five six seven eight nine ten '.repeat(20);
  const ours: number[] = [];
  const bares: number[] = [];
  const events: number[] = [];
  // Interleaved, since the machine's speed drifts.
  for (let round = 0; round < 5; round += 1) {
    ours.push(await cpuMs(server.child, 2000, () => post(server.url, 'converse', question(50))));
    bares.push(await cpuMs(bare.child, 2000, () => post(bare.url, 'converse', question(50))));
    const streaming = await cpuMs(server.child, 200, () => stream(server.url, ask(words)));
    events.push((streaming * 1000) / 200);
  }
  const startMs = await startTimes();
  const memoryMb = peakMemoryMb(server.child);
  await stop(server.child);
  await stop(bare.child);
  const { simulated } = budgets;
  return [
    { what: 'simulated: start to listening', value: startMs, unit: 'ms' },
    { what: 'simulated: CPU a request', value: median(ours), unit: 'ms' },
    { what: 'bare node:http, reads and answers: CPU a request', value: median(bares), unit: 'ms' },
    {
      what: 'simulated / bare',
      value: median(ours) / median(bares),
      unit: 'x',
      budget: simulated.cpuPerRequestRatio,
    },
    {
      what: 'simulated: CPU a streamed event (200 a stream)',
      value: median(events),
      unit: 'us',
      budget: simulated.cpuPerEventMicroseconds,
    },
    { what: 'simulated: peak memory', value: memoryMb, unit: 'MB' },
  ];
}

/** The same requests with nothing told of them, with numbers only, and with all of it. */
async function measureTelemetry(): Promise<Row[]> {
  const collector = await startBare();
  const all = `telemetry: { otlp: '${collector.url}' }\nlogLevel: info\n`;
  const configs = [
    ['off.yaml', 'telemetry: { metrics: false }\n'],
    ['numbers.yaml', ''],
    ['all.yaml', all],
  ] as const;
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-bench-'));
  const measured: { readonly server: Started; readonly times: number[] }[] = [];
  for (const [name, text] of configs) {
    const file = join(folder, name);
    writeFileSync(file, text);
    const server = await start(['--simulated', '--config', file], 'ignore');
    measured.push({ server, times: [] });
  }
  for (let round = 0; round < 5; round += 1) {
    for (const { server, times } of measured) {
      times.push(await cpuMs(server.child, 2000, () => post(server.url, 'converse', question(50))));
    }
  }
  for (const { child } of [...measured.map(({ server }) => server), collector]) await stop(child);
  rmSync(folder, { recursive: true });
  const [off = NaN, numbers = NaN, everything = NaN] = measured.map(({ times }) => median(times));
  const { numbersRatio, allRatio } = budgets.telemetry;
  return [
    { what: 'telemetry off: CPU a request', value: off, unit: 'ms' },
    { what: 'numbers / off', value: numbers / off, unit: 'x', budget: numbersRatio },
    { what: 'log, numbers, spans / off', value: everything / off, unit: 'x', budget: allRatio },
  ];
}

async function startTimes(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    const { child } = await start(['--simulated']);
    times.push(performance.now() - begun);
    await stop(child);
  }
  return median(times);
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(
  flags: readonly string[],
  stderr: 'ignore' | 'inherit' = 'inherit',
): Promise<Started> {
  return listening(
    spawn(process.execPath, [bin, 'serve', '--listen', '127.0.0.1:0', ...flags], {
      stdio: ['ignore', 'pipe', stderr],
    }),
  );
}

async function startBare(): Promise<Started> {
  return listening(
    spawn(process.execPath, [fileURLToPath(new URL('bare.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

async function listening(child: ChildProcess): Promise<Started> {
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, url };
  }
  throw new Error('the server ended before it listened');
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function question(maxTokens: number): string {
  return ask('What are the tradeoffs between REST and GraphQL?', { maxTokens, temperature: 0.5 });
}

function ask(text: string, inferenceConfig: object = {}): string {
  return JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }], inferenceConfig });
}

function post(url: string, operation: string, body: string): Promise<Buffer> {
  return exchange({ url, operation, body, onData: () => {} });
}

function stream(url: string, body: string): Promise<Buffer> {
  return post(url, 'converse-stream', body);
}

/** To the first frames of a stream, whose head has left before. */
async function firstByteMs(url: string, body: string): Promise<number> {
  const begun = performance.now();
  let first: number | undefined;
  const onData = (): void => {
    first ??= performance.now() - begun;
  };
  await exchange({ url, operation: 'converse-stream', body, onData });
  return first ?? Number.NaN;
}

interface Sent {
  readonly url: string;
  readonly operation: string;
  readonly body: string;
  readonly onData: () => void;
}

function exchange({ url, operation, body, onData }: Sent): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = httpRequest(
    `${url}/model/${model}/${operation}`,
    { method: 'POST', headers, agent },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => {
        onData();
        parts.push(part);
      });
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${response.statusCode}: ${bytes.toString()}`));
      });
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** CPU milliseconds of the server's process a request, of `count` requests, 32 at a time. */
async function cpuMs(
  child: ChildProcess,
  count: number,
  send: () => Promise<Buffer>,
): Promise<number> {
  const run = async (share: number): Promise<void> => {
    for (let index = 0; index < share; index += 1) await send();
  };
  const all = (share: number) => Promise.all(Array.from({ length: concurrency }, () => run(share)));
  await all(Math.ceil(count / concurrency / 4));
  const before = processorMs(child);
  const share = Math.ceil(count / concurrency);
  await all(share);
  return (processorMs(child) - before) / (share * concurrency);
}

/** User and system time of the process so far, of the kernel's accounting (100 ticks a second). */
function processorMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function peakMemoryMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await action();
  return performance.now() - begun;
}
