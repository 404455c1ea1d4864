// The AWS CLI, version 1, against the real server: what it says, how it fails, and API keys. It has
// no streams.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { environmentSettings, removeHomes, runProgram } from './python.ts';
import type { Finished, Variables } from './python.ts';
import { apiKey, showStderrOfFailures, startSecured } from './server-process.ts';
import type { SecuredServer } from './server-process.ts';

const modelId = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const messages = [{ role: 'user', content: [{ text: 'Grüße an alle' }] }];

let server: SecuredServer;

beforeAll(async () => {
  server = await startSecured();
});

beforeEach(() => server.reset());

afterAll(async () => {
  removeHomes();
  await server.stop();
});

showStderrOfFailures(() => server);

test('the AWS CLI prints the text that it is asked for', async () => {
  const query = ['--query', 'output.message.content[0].text', '--output', 'text'];
  const finished = await aws(['converse', ...converse(), ...query]);
  expect(finished).toEqual({ code: 0, stderr: '', stdout: 'echo: Grüße an alle\n' });
});

test('the AWS CLI prints the call of a tool', async () => {
  const toolSpec = { name: 'get_weather', inputSchema: { json: { type: 'object' } } };
  const toolConfig = { tools: [{ toolSpec }], toolChoice: { tool: { name: 'get_weather' } } };
  const flags = ['--tool-config', JSON.stringify(toolConfig)];
  const { code, stdout, stderr } = await aws(['converse', ...converse(), ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    output: { message: { content: [{ toolUse: { name: 'get_weather', input: {} } }] } },
    stopReason: 'tool_use',
  });
});

test('the AWS CLI counts tokens', async () => {
  const input = JSON.stringify({ converse: { messages } });
  const finished = await aws(['count-tokens', '--model-id', modelId, '--input', input]);
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(finished.stdout)).toEqual({ inputTokens: 3 });
});

test('the AWS CLI tells an exception by its name, after its retries', async () => {
  await server.script({
    error: { type: 'ThrottlingException', message: 'Slow.' },
    times: 'always',
  });
  // By default it waits ten seconds.
  const variables = { AWS_MAX_ATTEMPTS: '2' };
  const finished = await aws(['converse', ...converse()], { url: server.url, variables });
  expect(finished.code).not.toBe(0);
  expect(finished.stderr).toContain(
    '(ThrottlingException) when calling the Converse operation (reached max retries: 1): Slow.',
  );
  expect(await server.journal()).toHaveLength(2);
});

test('the AWS CLI sends an API key over TLS', async () => {
  const variables = { ...keyed, AWS_CA_BUNDLE: server.certificate };
  const target = { url: server.secureUrl, variables };
  expect(await aws(['converse', ...converse()], target)).toMatchObject({ code: 0 });
  expect(await server.journal()).toMatchObject([{ auth: 'bearer', status: 200 }]);
});

// Unlike boto3: it brings a library of its own, which is older.
test('the AWS CLI sends an API key in the clear, too', async () => {
  const finished = await aws(['converse', ...converse()], { url: server.url, variables: keyed });
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  expect(await server.journal()).toMatchObject([{ auth: 'bearer', status: 200 }]);
});

test('the AWS CLI is refused with another API key', async () => {
  const variables = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKother' };
  const finished = await aws(['converse', ...converse()], { url: server.url, variables });
  expect(finished.code).not.toBe(0);
  expect(finished.stderr).toContain('(AccessDeniedException) when calling the Converse operation');
});

const keyed = { AWS_BEARER_TOKEN_BEDROCK: apiKey };

interface Target {
  readonly url: string;
  readonly variables: Variables;
}

function converse(): readonly string[] {
  return ['--model-id', modelId, '--messages', JSON.stringify(messages)];
}

function aws(
  parameters: readonly string[],
  { url, variables }: Target = { url: server.url, variables: {} },
): Promise<Finished> {
  const settings = {
    ...environmentSettings(url),
    AWS_DEFAULT_REGION: 'us-east-1',
    // What it prints is in the letters of the locale.
    LC_ALL: 'C.UTF-8',
    ...variables,
  };
  return runProgram(['aws', 'bedrock-runtime', ...parameters], settings, '');
}
