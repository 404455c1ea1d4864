// Keys under an unmodified boto3 and the AWS CLI.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentSettings, removeHomes, runProgram, runPython } from './python.ts';
import type { Variables } from './python.ts';
import { showStderrOfFailures, startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  const flags = ['--simulated', '--access-key', 'AKIDEXAMPLE:example-secret'];
  server = await startServer({ flags });
});

afterAll(async () => {
  removeHomes();
  await server.stop();
});

showStderrOfFailures(() => server);

const input = {
  modelId: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
  messages: [{ role: 'user', content: [{ text: 'Grüße' }] }],
};

async function outcomeOf(operation: string, changes: Variables): Promise<unknown> {
  const variables = { ...environmentSettings(server.url), ...changes };
  const job = JSON.stringify({ service: 'bedrock-runtime', calls: [{ operation, input }] });
  const { stdout } = await runPython(['boto3/calls.py'], variables, job);
  return JSON.parse(stdout);
}

test('what boto3 signs is served', async () => {
  expect(await outcomeOf('converse', {})).toMatchObject({
    output: { output: { message: { content: [{ text: 'echo: Grüße' }] } } },
  });
  expect(await outcomeOf('converse_stream', {})).toMatchObject({ events: expect.anything() });
});

test.each([
  [{ AWS_SECRET_ACCESS_KEY: 'other' }, 'InvalidSignatureException'],
  [{ AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, 'UnrecognizedClientException'],
  [{ AWS_SESSION_TOKEN: 'token' }, 'UnrecognizedClientException'],
])('boto3 with %j is refused', async (changes, code) => {
  expect(await outcomeOf('converse', changes as Variables)).toMatchObject({
    error: { code, status: 403 },
  });
});

test('what the AWS CLI signs is served', async () => {
  const command = ['aws', 'bedrock', 'list-foundation-models', '--by-provider', 'Mistral AI'];
  const variables = { ...environmentSettings(server.url), AWS_DEFAULT_REGION: 'us-west-2' };
  const { stdout, stderr } = await runProgram(command as [string, ...string[]], variables, '');
  expect(stderr).toBe('');
  expect(stdout).toContain('mistral.mistral-large-2407-v1:0');
});
