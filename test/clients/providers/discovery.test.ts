// A real server of models that is found on this machine, and the models that it lists.

import { GetFoundationModelCommand, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showStderrOfFailures } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { buildTimeoutMs, llamaModel, startLlamaServer } from './llama-server.ts';
import type { LlamaServer } from './llama-server.ts';
import { until } from './peer.ts';
import { ask, createClient, createControlClient, startWith } from './stage.ts';

let place: LlamaServer;
let server: ServerProcess;
let control: BedrockClient;

beforeAll(async () => {
  place = await startLlamaServer({ isOpen: true });
  server = await startWith({ discover: { 'llama-cpp': `${place.origin}/v1` } });
  control = createControlClient(server);
}, buildTimeoutMs);

afterAll(async () => {
  control.destroy();
  await server.stop();
  await place.stop();
});

showStderrOfFailures(() => server);

const modelId = `llama-cpp.${llamaModel}`;

test('a server that is found lists its model, and serves it', async () => {
  const client = createClient(server);
  // It is looked for once the server listens.
  const ids = await until(listedIds, (known) => known.includes(modelId), 20_000);
  expect(ids).toContain('anthropic.claude-3-haiku-20240307-v1:0');

  const got = await control.send(new GetFoundationModelCommand({ modelIdentifier: modelId }));
  expect(got.modelDetails).toMatchObject({ modelId, responseStreamingSupported: true });

  const { usage, $metadata } = await client.send(
    new ConverseCommand({ modelId, ...ask('Tell a story.', 3) }),
  );
  expect(usage?.outputTokens).toBe(3);
  expect($metadata.httpStatusCode).toBe(200);
  client.destroy();
});

test('a server that has ended is on the list no more, in time', async () => {
  expect(await listedIds()).toContain(modelId);
  await place.stop();
  await until(listedIds, (known) => !known.includes(modelId), 60_000);
});

async function listedIds(): Promise<readonly (string | undefined)[]> {
  const { modelSummaries = [] } = await control.send(new ListFoundationModelsCommand());
  return modelSummaries.map((model) => model.modelId);
}
