// Asks the embedded model what a half of the tools bench holds, and says what of it was right.

import type { Message, ToolChoice } from '../../src/protocol/api/types.generated.ts';
import type { DocumentValue } from '../../src/protocol/api/shape.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { type BenchHalf, type BenchPrompt, type BenchResult, OneOf } from './prompts.ts';

export interface Asked {
  readonly provider: Provider;
  readonly modelId: string;
  readonly half: BenchHalf;
}

export interface Call {
  readonly name: string;
  readonly input: unknown;
}

export interface Decided {
  readonly prompt: BenchPrompt;
  readonly calls: readonly Call[];
  /** The right tool, and no other; or none where none is needed. */
  readonly right: boolean;
  readonly ms: number;
}

export interface Told {
  readonly result: BenchResult;
  readonly text: string;
  /** For each value of the result whether the text names it. */
  readonly named: readonly boolean[];
  /** Words that nothing explains. */
  readonly invented: readonly string[];
}

/** All prompts, of which some need a tool and some none. */
export async function decideAll(asked: Asked): Promise<readonly Decided[]> {
  const decided: Decided[] = [];
  for (const prompt of asked.half.prompts) decided.push(await decide(asked, prompt));
  return decided;
}

async function decide(asked: Asked, prompt: BenchPrompt): Promise<Decided> {
  const { calls, ms } = await ask(asked, prompt);
  const right = calls[0]?.name === prompt.tool && calls.every((call) => call.name === prompt.tool);
  return { prompt, calls, right, ms };
}

/** The prompts that need a tool, whatever would be decided: it is forced. */
export async function forceAll(asked: Asked): Promise<readonly Omit<Decided, 'right'>[]> {
  const forced = [];
  for (const prompt of asked.half.prompts) {
    if (prompt.tool === undefined) continue;
    const made = await ask(asked, prompt, { tool: { name: prompt.tool } });
    forced.push({ prompt, ...made });
  }
  return forced;
}

/** How the results are told. */
export async function tellAll(asked: Asked): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const result of asked.half.results) {
    const text = await answerTo(asked, result);
    const said = text.toLowerCase();
    const named = valuesOf(result.result).map((value) => said.includes(value.toLowerCase()));
    told.push({ result, text, named, invented: inventedIn(text, result) });
  }
  return told;
}

/** One call, and every required argument right. */
export function hasRightInput({ prompt, calls }: Pick<Decided, 'prompt' | 'calls'>): boolean {
  return calls.length === 1 && isSame(prompt.input, calls[0]?.input);
}

async function answerTo(asked: Asked, result: BenchResult): Promise<string> {
  const toolUse = { toolUseId: 'use', name: result.tool, input: result.input as DocumentValue };
  const json = result.result as DocumentValue;
  const messages: Message[] = [
    { role: 'user', content: [{ text: result.text }] },
    { role: 'assistant', content: [{ toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'use', content: [{ json }] } }] },
  ];
  const { output } = await send(asked, { tools: [result.tool], messages });
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

async function ask(asked: Asked, { text, tools }: BenchPrompt, toolChoice?: ToolChoice) {
  const started = performance.now();
  const messages: Message[] = [{ role: 'user', content: [{ text }] }];
  const { output } = await send(asked, { tools, messages, ...(toolChoice && { toolChoice }) });
  const ms = performance.now() - started;
  const calls = output.message.content.flatMap((block) =>
    'toolUse' in block ? [block.toolUse] : [],
  );
  return { calls, ms };
}

interface Request {
  readonly tools: readonly string[];
  readonly messages: readonly Message[];
  readonly toolChoice?: ToolChoice;
}

async function send({ provider, modelId, half }: Asked, request: Request) {
  const { messages, toolChoice } = request;
  const tools = request.tools.map((name) => {
    const tool = half.tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`There is no tool ${name}.`);
    const { description, schema } = tool;
    return { toolSpec: { name, description, inputSchema: { json: schema as DocumentValue } } };
  });
  const call = {
    operation: 'Converse' as const,
    modelId,
    foundationModelId: null,
    model: { id: modelId, template: undefined, maxTokens: answerTokensMax },
    request: {
      messages,
      toolConfig: { tools, ...(toolChoice === undefined ? {} : { toolChoice }) },
      inferenceConfig: { maxTokens: answerTokensMax, temperature: 0 },
    },
    signal: new AbortController().signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
  };
  return provider.send(call);
}

const answerTokensMax = 80;

function isSame(wanted: unknown, got: unknown): boolean {
  if (wanted instanceof OneOf) return wanted.values.some((value) => isSame(value, got));
  if (typeof wanted !== 'object' || wanted === null) {
    return String(wanted).toLowerCase() === String(got).toLowerCase();
  }
  if (typeof got !== 'object' || got === null) return false;
  if (Array.isArray(wanted) && wanted.length !== Object.keys(got).length) return false;
  return Object.entries(wanted).every(([name, value]) => isSame(value, Reflect.get(got, name)));
}
