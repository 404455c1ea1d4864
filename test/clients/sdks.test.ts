// Unmodified AWS SDKs of five languages against the real server, with keys: signatures in the clear
// and over TLS, API keys over TLS, every exception as its type.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, cases, converse, stream, textOf } from './cases.ts';
import { invoke, invokeStream, nativeCases, toClaude } from './native-cases.ts';
import type { Case } from './cases.ts';
import type { Outcome } from './job.ts';
import { removeHomes } from './python.ts';
import type { Variables } from './python.ts';
import { callWith, sdks } from './sdks.ts';
import type { Sdk } from './sdks.ts';
import { apiKey, showStderrOfFailures, startSecured } from './server-process.ts';
import type { JournalEntry, SecuredServer } from './server-process.ts';

const hello = converse(ask('Hello'));

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

for (const sdk of sdks) {
  const able = [...cases, ...nativeCases].filter((each) => isAble(sdk, each));
  // One process makes all of these calls: some runtimes need longer to start than to call.
  let told: Promise<readonly Told[]> | undefined;

  test.each(able.map((each, index) => ({ ...each, index })))(
    `${sdk.name}: $name`,
    async ({ index, expected, statuses }) => {
      told ??= tell(sdk, able);
      const { outcome, requests } = (await told)[index] ?? {};
      expect(outcome).toMatchObject(expected(sdk));
      if (statuses === undefined) return;
      expect(requests?.map(({ status }) => status)).toEqual(statuses(sdk));
    },
  );

  test(`${sdk.name}: every request is signed, over HTTP/${sdk.http[0]}`, async () => {
    told ??= tell(sdk, able);
    const requests = (await told).flatMap((each) => each.requests);
    const seen = new Set(requests.map(({ auth, httpVersion }) => `${auth} ${httpVersion}`));
    expect([...seen]).toEqual([`sigv4 ${sdk.http[0]}`]);
  });

  test.each<[Variables, string]>([
    [{ AWS_SECRET_ACCESS_KEY: 'other' }, 'InvalidSignatureException'],
    [{ AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, 'UnrecognizedClientException'],
  ])(`${sdk.name}: a signature made with %j is refused`, async (variables, name) => {
    const [outcome] = await callWith(sdk, { url: server.url, variables }, [hello]);
    expect(outcome?.error).toMatchObject({ name, status: 403, modeled: false });
  });

  test(`${sdk.name}: signatures are taken over TLS`, async () => {
    const [outcome] = await callWith(sdk, secure(), [hello]);
    expect(outcome).toMatchObject({ text: 'echo: Hello' });
    expect(await server.journal()).toMatchObject([{ auth: 'sigv4', httpVersion: sdk.http[1] }]);
  });

  test(`${sdk.name}: adaptive retries outlast throttling`, async () => {
    await server.script({ error: 'ThrottlingException', times: 2 }, { text: 'At last.' });
    const variables = { AWS_RETRY_MODE: 'adaptive' };
    const [outcome] = await callWith(sdk, { url: server.url, variables }, [hello]);
    expect(outcome).toMatchObject({ text: 'At last.' });
    const requests = await server.journal();
    expect(requests.map(({ status }) => status)).toEqual([429, 429, 200]);
    // One request in several attempts, as the SDK itself tells.
    const attempts = requests.map(
      ({ headers }) => /attempt=\d/.exec(headers['amz-sdk-request'] ?? '')?.[0],
    );
    expect(attempts).toEqual(['attempt=1', 'attempt=2', 'attempt=3']);
    expect(new Set(requests.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1);
  });

  if (sdk.hasStreams) {
    test(`${sdk.name}: a stream that is cut over TLS is an error`, async () => {
      const error = 'cut';
      const [text, times] = ['one two three four', 'always'];
      await server.script({ text, stream: { fault: { after: 2, error } }, times });
      const [outcome] = await callWith(sdk, secure(), [stream(ask('Hello'))]);
      expect(outcome?.error?.message).toMatch(/\S/);
      expect(outcome?.events).not.toContain('messageStop');
    });
  }

  if (sdk.leavesBodyOut) {
    test(`${sdk.name}: signatures that leave the body out are checked`, async () => {
      const target = { ...secure(), options: { unsigned: true } };
      const [outcome] = await callWith(sdk, target, [hello]);
      expect(outcome).toMatchObject({ text: 'echo: Hello' });
      const [request] = await server.journal();
      expect(request?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
      const variables = { AWS_SECRET_ACCESS_KEY: 'other' };
      const [refused] = await callWith(sdk, { ...target, variables }, [hello]);
      expect(refused?.error).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    });
  }

  test(`${sdk.name}: an API key is taken over TLS`, async () => {
    const native = { body: toClaude('Hello') };
    const streams = [stream(ask('Hello')), invokeStream(native)];
    const calls = [hello, invoke(native), ...(sdk.hasStreams ? streams : [])];
    const outcomes = await callWith(sdk, secure(apiKey), calls);
    expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(await server.journal()).toMatchObject(calls.map(() => ({ auth: 'bearer' })));
  });

  test(`${sdk.name}: an API key that is not known is refused`, async () => {
    const [outcome] = await callWith(sdk, secure('ABSKother'), [hello]);
    expect(outcome?.error).toMatchObject({
      name: 'AccessDeniedException',
      message: 'Authentication failed: Please make sure your API Key is valid.',
      status: 403,
      modeled: true,
    });
  });

  test(`${sdk.name}: a certificate that nobody vouches for is refused`, async () => {
    const variables = { AWS_MAX_ATTEMPTS: '1' };
    const [outcome] = await callWith(sdk, { url: secure().url, variables }, [hello]);
    expect(outcome?.error?.modeled).toBe(false);
    expect(await server.journal()).toEqual([]);
  });

  const verb = sdk.sendsKeysInTheClear ? 'sends' : 'does not send';
  test(`${sdk.name} ${verb} an API key in the clear`, async () => {
    const variables = { AWS_BEARER_TOKEN_BEDROCK: apiKey };
    const [outcome] = await callWith(sdk, { url: server.url, variables }, [hello]);
    const [text, requests] = sdk.sendsKeysInTheClear
      ? ['echo: Hello', [{ auth: 'bearer' }]]
      : ['', []];
    expect(outcome?.text).toBe(text);
    expect(await server.journal()).toMatchObject(requests);
  });
}

// Its transport drops a new connection whose answer begins before it has let go of the question.
test('Go hears every stream to its end, also on connections that are new', async () => {
  const go = sdks.find(({ name }) => name === 'Go');
  const calls = Array.from({ length: 100 }, () => stream(ask('Hello')));
  const target = { url: server.url, options: { fresh: true } };
  const outcomes = go === undefined ? [] : await callWith(go, target, calls);
  const ends = new Set(outcomes.map(({ events, error }) => error?.message ?? events?.at(-1)));
  expect({ count: outcomes.length, ends: [...ends] }).toEqual({ count: 100, ends: ['metadata'] });
});

function isAble(sdk: Sdk, { call, able }: Case): boolean {
  return (sdk.hasStreams || !call.operation.endsWith('stream')) && able?.(sdk) !== false;
}

interface Told {
  readonly outcome: Outcome | undefined;
  /** What reached the server of it. */
  readonly requests: readonly JournalEntry[];
}

async function tell(sdk: Sdk, able: readonly Case[]): Promise<readonly Told[]> {
  const script = able.flatMap(({ script = [], call }) =>
    script.map((turn) => ({ ...turn, when: { text: textOf(call) } })),
  );
  await server.script(...script);
  const calls = able.map(({ call }) => call);
  const outcomes = await callWith(sdk, { url: server.url }, calls);
  const journal = await server.journal();
  return calls.map((call, index) => ({
    outcome: outcomes[index],
    requests: journal.filter(({ body }) => JSON.stringify(body).includes(textOf(call))),
  }));
}

function secure(token?: string) {
  return {
    url: server.secureUrl,
    certificate: server.certificate,
    ...(token !== undefined && { variables: { AWS_BEARER_TOKEN_BEDROCK: token } }),
  };
}
