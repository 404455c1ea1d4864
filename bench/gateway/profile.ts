// Where the CPU of a request goes: `node bench/gateway/profile.ts KIND`, with small, large, letters
// or stream, prints the files and the functions of the server that cost most.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from './cpu.ts';
import { closedLoop, createClient } from './load.ts';
import { stop } from './processes.ts';
import { startOurs, startUpstream } from './targets.ts';

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; lineNumber: number };
  readonly children?: readonly number[];
}

const [, , named = 'small'] = process.argv;
const kind = kinds[named as keyof typeof kinds];
if (kind === undefined) throw new Error(`${named} is none of ${Object.keys(kinds).join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'openconverse-bench-'));
const upstream = await startUpstream();
const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
const ours = await startOurs({ upstream: upstream.server, folder }, flags);
const client = createClient(ours.server.url, 32);
await closedLoop(client, ours.request(kind.asking), { count: 8 * kind.count, concurrency: 32 });
await client.close();
await stop(ours.server);
await stop(upstream.server);
const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile')) ?? '';
print(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile);
rmSync(folder, { recursive: true });

function print(profile: Profile): void {
  const { files, self, total } = costs(profile);
  const idle = self.get('(idle) :0') ?? 0;
  const all = [...self.values()].reduce((sum, cost) => sum + cost, 0) - idle;
  const list = (title: string, costsByName: ReadonlyMap<string, number>, count: number): void => {
    console.log(`\n${title}`);
    const sorted = [...costsByName].toSorted(([, a], [, b]) => b - a);
    for (const [name, cost] of sorted.slice(0, count)) {
      console.log(`${((cost / all) * 100).toFixed(1).padStart(6)} %  ${name}`);
    }
  };
  list('by file', files, 45);
  list('by itself', self, 45);
  list('with what it calls', total, 100);
}

interface Costs {
  readonly files: ReadonlyMap<string, number>;
  readonly self: ReadonlyMap<string, number>;
  readonly total: ReadonlyMap<string, number>;
}

function costs({ nodes, samples, timeDeltas }: Profile): Costs {
  const files = new Map<string, number>();
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((at) => [at, id])));
  // The first half is start and warming up.
  for (const [at, id] of samples.entries()) {
    if (at < samples.length / 2) continue;
    const cost = timeDeltas[at] ?? 0;
    const file = byId.get(id)?.callFrame.url ?? '';
    add(files, file === '' ? nameOf(byId.get(id)) : shortened(file), cost);
    add(self, nameOf(byId.get(id)), cost);
    const seen = new Set<string>();
    for (let up: number | undefined = id; up !== undefined; up = parents.get(up)) {
      seen.add(nameOf(byId.get(up)));
    }
    for (const name of seen) add(total, name, cost);
  }
  return { files, self, total };
}

function add(sums: Map<string, number>, name: string, cost: number): void {
  sums.set(name, (sums.get(name) ?? 0) + cost);
}

function nameOf(node: Node | undefined): string {
  if (node === undefined) return '?';
  const { functionName, url, lineNumber } = node.callFrame;
  return `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`;
}

function shortened(url: string): string {
  return url.replace(/^.*\/(?=src\/|node_modules\/)/, '');
}
