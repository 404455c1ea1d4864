import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { expect, test } from 'vitest';
import type { SignedRequest } from '../protocol/wire/sigv4.ts';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { ConfigInput } from './config.ts';
import { loadConfig } from './config.ts';
import { createIdentity } from './identity.ts';

const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const signer = { accessKeyId, secretAccessKey };
const modelId = 'us.anthropic.claude-sonnet-4-20250514-v1:0';

interface Signed {
  readonly request: SignedRequest;
  readonly body: Uint8Array;
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What AWS's own client sends, caught before it leaves. */
async function sign(credentials: object = signer, options: object = {}): Promise<Signed> {
  const caught = Promise.withResolvers<HttpRequest>();
  const client = new BedrockRuntimeClient({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:8787',
    credentials: { accessKeyId, secretAccessKey, ...credentials },
    maxAttempts: 1,
    requestHandler: {
      handle(request: HttpRequest) {
        caught.resolve(request);
        return Promise.reject(new Error('caught'));
      },
    } as never,
    ...options,
  });
  const messages = [{ role: 'user' as const, content: [{ text: 'Grüße' }] }];
  await client.send(new ConverseCommand({ modelId, messages })).catch(() => undefined);
  const { method, path, headers, body } = await caught.promise;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const request = { method, target: path, headers: Object.fromEntries(lower) };
  return { request, body: Buffer.from(body) };
}

// The SDK signs by the real clock.
const clock = { ...createManualEnvironment().clock, now: Date.now };

function identityOf(flags: Partial<ConfigInput>) {
  return createIdentity(loadConfig({ flags }), clock);
}

test('a request that the SDK signed is known, with its region', async () => {
  const { request, body } = await sign();
  const caller = identityOf({ keys: [signer] }).authenticate(request, body);
  expect(caller).toMatchObject({ auth: 'sigv4', accessKeyId, region: 'eu-west-1' });
});

test.each([
  ['the body', (signed: Signed) => ({ ...signed, body: Buffer.from('{}') })],
  [
    'the path',
    ({ request, body }: Signed) => ({ request: { ...request, target: '/model/x/converse' }, body }),
  ],
  ['the method', ({ request, body }: Signed) => ({ request: { ...request, method: 'PUT' }, body })],
  [
    'a signed header',
    ({ request, body }: Signed) => ({
      request: { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } },
      body,
    }),
  ],
])('a change of %s breaks the signature', async (_what, change) => {
  const identity = identityOf({ keys: [signer] });
  const { request, body } = change(await sign());
  expect(() => identity.authenticate(request, body)).toThrow(
    expect.objectContaining({
      name: 'InvalidSignatureException',
      status: 403,
      message: expect.stringContaining('does not match the signature you provided'),
    }),
  );
});

/** What AWS's own signer makes for whoever has the address: all that it says is in the query. */
async function presign(
  options: object = {},
  { headers = {}, query = {} }: { headers?: object; query?: object } = {},
): Promise<Signed> {
  const client = new BedrockRuntimeClient({ region: 'eu-west-1', credentials: { ...signer } });
  // The types know only of `sign`.
  const { config } = client as unknown as { config: { signer: () => Promise<Presigner> } };
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Grüße' }] }] });
  const host = '127.0.0.1:8787';
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const signed = await (
    await config.signer()
  ).presign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 8787,
      path,
      query,
      body,
      headers: { host, 'content-type': 'application/json', ...headers },
    },
    { expiresIn: 90, ...options },
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(signed.query)) {
    for (const each of [value].flat()) search.append(name, each);
  }
  const target = `${path}?${search.toString()}`;
  return { request: { method: 'POST', target, headers: signed.headers }, body: Buffer.from(body) };
}

interface Presigner {
  presign(
    request: object,
    options: object,
  ): Promise<{
    readonly headers: Record<string, string>;
    readonly query: Record<string, string | string[]>;
  }>;
}

const toTarget = (from: RegExp | string, to: string) => (signed: Signed) => ({
  ...signed,
  request: { ...signed.request, target: signed.request.target.replace(from, to) },
});

test('a presigned target is known, with its region', async () => {
  const { request, body } = await presign();
  expect(request.target).toContain('X-Amz-Signature=');
  expect(request.headers['authorization']).toBeUndefined();
  const caller = identityOf({ keys: [signer] }).authenticate(request, body);
  expect(caller).toMatchObject({ auth: 'sigv4', accessKeyId, region: 'eu-west-1' });
});

test.each(['x-amz-content-sha256', 'X-Amz-Content-Sha256'])(
  'a presigned target takes any body where it says so as %s',
  async (name) => {
    const { request } = await presign({}, { headers: { [name]: 'UNSIGNED-PAYLOAD' } });
    expect(request.target).toContain(`${name}=UNSIGNED-PAYLOAD`);
    const identity = identityOf({ keys: [signer] });
    expect(() => identity.authenticate(request, Buffer.from('{}'))).not.toThrow();
  },
);

