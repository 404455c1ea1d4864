import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAuthorize } from './authorize.ts';
import { findCredentials } from './credentials.ts';

const given = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

function accessKeyOf(credentials: ReturnType<typeof findCredentials>) {
  if ('apiKey' in credentials) throw new Error('an API key');
  return credentials.accessKey();
}

test('keys that are given count before a key of the variables', async () => {
  const credentials = findCredentials(given, { AWS_BEARER_TOKEN_BEDROCK: 'ABSKvariable' });
  expect(await accessKeyOf(credentials)).toEqual({ ...given, sessionToken: undefined });
});

test('an API key counts before access keys, a given one before that of the variables', () => {
  const variables = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKvariable' };
  expect(findCredentials({ ...given, apiKey: 'ABSKgiven' }, variables)).toEqual({
    apiKey: 'ABSKgiven',
  });
  expect(findCredentials({}, variables)).toEqual({ apiKey: 'ABSKvariable' });
});

/** AWS's own chain reads the variables of the process; here they lead to these files only. */
function awsFiles(credentials: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-aws-'));
  writeFileSync(join(folder, 'credentials'), credentials);
  writeFileSync(join(folder, 'config'), '');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) {
    vi.stubEnv(name, undefined);
  }
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}

const profiles =
  '[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = one\n' +
  '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = two\naws_session_token = three\n';

test("without given keys AWS's chain finds them, of the profile that is named", async () => {
  awsFiles(profiles);
  expect(await accessKeyOf(findCredentials({}, {}))).toMatchObject({ accessKeyId: 'AKIDDEFAULT' });
  const variables = { AWS_BEARER_TOKEN_BEDROCK: 'ABSKvariable' };
  expect(await accessKeyOf(findCredentials({ profile: 'work' }, variables))).toMatchObject({
    accessKeyId: 'AKIDWORK',
    sessionToken: 'three',
  });
});

test('where there are none the caller is told whose credentials are missing', async () => {
  awsFiles('');
  const authorize = createAuthorize({
    credentials: findCredentials({ profile: 'nowhere' }, {}),
    region: 'eu-west-1',
    clock: { now: () => 0 },
  });
  const request = { method: 'POST', target: '/', headers: { host: 'example.com' } };
  await expect(authorize(request, new Uint8Array(0))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'This server has no credentials for Amazon Bedrock.',
    hint: expect.stringContaining('Could not load credentials'),
  });
});

test('a key that was had anew signs the next request, and so does a new day', async () => {
  const day = 24 * 60 * 60 * 1000;
  const keys = [
    given,
    { ...given, secretAccessKey: 'newer' },
    { ...given, secretAccessKey: 'newer' },
  ];
  let nowMs = Date.UTC(2026, 0, 1);
  const authorize = createAuthorize({
    credentials: { accessKey: () => keys.shift() ?? given },
    region: 'eu-west-1',
    clock: { now: () => nowMs },
  });
  const request = { method: 'POST', target: '/', headers: { host: 'example.com' } };
  const seen: (string | undefined)[] = [];
  for (const elapsedMs of [0, 0, day]) {
    nowMs += elapsedMs;
    seen.push((await authorize(request, new Uint8Array(0)))['authorization']);
  }
  expect(seen[0]).toContain('Credential=AKIDEXAMPLE/20260101/eu-west-1/bedrock/aws4_request');
  expect(seen[2]).toContain('/20260102/');
  expect(new Set(seen).size).toBe(3);
});
