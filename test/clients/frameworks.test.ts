// The frameworks through which most people come, as their documentation shows them: an answer, a
// stream, and a tool that the framework runs, on the simulated model.

import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureAiSdk } from '../../scripts/clients/programs.ts';
import { ensureVenv } from '../../scripts/clients/venv.ts';
import { environmentSettings, removeHomes, runProgram } from './python.ts';
import type { Variables } from './python.ts';
import { apiKey, showStderrOfFailures, startSecured } from './server-process.ts';
import type { SecuredServer } from './server-process.ts';

interface Framework {
  readonly name: string;
  readonly command: () => readonly [string, ...string[]];
  /** What it needs beside the variables of the SDKs. */
  readonly variables?: (url: string) => Variables;
}

const frameworks: readonly Framework[] = [
  { name: 'langchain-aws', command: () => python('use_langchain.py') },
  { name: 'strands-agents', command: () => python('use_strands.py') },
  { name: 'pydantic-ai', command: () => python('use_pydantic_ai.py') },
  {
    name: 'LiteLLM',
    command: () => python('use_litellm.py'),
    variables: (url) => ({
      AWS_BEDROCK_RUNTIME_ENDPOINT: url,
      // Else it asks the network for the prices of models as it is loaded.
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    }),
  },
  { name: '@ai-sdk/amazon-bedrock', command: () => [process.execPath, ensureAiSdk()] },
];

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

const call = ['get_weather', { city: 'Zürich' }];
const expected = {
  converse: 'echo: Grüße an alle',
  usage: expect.any(Number) as unknown,
  stream: ['echo:', ' one', ' two', ' three'],
  calls: [call],
  streamedCalls: [call],
  tools: 'result: 54F in Zürich',
};

for (const framework of frameworks) {
  test(`${framework.name} answers, streams and calls tools, signed`, async () => {
    const told = await tell(framework, server.url, {});
    expect(told).toMatchObject(expected);
    expect(await callers()).toEqual(['sigv4 Converse', 'sigv4 ConverseStream']);
  });

  test(`${framework.name} answers, streams and calls tools over TLS with an API key`, async () => {
    const { secureUrl, certificate } = server;
    const told = await tell(framework, secureUrl, {
      AWS_BEARER_TOKEN_BEDROCK: apiKey,
      AWS_CA_BUNDLE: certificate,
      SSL_CERT_FILE: certificate,
      NODE_EXTRA_CA_CERTS: certificate,
    });
    expect(told).toMatchObject(expected);
    expect(await callers()).toEqual(['bearer Converse', 'bearer ConverseStream']);
  });
}

async function tell(framework: Framework, url: string, added: Variables): Promise<object> {
  const variables = {
    ...environmentSettings(url),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    ...framework.variables?.(url),
    ...added,
  };
  const { code, stdout, stderr } = await runProgram(framework.command(), variables, '');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as object;
}

/** How the requests were authenticated, and what they were for. */
async function callers(): Promise<readonly string[]> {
  const requests = await server.journal();
  return [...new Set(requests.map(({ auth, operation }) => `${auth} ${operation}`))].toSorted();
}

function python(file: string): readonly [string, ...string[]] {
  const path = join(import.meta.dirname, 'frameworks', file);
  return [join(ensureVenv('frameworks'), 'python'), path];
}
