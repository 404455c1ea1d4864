import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';

/** The configuration of one provider, as its line in the file. */
function load(line: string, variables: Readonly<Record<string, string>> = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, `providers:\n  there: { ${line} }\n`);
  return loadConfig({ file, variables });
}

test.each([
  ['type: anthropic, apiKey: a'],
  ['type: mistral, apiKey: a, baseUrl: https://eu.example/v1'],
  ['type: openai-compatible, baseUrl: http://127.0.0.1:8000/v1'],
  ['type: openai-compatible, vendor: groq, apiKey: a'],
  ['type: anthropic, timeouts: { connectMs: 1, firstByteMs: 2, idleMs: 3, totalMs: 4 }'],
  ['type: mistral, retries: 0, limits: { concurrent: 4, queued: 2 }'],
])('%s is a provider', (line) => {
  expect(load(line).providers['there']).toMatchObject({ type: /type: ([\w-]+)/.exec(line)?.[1] });
});

test.each([
  ['type: antropic', 'there is no provider of the type antropic; the nearest is anthropic.'],
  ['type: anthropic, apikey: a', 'key apikey of providers.there is unknown'],
  ['type: anthropic, apikey: a', 'The nearest known key is apiKey.'],
  ['type: mistral, baseURL: a', 'The nearest known key is baseUrl.'],
  ['type: mistral, timeouts: { idelMs: 1 }', 'idelMs of providers.there.timeouts is unknown'],
  ['type: mistral, timeouts: { idelMs: 1 }', 'The nearest known key is idleMs.'],
  ['type: mistral, timeouts: { idleMs: 0 }', 'providers.there.timeouts.idleMs is invalid'],
  ['type: openai-compatible', 'providers.there.baseUrl is invalid: must be given, or a vendor'],
  ['type: openai-compatible, vendor: azure', 'providers.there.baseUrl is invalid'],
  ['type: openai-compatible, vendor: nobody', 'providers.there.vendor is invalid'],
  ['type: mistral, baseUrl: "localhost:8000"', 'must be an address that begins with http'],
  ['type: mistral, baseUrl: "http://me:secret@place"', 'must hold no key: put it into apiKey'],
  ['type: mistral, apiKey: "a\\nb: c"', 'must be the text of a header, in one line'],
  ['type: mistral, headers: { "a b": c }', 'providers.there.headers.a b is invalid'],
])('%s is refused: %s', (line, sentence) => {
  expect(() => load(line)).toThrow(sentence);
});

test('a variable of the environment stands for its value', () => {
  const line = 'type: anthropic, apiKey: "${KEY}", headers: { X-Team: "a-${TEAM}" }';
  const config = load(line, { KEY: 'secret\n', TEAM: 'b' });
  // A key that was read from a file often ends in a new line.
  expect(config.providers['there']).toMatchObject({
    apiKey: 'secret',
    headers: { 'x-team': 'a-b' },
  });
});

test('a variable that is not set is named with the key that wants it', () => {
  const text = 'type: anthropic, apiKey: "${ANTHROPIC_API_KEY}"';
  expect(() => load(text)).toThrow(
    'providers.there.apiKey names the environment variable ANTHROPIC_API_KEY, which is not set',
  );
});

test('what a variable holds is no configuration', () => {
  const config = load('type: mistral, apiKey: "${KEY}"', { KEY: '${OTHER}' });
  expect(config.providers['there']).toMatchObject({ apiKey: '${OTHER}' });
});
