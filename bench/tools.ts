// How well the embedded model uses tools: decisions, arguments, answers and time, on both halves.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createEnvironment } from '../src/environment.ts';
import type { Message, ToolChoice } from '../src/protocol/api/types.generated.ts';
import type { DocumentValue } from '../src/protocol/api/shape.ts';
import { createEmbeddedProvider } from '../src/providers/embedded/provider.ts';
import { ensureWeights } from '../src/providers/embedded/weights.ts';
import { median } from './median.ts';
import { type BenchHalf, type BenchPrompt, type BenchResult, OneOf } from './tools/prompts.ts';
import { tuning } from './tools/tuning.ts';
import { unseen } from './tools/unseen.ts';

const { values: flags } = parseArgs({
  options: { half: { type: 'string' }, wrong: { type: 'boolean', default: false } },
});

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
  await ask(
    half,
    'Hello!',
    half.tools.slice(0, 1).map((tool) => tool.name),
  );
  const decided = [];
  for (const prompt of half.prompts) decided.push(await decide(half, prompt));
  console.log(`\n${name}`);
  for (const kind of ['direct', 'indirect', 'look-alike', 'plain'] as const) {
    const own = decided.filter(({ prompt }) => prompt.kind === kind);
    share(`right decision, ${kind}`, own, ({ right }) => right);
  }
  const needed = decided.filter(({ prompt }) => prompt.tool !== undefined);
  share('called when needed', needed, ({ calls }) => calls.length > 0);
  const called = needed.filter(({ calls }) => calls.length > 0);
  share('right tool, where called', called, ({ right }) => right);
  const rest = decided.filter(({ prompt }) => prompt.tool === undefined);
  share('not called when not needed', rest, ({ calls }) => calls.length === 0);
  share(
    'right arguments, where called rightly',
    needed.filter(({ right }) => right),
    hasRightInput,
  );
  await reportForced(half);
  await reportAnswers(half);
  for (const count of [1, 2, 3, 4]) {
    const times = called.filter(({ prompt }) => prompt.tools.length === count).map(({ ms }) => ms);
    if (times.length > 0) console.log(line(`decision and call, ${count} tools`, timesOf(times)));
  }
}

interface Call {
  readonly name: string;
  readonly input: unknown;
}

interface Decided {
  readonly prompt: BenchPrompt;
  readonly calls: readonly Call[];
  readonly right: boolean;
  readonly ms: number;
}

async function decide(half: BenchHalf, prompt: BenchPrompt): Promise<Decided> {
  const { calls, ms } = await ask(half, prompt.text, prompt.tools);
  const right = calls[0]?.name === prompt.tool && calls.every((call) => call.name === prompt.tool);
  if (!right) wrong(prompt.text, `decided ${calls.map(({ name }) => name).join(', ') || 'none'}`);
  return { prompt, calls, right, ms };
}

function hasRightInput({ prompt, calls }: Pick<Decided, 'prompt' | 'calls'>): boolean {
  return calls.length === 1 && isSame(prompt.input, calls[0]?.input);
}

/** Arguments of all prompts that need a tool, whatever was decided: the tool is forced. */
async function reportForced(half: BenchHalf): Promise<void> {
  const forced = [];
  for (const prompt of half.prompts) {
    if (prompt.tool === undefined) continue;
    const { calls } = await ask(half, prompt.text, prompt.tools, { tool: { name: prompt.tool } });
    forced.push({ prompt, calls });
    if (!hasRightInput({ prompt, calls })) wrong(prompt.text, JSON.stringify(calls));
  }
  share('right arguments, tool forced', forced, hasRightInput);
}

