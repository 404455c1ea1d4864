// How fast the embedded model is through the provider: beside a bare loop over llama.cpp, beside
// llama.cpp's own server where it was built, and in the second turn of a conversation.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as library from 'node-llama-cpp';
import type { Token } from 'node-llama-cpp';

import { createEnvironment } from '../src/environment.ts';
import { embeddedRepeatWindowTokens } from '../src/limits.ts';
import type { Message } from '../src/protocol/api/types.generated.ts';
import { fitThreads } from '../src/providers/embedded/machine.ts';
import { createEmbeddedProvider } from '../src/providers/embedded/provider.ts';
import { ensureWeights } from '../src/providers/embedded/weights.ts';
import type { Provider, ProviderCall } from '../src/providers/provider.ts';
import { loadConfig } from '../src/service/config.ts';
import budgets from './budgets.json' with { type: 'json' };
import { startLlamaServer } from './llama-server.ts';
import { median } from './median.ts';

const rounds = 7;
const answerTokens = 100;
const question = 'Write a long story about a lighthouse keeper.';
const prompt = `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;

const environment = createEnvironment();
const { data } = loadConfig({ variables: environment.variables });
const weights = await ensureWeights({ folder: join(data, 'models'), environment });

const loading = performance.now();
const provider = createEmbeddedProvider({ weights, environment, gpu: 'off' });
await provider.send(callOf([user('Hi')], 1));
const loadedMs = performance.now() - loading;

const { tokenizedTokens, tokenizingMs, generatingMs } = await measureHolds();
const memory = process.memoryUsage.rss();
const turns = await measureTurns();
const bare = await createBareLoop();
const peer = await startLlamaServer({ modelPath: weights.path, threads: bare.threads });
const ours: Timing[] = [];
const bares: Timing[] = [];
const peers: number[] = [];
await bare.time();
// In turns, since the machine's speed changes from one second to the next.
for (let round = 0; round < rounds; round += 1) {
  ours.push(await timeProvider());
  bares.push(await bare.time());
  if (peer !== undefined) peers.push(await peer.decodeSpeed(prompt, answerTokens));
}
peer?.close();
await bare.close();
await provider.close();

const speed = median(ours.map(({ tokensPerSecond }) => tokensPerSecond));
const bareSpeed = median(bares.map(({ tokensPerSecond }) => tokensPerSecond));
const { embedded } = budgets;
print('load and first answer', `${loadedMs.toFixed(0)} ms`);
print('first token, short prompt, bare', firstToken(bares));
print('first token, short prompt', firstToken(ours));
print(`tokens a second, bare loop, ${bare.threads} thread(s)`, bareSpeed.toFixed(1));
print('tokens a second, through the provider', speed.toFixed(1));
hold('ratio to the bare loop', pairwise(bares), embedded.decodeRatio);
if (peers.length > 0) {
  print("tokens a second, llama.cpp's own server", median(peers).toFixed(1));
  hold("ratio to llama.cpp's own server", speed / median(peers), embedded.serverRatio);
} else {
  print("llama.cpp's own server", 'not built here; docs/embedded.md says how');
}
print(`first token, ${turns.tokens} tokens of conversation`, `${turns.firstMs.toFixed(0)} ms`);
print('first token, the second turn of it', `${turns.secondMs.toFixed(0)} ms`);
hold('first turn to second', turns.firstMs / turns.secondMs, embedded.secondTurnRatio);
print(`longest hold, tokenising ${tokenizedTokens} tokens`, `${tokenizingMs.toFixed(1)} ms`);
print('longest hold, writing an answer', `${generatingMs.toFixed(1)} ms`);
print('memory of the process', `${(memory / 1e6).toFixed(0)} MB`);

function user(text: string): Message {
  return { role: 'user', content: [{ text }] };
}

function callOf(messages: readonly Message[], maxTokens: number): ProviderCall {
  return {
    operation: 'ConverseStream',
    modelId: weights.name,
    foundationModelId: null,
    model: { id: 'model', template: undefined, maxTokens: 4096 },
    request: { messages, inferenceConfig: { temperature: 0, maxTokens } },
    signal: new AbortController().signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
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

function isDelta(batch: unknown): boolean {
  return JSON.stringify(batch).includes('contentBlockDelta');
}

async function timeProvider(): Promise<Timing> {
  return time(await provider.stream(callOf([user(question)], answerTokens)), isDelta);
}

/** With the provider's own threads and sampling, and nothing else of it. */
async function createBareLoop() {
  const llama = await library.getLlama({
    gpu: false,
    build: 'never',
    maxThreads: Math.max(1, availableParallelism() - 1),
  });
  const model = await llama.loadModel({ modelPath: weights.path });
  const { path, folder } = weights;
  const options = { path, folder, memoryBytes: undefined, environment };
  const threads = await fitThreads(library, model, options);
  llama.maxThreads = threads;
  const context = await model.createContext({ contextSize: 2_048, threads });
  const sequence = context.getSequence();
  const tokens = model.tokenize(prompt, true);
  return {
    threads,
    async time(): Promise<Timing> {
      await sequence.clearHistory();
      const recent: Token[] = [];
      const repeatPenalty = { penalty: 1.1, punishTokens: () => recent };
      const sampling = { temperature: 0, topP: 0.9, topK: 40, repeatPenalty };
      return time(sequence.evaluate(tokens, sampling), (token) => {
        if (recent.push(token as Token) > embeddedRepeatWindowTokens) recent.shift();
        return true;
      });
    },
    close: () => llama.dispose(),
  };
}

/** A conversation of a thousand tokens, asked anew each time, and what is said next. */
async function measureTurns() {
  const firsts: number[] = [];
  const seconds: number[] = [];
  let tokens = 0;
  for (let round = 0; round < 3; round += 1) {
    const messages = [user(`Story ${round}. ${'The keeper went up to the lamp. '.repeat(140)}`)];
    tokens = await provider.countTokens(callOf(messages, 1));
    const { answer, firstTokenMs } = await read(provider, messages);
    firsts.push(firstTokenMs);
    messages.push({ role: 'assistant', content: [{ text: answer }] }, user('And then?'));
    seconds.push((await read(provider, messages)).firstTokenMs);
  }
  return { firstMs: median(firsts), secondMs: median(seconds), tokens };
}

async function read(from: Provider, messages: readonly Message[]) {
  const started = performance.now();
  let firstTokenMs = 0;
  let answer = '';
  for await (const batch of await from.stream(callOf(messages, 20))) {
    for (const event of batch) {
      if (!('contentBlockDelta' in event)) continue;
      if (firstTokenMs === 0) firstTokenMs = performance.now() - started;
      const { delta } = event.contentBlockDelta;
      if ('text' in delta) answer += delta.text;
    }
  }
  return { answer, firstTokenMs };
}

async function measureHolds() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const messages = [user('The quick brown fox jumps. '.repeat(1_100))];
  const tokenizedTokens = await provider.countTokens(callOf(messages, 1));
  const tokenizingMs = delay.max / 1e6;
  delay.reset();
  await timeProvider();
  delay.disable();
  return { tokenizedTokens, tokenizingMs, generatingMs: delay.max / 1e6 };
}

/** Each answer against the bare one right after it: the machine is the same for both. */
function pairwise(others: readonly Timing[]): number {
  return median(ours.map((each, index) => each.tokensPerSecond / tokensOf(others[index])));
}

function tokensOf(timing: Timing | undefined): number {
  return timing?.tokensPerSecond ?? NaN;
}

function firstToken(timings: readonly Timing[]): string {
  return `${median(timings.map(({ firstTokenMs }) => firstTokenMs)).toFixed(0)} ms`;
}

function print(name: string, value: string): void {
  console.log(`${name.padEnd(48)} ${value}`);
}

function hold(name: string, value: number, budget: number): void {
  print(name, `${value.toFixed(3)}  budget ${budget} ${value >= budget ? 'held' : 'MISSED'}`);
}
