// How fast the embedded model is through the provider, beside a bare loop over llama.cpp.

import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getLlama } from 'node-llama-cpp';

import { createEnvironment } from '../src/environment.ts';
import { createEmbeddedProvider } from '../src/providers/embedded/provider.ts';
import { ensureWeights } from '../src/providers/embedded/weights.ts';
import type { Provider, ProviderCall } from '../src/providers/provider.ts';
import { loadConfig } from '../src/service/config.ts';

const rounds = 7;
const answerTokens = 100;
const question = 'Write a long story about a lighthouse keeper.';

const environment = createEnvironment();
const { data } = loadConfig({ variables: environment.variables });
const weights = await ensureWeights({ folder: join(data, 'models'), environment });

function callOf(text: string, maxTokens: number): ProviderCall {
  return {
    operation: 'ConverseStream',
    modelId: weights.name,
    foundationModelId: null,
    request: {
      messages: [{ role: 'user', content: [{ text }] }],
      inferenceConfig: { temperature: 0, maxTokens },
    },
    signal: new AbortController().signal,
    notes: { servedBy: undefined, scripted: false, losses: [] },
  };
}

interface Timing {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** The first token comes with the prompt; the speed is that of the tokens after it. */
async function time(tokens: AsyncIterable<unknown>, isToken: (value: unknown) => boolean) {
  const started = performance.now();
  let first = 0;
  let last = 0;
  let count = 0;
  for await (const token of tokens) {
    if (!isToken(token)) continue;
    last = performance.now();
    if (count === 0) first = last;
    count += 1;
    if (count === answerTokens) break;
  }
  return { firstTokenMs: first - started, tokensPerSecond: (count - 1) / ((last - first) / 1_000) };
}

const isDelta = (batch: unknown): boolean => JSON.stringify(batch).includes('contentBlockDelta');

async function timeProvider(provider: Provider): Promise<Timing> {
  return time(await provider.stream(callOf(question, answerTokens)), isDelta);
}

async function createBareLoop() {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: weights.path });
  const context = await model.createContext({ contextSize: 2_048, threads: 1 });
  const sequence = context.getSequence();
  const text = `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;
  const prompt = model.tokenize(text, true);
  return {
    async time(): Promise<Timing> {
      await sequence.clearHistory();
      return time(sequence.evaluate(prompt, { temperature: 0 }), () => true);
    },
    close: () => llama.dispose(),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(rows: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(48)} ${value}`);
}

const loading = performance.now();
const provider = createEmbeddedProvider({ weights, environment });
await provider.send(callOf('Hi', 1));
const loadedMs = performance.now() - loading;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const longTokens = await provider.countTokens(
  callOf('The quick brown fox jumps. '.repeat(1_100), 1),
);
const tokenizingMs = delay.max / 1e6;
delay.reset();
await timeProvider(provider);
const generatingMs = delay.max / 1e6;
delay.disable();
const memory = process.memoryUsage.rss();

// In turns, since the machine's speed changes from one second to the next.
const bare = await createBareLoop();
await bare.time();
const ours: Timing[] = [];
const theirs: Timing[] = [];
for (let round = 0; round < rounds; round += 1) {
  ours.push(await timeProvider(provider));
  theirs.push(await bare.time());
}
await bare.close();
await provider.close();

const speed = median(ours.map(({ tokensPerSecond }) => tokensPerSecond));
const bareSpeed = median(theirs.map(({ tokensPerSecond }) => tokensPerSecond));
const firstToken = (timings: readonly Timing[]): string =>
  `${median(timings.map(({ firstTokenMs }) => firstTokenMs)).toFixed(0)} ms`;
print({
  'load and first answer': `${loadedMs.toFixed(0)} ms`,
  'first token, short prompt, bare': firstToken(theirs),
  'first token, short prompt': firstToken(ours),
  'tokens a second, bare loop': bareSpeed.toFixed(1),
  'tokens a second, through the provider': speed.toFixed(1),
  ratio: (speed / bareSpeed).toFixed(3),
  [`longest hold, tokenising ${longTokens} tokens`]: `${tokenizingMs.toFixed(1)} ms`,
  'longest hold, writing an answer': `${generatingMs.toFixed(1)} ms`,
  'memory of the process': `${(memory / 1e6).toFixed(0)} MB`,
});