test('the parts of a query are in the order of their names, then of their values', async () => {
  const { request, body } = await presign(
    {},
    { query: { a: ['2', '1'], 'a-b': 'x', 'a.b': 'ä ö', A: '~+' } },
  );
  const identity = identityOf({ keys: [signer] });
  expect(() => identity.authenticate(request, body)).not.toThrow();
});

const mismatch = /^The request signature we calculated does not match the signature you provided\./;

test.each<[string, (signed: Signed) => Signed, RegExp]>([
  ['another body', (signed) => ({ ...signed, body: Buffer.from('{}') }), mismatch],
  ['another path', toTarget('/converse?', '/converse-stream?'), mismatch],
  ['a longer life', toTarget('Expires=90', 'Expires=900'), mismatch],
  ['another region', toTarget('eu-west-1', 'eu-west-2'), mismatch],
  ['one more member', toTarget(/$/, '&a=b'), mismatch],
  ['no body signed', toTarget(/$/, '&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD'), mismatch],
  [
    'no region',
    toTarget('eu-west-1', 'nowhere'),
    /^Credential should be scoped to a valid region\. $/,
  ],
  [
    'another service',
    toTarget('%2Fbedrock%2F', '%2Fs3%2F'),
    /^Credential should be scoped to correct service: 'bedrock'\. $/,
  ],
  [
    'another day',
    toTarget(/%2F\d{8}%2F/, '%2F20200101%2F'),
    /^Date in Credential scope does not match .*: '20200101' != '(\d{8})', from '\1T\d{6}Z'\.$/,
  ],
  [
    'a host that is not signed',
    toTarget(/SignedHeaders=[^&]*/, 'SignedHeaders=content-type'),
    /^'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization\.$/,
  ],
  [
    'no signature',
    toTarget(/&X-Amz-Signature=.*/, ''),
    /^AWS query-string parameters must include 'X-Amz-Signature'\. Re-examine the query-string parameters\.$/,
  ],
  ['no number', toTarget('Expires=90', 'Expires=soon'), /^X-Amz-Expires should be a number$/],
  [
    'an end before its beginning',
    toTarget('Expires=90', 'Expires=-1'),
    /^X-Amz-Expires must be non-negative$/,
  ],
  [
    'more than a week',
    toTarget('Expires=90', 'Expires=604801'),
    /must be less than 604800 seconds$/,
  ],
])('a presigned target with %s is refused', async (_what, change, message) => {
  const { request, body } = change(await presign());
  expect(() => identityOf({ keys: [signer] }).authenticate(request, body)).toThrow(
    expect.objectContaining({
      name: expect.stringMatching(/^(Invalid|Incomplete)SignatureException$/),
      status: 403,
      message: expect.stringMatching(message),
    }),
  );
});

test.each([
  [
    -91,
    'Signature expired: 20260101T115829Z is now earlier than 20260101T115830Z (20260101T120000Z - 90 sec.)',
  ],
  [-90, undefined],
  [300, undefined],
  [
    301,
    'Signature not yet current: 20260101T120501Z is still later than 20260101T120500Z (20260101T120000Z + 5 min.)',
  ],
])('a target presigned at %d seconds for 90 seconds', async (seconds, message) => {
  const nowMs = Date.UTC(2026, 0, 1, 12);
  const signingDate = new Date(nowMs + seconds * 1000);
  const { request, body } = await presign({ signingDate });
  const config = loadConfig({ flags: { keys: [signer] } });
  const identity = createIdentity(config, { ...clock, now: () => nowMs });
  const authenticate = () => identity.authenticate(request, body);
  if (message === undefined) expect(authenticate).not.toThrow();
  else expect(authenticate).toThrow(message);
});

test('a header that was not signed may be added on the way', async () => {
  const { request, body } = await sign();
  const headers = { ...request.headers, 'x-forwarded-for': '10.0.0.1' };
  const identity = identityOf({ keys: [signer] });
  expect(() => identity.authenticate({ ...request, headers }, body)).not.toThrow();
});

test('another secret is refused, and so is another key', async () => {
  const identity = identityOf({ keys: [signer] });
  const wrong = await sign({ secretAccessKey: 'wrong' });
  expect(() => identity.authenticate(wrong.request, wrong.body)).toThrow(
    expect.objectContaining({ name: 'InvalidSignatureException' }),
  );
  const unknown = await sign({ accessKeyId: 'AKIDOTHER' });
  expect(() => identity.authenticate(unknown.request, unknown.body)).toThrow(
    expect.objectContaining({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    }),
  );
});

