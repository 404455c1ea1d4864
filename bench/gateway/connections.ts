// What a connection a request costs over HTTP/2: its CPU over that of HTTP/1.1, ours and a bare
// server's behind the same sniffing.

import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import budgets from '../budgets.json' with { type: 'json' };
import { median } from '../median.ts';
import type { Asked } from './load.ts';
import { processorMs, program, start, stop } from './processes.ts';
import type { Row } from './rows.ts';
import type { Target } from './targets.ts';

const count = 1_500;
const rounds = 5;

export async function measureConnections(ours: Target): Promise<readonly Row[]> {
  const { gateway: limits } = budgets;
  const server = await start({ command: program('./servers/bare-sniffing.ts') });
  const bare: Target = { name: 'bare node:http2', server, request: ours.request };
  const added = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [byOurs, byBare] = [await addedBy(ours), await addedBy(bare)];
    // The first is for warming up.
    if (round === 0) continue;
    added.ours.push(byOurs);
    added.bare.push(byBare);
  }
  await stop(server);
  const what = 'a connection a request: HTTP/2 adds,';
  const [ms, bareMs] = [median(added.ours), median(added.bare)];
  return [
    { what: `${what} bare`, value: bareMs, unit: 'ms' },
    { what: `${what} openconverse`, value: ms, unit: 'ms', budget: limits.http2AddedMs },
    {
      what: `${what} openconverse / bare`,
      value: ms / bareMs,
      unit: 'x',
      budget: limits.http2AddedToBare,
    },
  ];
}

async function addedBy(target: Target): Promise<number> {
  return (await cpuOf(target, overHttp2)) - (await cpuOf(target, overHttp1));
}

type Send = (url: string, asked: Asked) => Promise<Sent>;

interface Sent {
  readonly status: number;
  readonly body: Buffer;
}

async function cpuOf(target: Target, send: Send): Promise<number> {
  const { server } = target;
  const asked = target.request({});
  const before = processorMs(server);
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = await send(server.url, asked);
      asked.check({ ...sent, firstMs: 0, totalMs: 0, firstAt: 0n });
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return (processorMs(server) - before) / count;
}

function overHttp1(url: string, { path, headers, body }: Asked): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const options = { method: 'POST', path, headers, agent: false };
  const sent = httpRequest(url, options, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
    });
  });
  sent.on('error', reject);
  sent.setHeader('content-length', body.length);
  sent.end(body);
  return promise;
}

function overHttp2(url: string, { path, headers, body }: Asked): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const session = connect(url);
  session.on('error', reject);
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  const parts: Buffer[] = [];
  let status = 0;
  stream.on('error', reject);
  stream.on('response', (head) => (status = head[':status'] ?? 0));
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.on('end', () => {
    session.close();
    resolve({ status, body: Buffer.concat(parts) });
  });
  stream.end(body);
  return promise;
}
