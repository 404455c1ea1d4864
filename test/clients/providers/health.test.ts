// A place whose model has no tools, and that is stopped and started again, seen from outside.

import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showStderrOfFailures } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { buildTimeoutMs, llamaApiKey, llamaModel, startLlamaServer } from './llama-server.ts';
import type { LlamaServer } from './llama-server.ts';
import { until } from './peer.ts';
import { ask, createClient, startWith, stream } from './stage.ts';
import { offered } from './weather.ts';

let place: LlamaServer;
let server: ServerProcess;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  place = await startLlamaServer();
  server = await startWith({
    providers: {
      llama: {
        type: 'openai-compatible',
        vendor: 'llama.cpp',
        baseUrl: `${place.origin}/v1`,
        apiKey: llamaApiKey,
      },
      spare: { type: 'simulated' },
    },
    models: {
      'with-spare': [{ provider: 'llama', model: llamaModel }, { provider: 'spare' }],
      '*': { provider: 'llama', model: llamaModel },
    },
  });
  client = createClient(server);
}, buildTimeoutMs);

afterAll(async () => {
  client.destroy();
  await server.stop();
  await place.stop();
});

showStderrOfFailures(() => server);

const modelId = 'meta.llama3-1-8b-instruct-v1:0';

test('a place that stops is left alone, passed over, and found again when it is back', async () => {
  await client.send(new ConverseCommand({ modelId, ...ask('Hello', 2) }));
  expect(await circuit()).toBe('closed');

  // In the midst of an answer, as a crash would be.
  const { messages } = ask('Tell a story.');
  const cut = stream(client, {
    modelId,
    messages,
    inferenceConfig: { maxTokens: 1_500, temperature: 0 },
    additionalModelRequestFields: { ignore_eos: true },
  });
  const refused = expect(cut).rejects.toMatchObject({
    name: expect.stringMatching(/^(ModelStreamError|ServiceUnavailable)Exception$/) as unknown,
  });
  await until(
    () => place.busySlots(),
    (busy) => busy === 1,
    20_000,
  );
  process.kill(place.pid, 'SIGKILL');
  await refused;

  for (let failures = 0; failures < 6; failures += 1) {
    const asked = client.send(new ConverseCommand({ modelId, ...ask('Hello', 2) }));
    await expect(asked).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
  }
  expect(await circuit()).toBe('open');
  const spared = { modelId: 'with-spare', ...ask('Hello', 2) };
  const { output } = await client.send(new ConverseCommand(spared));
  expect(output?.message?.content).toEqual([{ text: 'echo: Hello' }]);

  place = await startLlamaServer({ port: place.port });
  await until(circuit, (state) => state !== 'open', 70_000);
  const { usage } = await client.send(new ConverseCommand({ modelId, ...ask('Hello', 2) }));
  expect(usage?.outputTokens).toBe(2);
  expect(await circuit()).toBe('closed');
});

test('tools that the place would pass over are told as a loss', async () => {
  const body = JSON.stringify({
    ...ask('What is the weather in Seattle?', 2),
    toolConfig: offered,
  });
  const headers = { 'content-type': 'application/json' };
  const url = `${server.url}/model/${modelId}/converse`;
  const response = await fetch(url, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-openconverse-loss')).toMatch(/toolConfig.*chat template/);
});

async function circuit(): Promise<string | undefined> {
  const response = await fetch(`${server.url}/readyz`);
  const { places = [] } = (await response.json()) as {
    readonly places?: readonly { readonly name: string; readonly circuit: string }[];
  };
  return places.find(({ name }) => name === 'llama')?.circuit;
}
