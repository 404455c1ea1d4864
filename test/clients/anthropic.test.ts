// Anthropic's own clients for Bedrock, unmodified, against the real server: they speak to Claude in
// its own format through InvokeModel, signed and with API keys over TLS.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureVenv } from '../../scripts/clients/venv.ts';
import { textOf, typesOf } from './anthropic/case.ts';
import { cases } from './anthropic/cases.ts';
import type { Call, Outcome } from './anthropic/job.ts';
import { environmentSettings, removeHomes, runProgram } from './python.ts';
import type { Variables } from './python.ts';
import { apiKey, showStderrOfFailures, startEmbedded, startSecured } from './server-process.ts';
import type { JournalEntry, SecuredServer, ServerProcess } from './server-process.ts';

interface Client {
  readonly name: string;
  readonly command: () => readonly [string, ...string[]];
}

const clients: readonly Client[] = [
  {
    name: 'anthropic[bedrock]',
    command: () => [
      join(ensureVenv('anthropic'), 'python'),
      fileURLToPath(new URL('anthropic/calls.py', import.meta.url)),
    ],
  },
  {
    name: '@anthropic-ai/bedrock-sdk',
    command: () => [
      process.execPath,
      fileURLToPath(new URL('anthropic/calls.ts', import.meta.url)),
    ],
  },
];

let server: SecuredServer;
let embedded: ServerProcess;

beforeAll(async () => {
  [server, embedded] = await Promise.all([startSecured(), startEmbedded()]);
});

beforeEach(() => server.reset());

afterAll(async () => {
  removeHomes();
  await server.stop();
  await embedded.stop();
});

showStderrOfFailures(() => server);
showStderrOfFailures(() => embedded);

const hello = askHello('create');
const all = [hello, askHello('events'), askHello('accumulate')];

for (const client of clients) {
  // One process makes all of these calls: it takes longer to start than to call.
  let told: Promise<readonly Told[]> | undefined;

  test.each(cases.map((each, index) => ({ ...each, index })))(
    `${client.name}: $name`,
    async ({ index, expected, types, statuses = [200], sent }) => {
      told ??= tell(client);
      const { outcome = {}, requests = [] } = (await told)[index] ?? {};
      expect(outcome).toMatchObject(expected);
      if (types !== undefined) expect(typesOf(outcome)).toEqual(types);
      expect(requests.map(({ status }) => status)).toEqual(statuses);
      if (sent !== undefined) expect(requests[0]?.body).toMatchObject(sent);
    },
  );

  test(`${client.name}: every request is signed, and is one of InvokeModel`, async () => {
    told ??= tell(client);
    const requests = (await told).flatMap((each) => each.requests);
    const seen = new Set(requests.map(({ auth, operation }) => `${auth} ${operation}`));
    expect([...seen].toSorted()).toEqual([
      'sigv4 InvokeModel',
      'sigv4 InvokeModelWithResponseStream',
    ]);
  });

  test.each<[Variables, RegExp]>([
    [{ AWS_SECRET_ACCESS_KEY: 'other' }, /signature/],
    [{ AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, /security token/],
  ])(`${client.name}: a signature made with %j is refused`, async (variables, message) => {
    const [outcome] = await callWith(client, { url: server.url, variables }, [hello]);
    expect(outcome?.error).toMatchObject({ class: 'PermissionDeniedError', status: 403 });
    expect(outcome?.error?.message).toMatch(message);
  });

  test(`${client.name}: signatures are taken over TLS`, async () => {
    const outcomes = await callWith(client, secure(), all);
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(await server.journal()).toMatchObject(all.map(() => ({ auth: 'sigv4', status: 200 })));
  });

  test(`${client.name}: an API key is taken over TLS`, async () => {
    const variables = { AWS_BEARER_TOKEN_BEDROCK: apiKey };
    const outcomes = await callWith(client, secure(variables), all);
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(await server.journal()).toMatchObject(all.map(() => ({ auth: 'bearer', status: 200 })));
  });

  test(`${client.name}: an API key that is not known is refused`, async () => {
    const variables = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKother' };
    const [outcome] = await callWith(client, secure(variables), [hello]);
    expect(outcome?.error).toMatchObject({ class: 'PermissionDeniedError', status: 403 });
    expect(outcome?.error?.message).toContain('Please make sure your API Key is valid.');
  });

  test(`${client.name}: a stream that is cut is an error, not a message`, async () => {
    const fault = { after: 2, error: 'cut' };
    await server.script({ text: 'one two three four', stream: { fault }, times: 'always' });
    const [outcome] = await callWith(client, { url: server.url }, [askHello('events')]);
    expect(outcome?.events?.length).toBeGreaterThan(2);
    expect(outcome?.error?.message).toMatch(/\S/);
  });

  test(`${client.name}: the embedded model answers in Claude's format`, async () => {
    const outcomes = await callWith(client, { url: embedded.url }, all);
    const message = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: expect.stringMatching(/\S/) as unknown }],
      stop_reason: expect.stringMatching(/^(end_turn|max_tokens)$/) as unknown,
      usage: { input_tokens: expect.any(Number) as unknown },
    };
    expect(outcomes[0]).toMatchObject({ message });
    expect(outcomes[1]?.events?.at(0)?.type).toBe('message_start');
    expect(outcomes[1]?.events?.at(-1)?.type).toBe('message_stop');
    expect(outcomes[2]).toMatchObject({ message, text: expect.stringMatching(/\S/) as unknown });
  });
}

interface Told {
  readonly outcome: Outcome | undefined;
  /** What reached the server of it. */
  readonly requests: readonly JournalEntry[];
}

async function tell(client: Client): Promise<readonly Told[]> {
  const script = cases.flatMap(({ script = [], call }) =>
    script.map((turn) => ({ ...turn, when: { text: textOf(call) } })),
  );
  await server.script(...script);
  const calls = cases.map(({ call }) => call);
  const outcomes = await callWith(client, { url: server.url }, calls);
  const journal = await server.journal();
  return calls.map((call, index) => ({
    outcome: outcomes[index],
    requests: journal.filter(({ body }) => JSON.stringify(body).includes(textOf(call))),
  }));
}

interface Target {
  readonly url: string;
  readonly variables?: Variables;
}

async function callWith(
  client: Client,
  { url, variables }: Target,
  calls: readonly Call[],
): Promise<readonly Outcome[]> {
  const settings = {
    ...environmentSettings(url),
    ANTHROPIC_BEDROCK_BASE_URL: url,
    AWS_REGION: 'us-east-1',
    ...variables,
  };
  const finished = await runProgram(client.command(), settings, JSON.stringify({ calls }));
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  return finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

function secure(variables: Variables = {}): Target {
  const { secureUrl: url, certificate } = server;
  const trust = { SSL_CERT_FILE: certificate, NODE_EXTRA_CA_CERTS: certificate };
  return { url, variables: { ...trust, ...variables } };
}

function askHello(kind: Call['kind']): Call {
  const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
  const messages = [{ role: 'user', content: 'Hello' }];
  return { kind, input: { model, max_tokens: 16, messages } };
}