test('a session token must be the one of the key', async () => {
  const identity = identityOf({ keys: [{ ...signer, sessionToken: 'token' }] });
  const right = await sign({ sessionToken: 'token' });
  expect(() => identity.authenticate(right.request, right.body)).not.toThrow();
  for (const credentials of [{}, { sessionToken: 'other' }]) {
    const { request, body } = await sign(credentials);
    expect(() => identity.authenticate(request, body)).toThrow(
      expect.objectContaining({ name: 'UnrecognizedClientException' }),
    );
  }
});

test.each([
  [
    -6,
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
  ],
  [6, /^Signature not yet current: \d{8}T\d{6}Z is still later than .* \+ 5 min\.\)$/],
])('a clock that is off by %d minutes is told so', async (minutes, message) => {
  const { request, body } = await sign(signer, { systemClockOffset: minutes * 60_000 });
  expect(() => identityOf({ keys: [signer] }).authenticate(request, body)).toThrow(
    expect.objectContaining({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(message),
    }),
  );
});

test('a signature for another service is refused', async () => {
  const { request, body } = await sign();
  const authorization = request.headers['authorization']?.replace('/bedrock/', '/s3/');
  const headers = { ...request.headers, authorization };
  expect(() => identityOf({ keys: [signer] }).authenticate({ ...request, headers }, body)).toThrow(
    "Credential should be scoped to correct service: 'bedrock'. ",
  );
});

const bearer = (token: string): SignedRequest => ({
  method: 'POST',
  target: '/model/x/converse',
  headers: { authorization: `Bearer ${token}` },
});

test('what a request claims is checked as if it were read anew', async () => {
  const { request, body } = await sign();
  const identity = identityOf({ keys: [signer] });
  const claim = identity.claim(request);
  expect(claim).toMatchObject({ auth: 'sigv4', accessKeyId, region: 'eu-west-1' });
  expect(identity.authenticate(request, body, claim)).toMatchObject({ key: accessKeyId });
  expect(() => identity.authenticate(request, Buffer.from('{}'), claim)).toThrow(mismatch);
  const incomplete = { ...request, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } };
  const broken = identity.claim(incomplete);
  expect(broken).toMatchObject({ auth: 'sigv4', accessKeyId: null });
  expect(() => identity.authenticate(incomplete, body, broken)).toThrow(/requires 'Signature'/);
});

test('an API key is known', () => {
  const identity = identityOf({ keys: [{ apiKey: 'ABSKone' }] });
  expect(identity.authenticate(bearer('ABSKone'), new Uint8Array())).toMatchObject({
    auth: 'bearer',
    accessKeyId: null,
  });
});

test.each([
  ['ABSKother', 'Authentication failed: Please make sure your API Key is valid.'],
  ['other', 'Invalid API Key format: Must start with pre-defined prefix'],
])('the API key %s is refused', (token, message) => {
  const identity = identityOf({ keys: [{ apiKey: 'ABSKone' }] });
  expect(() => identity.authenticate(bearer(token), new Uint8Array())).toThrow(
    expect.objectContaining({ name: 'AccessDeniedException', message, isFrontDoor: true }),
  );
});

test('a request without any credentials is refused where keys are asked for', () => {
  const anonymous = { method: 'POST', target: '/model/x/converse', headers: {} };
  const identity = identityOf({ keys: [signer] });
  expect(() => identity.authenticate(anonymous, new Uint8Array())).toThrow(
    expect.objectContaining({ name: 'MissingAuthenticationTokenException' }),
  );
  expect(identityOf({}).authenticate(anonymous, new Uint8Array()).auth).toBe('none');
});

test('a signature without its parts is incomplete', () => {
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' };
  const request = { method: 'POST', target: '/', headers };
  expect(() => identityOf({ keys: [signer] }).authenticate(request, new Uint8Array())).toThrow(
    expect.objectContaining({ name: 'IncompleteSignatureException' }),
  );
});

test('a key is held to its models and operations', () => {
  const key = { apiKey: 'ABSKone', name: 'ci', models: ['meta.*'], operations: ['Converse'] };
  const identity = identityOf({ keys: [key] });
  const caller = identity.authenticate(bearer('ABSKone'), new Uint8Array());
  expect(() => caller.authorize('Converse', 'us.meta.llama3-1-8b-instruct-v1:0')).not.toThrow();
  expect(() => caller.authorize('ConverseStream', 'meta.llama3-1-8b-instruct-v1:0')).toThrow(
    'bedrock:InvokeModelWithResponseStream',
  );
  expect(() => caller.authorize('Converse', modelId)).toThrow(
    'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: bedrock:InvokeModel ' +
      'on resource: arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0 ' +
      'because no identity-based policy allows the bedrock:InvokeModel action',
  );
  expect(() => caller.authorize('Converse', modelId)).toThrow(
    expect.objectContaining({
      hint: 'The configuration gives this key the models meta.* and Converse.',
    }),
  );
});
