// Measures the server as a gateway, beside proxies and a prototype in the same run. `npm run bench`
// takes two minutes and fails over a budget; `node bench/gateway/run.ts --long` adds what takes long.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCpu } from './cpu.ts';
import { measureLatency } from './latency.ts';
import { stop } from './processes.ts';
import { printRows } from './rows.ts';
import type { Row } from './rows.ts';
import { measureStart } from './starting.ts';
import { startBare, startJson, startOurs, startPrototype, startUpstream } from './targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'openconverse-bench-'));
const direct = await startUpstream();
const setting = { upstream: direct.server, folder };
const bare = await startBare(setting);
const json = await startJson(setting);
const prototype = await startPrototype(setting);
const ours = await startOurs(setting);
const targets = { direct, bare, json, prototype, ours };
try {
  const rows: Row[] = [];
  rows.push(...(await measureCpu(targets)));
  rows.push(...(await measureLatency(targets)));
  rows.push(...(await measureStart(setting)));
  if (!printRows(rows)) process.exitCode = 1;
} finally {
  for (const { server } of [ours, prototype, json, bare, direct]) await stop(server);
  rmSync(folder, { recursive: true });
}
