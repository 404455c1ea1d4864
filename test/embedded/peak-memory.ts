// A process of its own that fills every window of the default model, calls a tool, and prints the
// most memory that this took, in bytes. Its argument is the bound, `none` for none.

import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import { ask, callOf, environment, modelsFolder, textOf } from './setup.ts';

const bound = process.argv[2] ?? 'none';
const provider = createEmbeddedProvider({
  weights: ensureWeights({ folder: modelsFolder, environment }),
  environment,
  gpu: 'off',
  memoryBytes: bound === 'none' ? undefined : Number(bound),
});
const questions = [1, 2, 3, 4].map((each) => `Count: ${each} ${'one two three '.repeat(60)}`);
await Promise.all(questions.map((text) => textOf(provider, ask(text, { maxTokens: 8 }))));
const json = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [
  { toolSpec: { name: 'get_weather', description: 'Weather', inputSchema: { json } } },
] as const;
await provider.send(callOf({ ...ask('How is the weather in Oslo?'), toolConfig: { tools } }));
console.log(process.resourceUsage().maxRSS * 1_024);
await provider.close();
