// Keys: the JavaScript SDK signs over HTTP/2 (runtime) and HTTP/1.1 (control plane).

import { BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runServer, showStderrOfFailures, startServer } from '../clients/server-process.ts';
import type { ServerProcess } from '../clients/server-process.ts';

const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret:with/signs+' };
const apiKey = 'ABSKexample';
let server: ServerProcess;

beforeAll(async () => {
  const accessKey = `${signer.accessKeyId}:${signer.secretAccessKey}`;
  server = await startServer({
    flags: ['--simulated', '--access-key', accessKey, '--api-key', apiKey],
  });
});

afterAll(() => server.stop());

showStderrOfFailures(() => server);

function clientOf(credentials: object): BedrockRuntimeClient {
  const region = 'eu-central-1';
  return new BedrockRuntimeClient({ region, endpoint: server.url, maxAttempts: 1, ...credentials });
}

const profile =
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0';
const messages = [{ role: 'user' as const, content: [{ text: 'Grüße, 世界' }] }];

test.each(['mistral.mistral-large-2407-v1:0', profile])(
  'a signed request for %s is served',
  async (modelId) => {
    const client = clientOf({ credentials: signer });
    const { output } = await client.send(new ConverseCommand({ modelId, messages }));
    expect(output?.message?.content).toEqual([{ text: 'echo: Grüße, 世界' }]);
    const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
    const events = [];
    for await (const event of stream ?? []) events.push(Object.keys(event)[0]);
    expect(events.at(-1)).toBe('metadata');
  },
);

test('a signed query is served', async () => {
  const client = new BedrockClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: signer,
  });
  const command = new ListFoundationModelsCommand({ byProvider: 'Mistral AI' });
  const { modelSummaries = [] } = await client.send(command);
  expect(modelSummaries.length).toBeGreaterThan(3);
});

test('an API key is served', async () => {
  const client = clientOf({ token: { token: apiKey }, authSchemePreference: ['httpBearerAuth'] });
  const modelId = 'meta.llama3-1-8b-instruct-v1:0';
  const { output } = await client.send(new ConverseCommand({ modelId, messages }));
  expect(output?.message?.content).toEqual([{ text: 'echo: Grüße, 世界' }]);
});

test.each([
  [{ credentials: { ...signer, secretAccessKey: 'other' } }, 'InvalidSignatureException'],
  [{ credentials: { ...signer, accessKeyId: 'AKIDOTHER' } }, 'UnrecognizedClientException'],
  [{ credentials: { ...signer, sessionToken: 'x' } }, 'UnrecognizedClientException'],
  [
    { token: { token: 'ABSKother' }, authSchemePreference: ['httpBearerAuth'] },
    'AccessDeniedException',
  ],
])('%j is refused', async (credentials, name) => {
  const command = new ConverseCommand({ modelId: 'meta.llama3-1-8b-instruct-v1:0', messages });
  await expect(clientOf(credentials).send(command)).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: 403 },
  });
});

test('an unsigned request is refused before anything is said of its path', async () => {
  for (const path of ['/model/x/converse', '/nothing']) {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  }
});

test('listening for everyone without keys is refused at the start', async () => {
  const { code, stderr } = await runServer(['--simulated', '--listen', '0.0.0.0:0']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('--access-key ID:SECRET'),
  });
});
