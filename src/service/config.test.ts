import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig, parseListen } from './config.ts';

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, text);
  return file;
}

test('nothing needs to be configured', () => {
  expect(loadConfig()).toMatchObject({
    listen: '127.0.0.1:8787',
    fidelity: 'open',
    simulated: false,
    region: 'us-east-1',
  });
});

test('flags win over the environment, the environment over the file', () => {
  const file = fileOf('listen: 127.0.0.1:1\nfidelity: aws\nregion: eu-west-1\n');
  const variables = { OPENCONVERSE_LISTEN: '127.0.0.1:2', OPENCONVERSE_FIDELITY: 'open' };
  const config = loadConfig({ file, variables, flags: { listen: '127.0.0.1:3' } });
  expect(config).toMatchObject({ listen: '127.0.0.1:3', fidelity: 'open', region: 'eu-west-1' });
});

test('a flag that was not given leaves the file as it is', () => {
  const file = fileOf('simulated: true\n');
  expect(loadConfig({ file, flags: { simulated: undefined } }).simulated).toBe(true);
});

test.each([
  [
    'simulatd: true',
    'The configuration key simulatd is unknown. The nearest known key is simulated.',
  ],
  ['fidelity: exact', 'The configuration key fidelity is invalid'],
  ['listen: 8787', 'The configuration key listen is invalid'],
  ['- a', 'must hold keys and values'],
  ['a: [', 'cannot be read'],
  ['models: { "a*": { provider: b } }', 'names the provider b, which is not configured'],
  ['providers: { a: { type: embedded, modell: x } }', 'of providers.a is unknown'],
])('the file %j is refused with the key and the cure', (text, message) => {
  expect(() => loadConfig({ file: fileOf(text) })).toThrow(message);
});

test('a file that is not there is named', () => {
  expect(() => loadConfig({ file: '/nowhere/openconverse.yaml' })).toThrow(
    '/nowhere/openconverse.yaml',
  );
});

test.each([
  ['127.0.0.1:8787', { host: '127.0.0.1', port: 8787 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['localhost:80', { host: 'localhost', port: 80 }],
])('%s is taken apart', (listen, expected) => {
  expect(parseListen(listen)).toEqual(expected);
});

test('an embedded provider may have another chat template', () => {
  const file = fileOf('providers: { a: { type: embedded, chatTemplate: own.jinja } }\n');
  expect(loadConfig({ file }).providers['a']).toMatchObject({ chatTemplate: 'own.jinja' });
  const wrong = fileOf('providers: { a: { type: embedded, chatTemplat: own.jinja } }\n');
  expect(() => loadConfig({ file: wrong })).toThrow('The nearest known key is chatTemplate.');
});

test('memory is an amount, and the graphics card is left to the library', () => {
  expect(loadConfig()).toMatchObject({ gpu: 'auto' });
  expect(loadConfig().memory).toBeUndefined();
  const file = fileOf('providers: { a: { type: embedded, memory: 1.5 GB, gpu: off } }\n');
  const { memory, providers } = loadConfig({ file, flags: { memory: '600MB' } });
  expect(memory).toBe(600_000_000);
  expect(providers['a']).toEqual({ type: 'embedded', memory: 1_500_000_000, gpu: 'off' });
  for (const wrong of ['600', 'much', '-1 GB', '2 TB']) {
    expect(() => loadConfig({ flags: { memory: wrong } })).toThrow(
      'The configuration key memory is invalid: must be an amount such as 600 MB or 2 GB.',
    );
  }
});

test('telemetry and drain have defaults, and bounds', () => {
  const { telemetry, drain } = loadConfig({ file: fileOf('') });
  expect(telemetry).toEqual({ metrics: true, log: { bodies: false } });
  expect(drain).toEqual({ delayMs: 1_500, timeoutMs: 25_000 });
  expect(() => loadConfig({ file: fileOf('telemetry: { oltp: "http://c" }') })).toThrow(
    /oltp of telemetry.*otlp/,
  );
  expect(() => loadConfig({ file: fileOf('telemetry: { otlp: "collector:4318" }') })).toThrow(
    'telemetry.otlp',
  );
  expect(() => loadConfig({ file: fileOf('drain: { delayMs: -1 }') })).toThrow('drain.delayMs');
});