async function reportAnswers(half: BenchHalf): Promise<void> {
  const named: boolean[] = [];
  const invented: boolean[] = [];
  for (const result of half.results) {
    const text = await answerTo(half, result);
    const values = valuesOf(result.result);
    named.push(...values.map((value) => text.toLowerCase().includes(value.toLowerCase())));
    invented.push(inventedIn(text, result).length > 0);
    if (named.at(-1) === false || invented.at(-1) === true) wrong(result.text, text);
  }
  share('values of a flat result named', named, Boolean);
  share('answers with an invented value', invented, Boolean);
}

async function answerTo(half: BenchHalf, result: BenchResult): Promise<string> {
  const toolUse = { toolUseId: 'use', name: result.tool, input: result.input as DocumentValue };
  const json = result.result as DocumentValue;
  const messages: Message[] = [
    { role: 'user', content: [{ text: result.text }] },
    { role: 'assistant', content: [{ toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'use', content: [{ json }] } }] },
  ];
  const { output } = await send(half, [result.tool], messages);
  return output.message.content.map((block) => ('text' in block ? block.text : '')).join('');
}

function valuesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(valuesOf);
  return [String(value)];
}

/** Numbers, and words that neither the result, its names, the question nor the wording explain. */
function inventedIn(text: string, { result, text: asked, input, tool }: BenchResult): string[] {
  const known = words(
    `${JSON.stringify([result, input])} ${asked} ${tool}`.replaceAll(/[a-z](?=[A-Z])/g, '$& '),
  );
  const wording = words('The the is and in for of at result tool');
  return [...words(text)].filter((word) => !known.has(word) && !wording.has(word));
}

function words(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}%]+/u)
      .filter((word) => word !== ''),
  );
}

async function ask(
  half: BenchHalf,
  text: string,
  ...[tools, toolChoice]: readonly [tools: readonly string[], toolChoice?: ToolChoice]
): Promise<{ calls: readonly Call[]; ms: number }> {
  const started = performance.now();
  const { output } = await send(half, tools, [{ role: 'user', content: [{ text }] }], toolChoice);
  const ms = performance.now() - started;
  const calls = output.message.content.flatMap((block) =>
    'toolUse' in block ? [block.toolUse] : [],
  );
  return { calls, ms };
}

async function send(
  half: BenchHalf,
  ...[names, messages, toolChoice]: readonly [
    names: readonly string[],
    messages: readonly Message[],
    toolChoice?: ToolChoice,
  ]
) {
  const tools = names.map((name) => {
    const tool = half.tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`There is no tool ${name}.`);
    const { description, schema } = tool;
    return { toolSpec: { name, description, inputSchema: { json: schema as DocumentValue } } };
  });
  return provider.send({
    operation: 'Converse',
    modelId: weights.name,
    foundationModelId: null,
    request: {
      messages,
      toolConfig: { tools, ...(toolChoice === undefined ? {} : { toolChoice }) },
      inferenceConfig: { maxTokens: 80, temperature: 0 },
    },
    signal: new AbortController().signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
  });
}

function isSame(wanted: unknown, got: unknown): boolean {
  if (wanted instanceof OneOf) return wanted.values.some((value) => isSame(value, got));
  if (typeof wanted !== 'object' || wanted === null) {
    return String(wanted).toLowerCase() === String(got).toLowerCase();
  }
  if (typeof got !== 'object' || got === null) return false;
  if (Array.isArray(wanted) && wanted.length !== Object.keys(got).length) return false;
  return Object.entries(wanted).every(([name, value]) => isSame(value, Reflect.get(got, name)));
}

function share<T>(name: string, items: readonly T[], isRight: (item: T) => boolean): void {
  const count = items.filter(isRight).length;
  const percent = items.length === 0 ? 0 : (100 * count) / items.length;
  console.log(line(name, `${count}/${items.length}  ${percent.toFixed(0)} %`));
}

function line(name: string, value: string): string {
  return `${name.padEnd(40)} ${value}`;
}

function timesOf(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`;
}

function wrong(text: string, what: string): void {
  if (flags.wrong) console.log(`  ${text} -> ${what}`);
}
