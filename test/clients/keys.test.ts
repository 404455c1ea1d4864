// Keys under an unmodified boto3 and the AWS CLI, and addresses that botocore signed for others.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentSettings, removeHomes, runProgram, runPython } from './python.ts';
import type { Variables } from './python.ts';
import { showStderrOfFailures, startSecured } from './server-process.ts';
import type { SecuredServer } from './server-process.ts';

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecured();
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

async function presigned(changes: object): Promise<unknown> {
  const job = { payload: 'signed', region: 'us-east-1', service: 'bedrock', expires: 60 };
  const input = JSON.stringify({ ...job, ...changes });
  const variables = environmentSettings(server.url);
  const { stdout, stderr } = await runPython(['boto3/presigned.py'], variables, input);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const answered = (text: string) => ({
  status: 200,
  body: { output: { message: { content: [{ text }] } } },
});
const other = { messages: [{ role: 'user', content: [{ text: 'other' }] }] };

test('an address that boto3 signed is served to whoever has it', async () => {
  expect(await presigned({ make: 'list' })).toMatchObject({
    status: 200,
    body: { modelSummaries: expect.anything() as unknown },
  });
});

test('an address of Converse that botocore signed for one body takes that body', async () => {
  expect(await presigned({ make: 'converse' })).toMatchObject(answered('echo: Grüße'));
});

test('an address that botocore signed for any body takes another', async () => {
  const changes = { make: 'converse', payload: 'UNSIGNED-PAYLOAD', send: other };
  expect(await presigned(changes)).toMatchObject(answered('echo: other'));
});

const mismatch = 'The request signature we calculated does not match the signature you provided.';

test.each([
  ['with another body', { send: other }, mismatch],
  ['that has ended', { expires: 0 }, 'Signature expired: '],
  ['for no region', { region: 'nowhere' }, 'Credential should be scoped to a valid region. '],
  [
    'for another service',
    { service: 's3' },
    "Credential should be scoped to correct service: 'bedrock'. ",
  ],
  // What boto3 makes of Converse has the body in its query, and is signed without one.
  ['that boto3 made without a body', { make: 'generated' }, mismatch],
])('an address %s is refused', async (_what, changes, message) => {
  expect(await presigned({ make: 'converse', ...changes })).toMatchObject({
    status: 403,
    error: 'InvalidSignatureException',
    body: { message: expect.stringContaining(message) as unknown },
  });
});
