// Measures the server as a gateway, beside proxies and a prototype in the same run. `npm run bench`
// takes two minutes and fails over a budget. `node bench/gateway/run.ts --long` adds what takes
// long, and `--peers` the gateways of others, which it installs outside this tree.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureConnections } from './connections.ts';
import { measureCpu, measurePassThrough, measurePeers } from './cpu.ts';
import { measureGrowth, measureHeld } from './enduring.ts';
import { measureLatency } from './latency.ts';
import { startLitellm, startPortkey } from './peers.ts';
import { stop } from './processes.ts';
import { printRows } from './rows.ts';
import type { Row } from './rows.ts';
import { measureStart } from './starting.ts';
import {
  passingThrough,
  startBare,
  startBareSigning,
  startJson,
  startOurs,
  startPrototype,
  startUpstream,
} from './targets.ts';

const { long, peers } = parseArgs({
  options: { long: { type: 'boolean' }, peers: { type: 'boolean' } },
}).values;

const folder = mkdtempSync(join(tmpdir(), 'openconverse-bench-'));
const direct = await startUpstream();
const setting = { upstream: direct.server, folder };
const bare = await startBare(setting);
const json = await startJson(setting);
const prototype = await startPrototype(setting);
const bareSigning = await startBareSigning(setting);
const ours = await startOurs(setting);
const targets = { direct, bare, json, prototype, ours };
try {
  const rows: Row[] = [];
  rows.push(...(await measureCpu(targets)));
  rows.push(...(await measureLatency(targets)));
  rows.push(...(await measurePassThrough(passingThrough(ours), bareSigning)));
  rows.push(...(await measureConnections(ours)));
  rows.push(...(await measureStart(setting)));
  if (peers) {
    const others = { portkey: await startPortkey(setting), litellm: await startLitellm(setting) };
    rows.push(...(await measurePeers(ours, others)));
    for (const { server } of Object.values(others)) await stop(server);
  }
  if (long) {
    rows.push(...(await measureHeld(setting)));
    rows.push(...(await measureGrowth(ours, setting)));
  }
  if (!printRows(rows)) process.exitCode = 1;
} finally {
  for (const { server } of [ours, bareSigning, prototype, json, bare, direct]) await stop(server);
  rmSync(folder, { recursive: true });
}
