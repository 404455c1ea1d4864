// What the tests of the embedded model share: the weights, an environment and calls.

import { join } from 'node:path';

import { createEnvironment } from '../../src/environment.ts';
import type { ConverseRequest } from '../../src/protocol/api/types.generated.ts';
import type { ConverseEventStream } from '../../src/protocol/stream/events.ts';
import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import type { Provider, ProviderCall } from '../../src/providers/provider.ts';
import { loadConfig } from '../../src/service/config.ts';

export const environment = createEnvironment();

/** Where the server keeps them, so that a machine brings them once. */
export const modelsFolder = join(loadConfig({ variables: process.env }).data, 'models');

export async function startProvider(): Promise<Provider> {
  return createEmbeddedProvider({
    weights: ensureWeights({ folder: modelsFolder, environment }),
    environment,
  });
}

export type TestRequest = Omit<ConverseRequest, 'modelId'>;

export function ask(
  text: string,
  inferenceConfig: TestRequest['inferenceConfig'] = {},
): TestRequest {
  return { messages: [{ role: 'user', content: [{ text }] }], inferenceConfig };
}

export function callOf(
  request: TestRequest,
  signal: AbortSignal = new AbortController().signal,
): ProviderCall {
  return {
    operation: 'Converse',
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    foundationModelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    model: { id: 'model', template: undefined, maxTokens: 4096 },
    request,
    signal,
    notes: { servedBy: undefined, scripted: false, losses: [], strict: false },
  };
}

/** Every event with its batch, read to the end. */
export async function readAll(stream: ConverseEventStream) {
  const batches = [];
  for await (const batch of stream) batches.push(batch);
  return { batches, events: batches.flat() };
}

export async function textOf(provider: Provider, request: TestRequest): Promise<string> {
  const { output } = await provider.send(callOf(request));
  return output.message.content.map((block) => ('text' in block ? block.text : '')).join('');
}
