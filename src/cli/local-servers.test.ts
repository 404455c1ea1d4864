// What is found on this machine, as providers and as lines of the start.

import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../environment.ts';
import type { ConfigInput } from '../service/config.ts';
import { loadConfig } from '../service/config.ts';
import { describeServers, lookForServers, withServers } from './local-servers.ts';

const environment = createEnvironment({ logLevel: 'silent' });
const { signal } = new AbortController();

/** A server that lists two models, up to and with its version. */
async function startModels(): Promise<string> {
  const data = ['llama3.2:3b', 'qwen3:8b'].map((id) => ({ id, owned_by: 'library' }));
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ object: 'list', data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/v1`;
}

function configOf(flags: Partial<ConfigInput>) {
  return loadConfig({ file: devNull, flags });
}

async function namesFound(flags: Partial<ConfigInput>, self?: string): Promise<readonly string[]> {
  const { found } = await lookForServers(configOf(flags), { environment, signal, self });
  return found.map(({ name }) => name);
}

test('a server where the configuration lets us look becomes a provider, and is told', async () => {
  const baseUrl = await startModels();
  const config = configOf({ discover: { ollama: baseUrl } });
  const discovered = await lookForServers(config, { environment, signal });
  expect(withServers(config, discovered.found).providers).toEqual({
    ollama: { type: 'openai-compatible', vendor: 'ollama', baseUrl },
  });
  expect(describeServers(discovered, config)).toEqual([
    `Found ollama at ${baseUrl} with 2 models: ollama.llama3-2-3b, ...`,
  ]);
});

test('a name that the configuration has stays its own', async () => {
  const baseUrl = await startModels();
  const ollama = { type: 'openai-compatible', baseUrl: 'http://gpu-box:11434/v1' } as const;
  const config = configOf({ discover: { ollama: baseUrl }, providers: { ollama } });
  const { found } = await lookForServers(config, { environment, signal });
  const { providers } = withServers(config, found);
  expect(Object.keys(providers).toSorted()).toEqual(
    ['ollama', `ollama-${new URL(baseUrl).port}`].toSorted(),
  );
  expect(providers['ollama']).toMatchObject(ollama);
});

test('nobody is asked who is configured, who we are, or where nobody is to be', async () => {
  const baseUrl = await startModels();
  const discover = { vllm: baseUrl };
  expect(await namesFound({ discover })).toEqual(['ollama']);
  const alike = baseUrl.replace('127.0.0.1', 'localhost');
  const providers = { mine: { type: 'openai-compatible', baseUrl: alike } } as const;
  expect(await namesFound({ discover, providers })).toEqual([]);
  expect(await namesFound({ discover }, new URL(baseUrl).origin)).toEqual([]);
  expect(await namesFound({ discover, simulated: true })).toEqual([]);
  expect(await namesFound({ discover: false })).toEqual([]);
});

test('a gateway is told of and not used', () => {
  const passed = [{ baseUrl: 'http://127.0.0.1:8000/v1', reason: 'its models cost money' }];
  expect(describeServers({ found: [], passed }, configOf({}))).toEqual([
    'Not used: http://127.0.0.1:8000/v1, for its models cost money.',
  ]);
});
