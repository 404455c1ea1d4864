import { expect, test } from 'vitest';
import type { OpenaiQuirks } from '../../models/families/openai-chat/quirks.ts';
import type { Vendor } from './vendors.ts';
import { vendorOf, vendors } from './vendors.ts';

// Held by the compiler: what a row says, the family understands.
const quirksOfRows: readonly Partial<OpenaiQuirks>[] = Object.values(vendors).map(
  ({ quirks }: Vendor) => quirks,
);

test('every row has an address or a host by which it is seen', () => {
  expect(quirksOfRows.length).toBeGreaterThan(10);
  for (const { baseUrl, hosts } of Object.values<Vendor>(vendors)) {
    expect(hosts.length).toBeGreaterThan(0);
    if (baseUrl === undefined) continue;
    expect(vendorOf(undefined, baseUrl)).toBe(
      Object.values<Vendor>(vendors).find((row) => row.baseUrl === baseUrl),
    );
  }
});

test.each([
  ['https://api.openai.com/v1', 'openai'],
  ['https://team.openai.azure.com/openai/v1', 'azure'],
  ['http://gpu-box:11434/v1', 'ollama'],
  ['http://127.0.0.1:8000/v1', 'vllm'],
  ['https://api.groq.com/openai/v1', 'groq'],
] as const)('%s is seen to be %s', (baseUrl, name) => {
  expect(vendorOf(undefined, baseUrl)).toBe(vendors[name]);
});

test('a name counts more than an address, and an unknown address is nobody’s', () => {
  expect(vendorOf('sglang', 'http://127.0.0.1:8000/v1')).toBe(vendors.sglang);
  expect(vendorOf(undefined, 'http://127.0.0.1:9999/v1')).toEqual({ hosts: [], quirks: {} });
  expect(vendorOf(undefined, 'https://openai.azure.com.evil.example/v1').keyHeader).toBeUndefined();
});
