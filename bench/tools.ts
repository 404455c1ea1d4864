// How well the embedded model uses tools: decisions, arguments, answers and time, on both halves.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createEnvironment } from '../src/environment.ts';
import { createEmbeddedProvider } from '../src/providers/embedded/provider.ts';
import { ensureWeights } from '../src/providers/embedded/weights.ts';
import budgets from './budgets.json' with { type: 'json' };
import { median } from './median.ts';
import type { BenchHalf, PromptKind } from './tools/prompts.ts';
import {
  type Asked,
  type Decided,
  decideAll,
  forceAll,
  hasRightInput,
  tellAll,
} from './tools/run.ts';
import { tuning } from './tools/tuning.ts';
import { unseen } from './tools/unseen.ts';

const { values: flags } = parseArgs({
  options: { half: { type: 'string' }, wrong: { type: 'boolean', default: false } },
});

const { tools: floors } = budgets;
const kinds: readonly (readonly [kind: PromptKind, floor?: number])[] = [
  ['direct', floors.direct],
  ['indirect', floors.indirect],
  ['look-alike', floors.lookAlike],
  ['plain'],
];
const toolCounts: readonly (readonly [count: number, budgetMs?: number])[] = [
  [1, floors.oneToolMs],
  [2],
  [3],
  [4, floors.fourToolsMs],
];

const environment = createEnvironment();
const cache = environment.variables['OPENCONVERSE_CACHE'] ?? join(homedir(), '.cache/openconverse');
const weights = await ensureWeights({ folder: join(cache, 'models'), environment });
const provider = createEmbeddedProvider({ weights, environment });

const halves: Readonly<Record<string, BenchHalf>> = { tuning, unseen };
for (const [name, half] of Object.entries(halves)) {
  if (flags.half === undefined || flags.half === name) await report(name, half);
}
await provider.close();

async function report(name: string, half: BenchHalf): Promise<void> {
  const asked = { provider, modelId: weights.name, half };
  console.log(`\n${name}`);
  // The first request waits for the model, and reads the examples.
  await decideAll({ ...asked, half: { ...half, prompts: half.prompts.slice(0, 1) } });
  const decided = await decideAll(asked);
  reportDecisions(decided);
  const forced = await forceAll(asked);
  for (const one of forced)
    if (!hasRightInput(one)) wrong(one.prompt.text, JSON.stringify(one.calls));
  share('right arguments, tool forced', forced.map(hasRightInput), floors.arguments);
  const told = await tellAll(asked);
  for (const { result, text, named, invented } of told)
    if (named.includes(false) || invented.length > 0) wrong(result.text, text);
  const named = told.flatMap((one) => one.named);
  share('values of a flat result named', named, floors.valuesNamed);
  share(
    'answers without an invented value',
    told.map(({ invented }) => invented.length === 0),
    1,
  );
  reportTimes(decided);
  reportTimes(await decideAgain(asked), 'the same tools again');
}

/** As in a conversation: the tools were offered with a message before, and are still read. */
async function decideAgain({ half, ...asked }: Asked): Promise<readonly Decided[]> {
  const decided: Decided[] = [];
  for (const prompt of half.prompts) {
    if (prompt.kind !== 'direct' || prompt.tools.length < 4) continue;
    const prompts = [{ ...prompt, text: 'What can you do?' }, prompt];
    const [, again] = await decideAll({ ...asked, half: { ...half, prompts } });
    if (again !== undefined) decided.push(again);
  }
  return decided;
}

function reportDecisions(decided: readonly Decided[]): void {
  for (const { prompt, calls, right } of decided) {
    const names = calls.map(({ name }) => name).join(', ') || 'none';
    if (!right) wrong(prompt.text, `decided ${names}`);
  }
  for (const [kind, floor] of kinds) {
    const own = decided.filter(({ prompt }) => prompt.kind === kind);
    share(
      `right decision, ${kind}`,
      own.map(({ right }) => right),
      floor,
    );
  }
  const needed = decided.filter(({ prompt }) => prompt.tool !== undefined);
  share('called when needed', needed.map(hasCalls));
  const called = needed.filter(hasCalls);
  share(
    'right tool, where called',
    called.map(({ right }) => right),
  );
  const rest = decided.filter(({ prompt }) => prompt.tool === undefined);
  share(
    'not called when not needed',
    rest.map((one) => !hasCalls(one)),
  );
  const right = needed.filter((one) => one.right);
  share('right arguments, where called rightly', right.map(hasRightInput), floors.arguments);
}

function hasCalls({ calls }: Decided): boolean {
  return calls.length > 0;
}

function reportTimes(decided: readonly Decided[], what = 'decision and call'): void {
  for (const [count, budgetMs] of toolCounts) {
    const own = decided.filter((one) => one.prompt.tools.length === count && hasCalls(one));
    if (own.length === 0) continue;
    const times = own.map(({ ms }) => ms);
    const said = `${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`;
    const held = budgetMs === undefined ? '' : holds(median(times) <= budgetMs, `${budgetMs} ms`);
    console.log(line(`${what}, ${count} tools`, said + held));
  }
}

function share(name: string, rights: readonly boolean[], floor?: number): void {
  const count = rights.filter(Boolean).length;
  const part = rights.length === 0 ? 0 : count / rights.length;
  const held = floor === undefined ? '' : holds(part >= floor, `${100 * floor} %`);
  console.log(line(name, `${count}/${rights.length}  ${(100 * part).toFixed(0)} %${held}`));
}

function holds(isHeld: boolean, bound: string): string {
  return `   budget ${bound} ${isHeld ? 'held' : 'MISSED'}`;
}

function line(name: string, value: string): string {
  return `${name.padEnd(40)} ${value}`;
}

function wrong(text: string, what: string): void {
  if (flags.wrong) console.log(`  ${text} -> ${what}`);
}
