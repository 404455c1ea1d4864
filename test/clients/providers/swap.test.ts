// The guide's swap for real: its three model IDs on three providers, called by the same code of an
// unmodified boto3.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentSettings, removeHomes, runPython } from '../python.ts';
import { showStderrOfFailures } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { litellmKey, startLitellm } from './litellm.ts';
import type { Litellm } from './litellm.ts';
import { buildTimeoutMs, llamaApiKey, llamaModel, startLlamaServer } from './llama-server.ts';
import type { LlamaServer } from './llama-server.ts';
import { startWith, textKinds } from './stage.ts';
import { call } from './weather.ts';

let llama: LlamaServer;
let proxy: Litellm;
let server: ServerProcess;

beforeAll(async () => {
  llama = await startLlamaServer({ template: 'llama.jinja' });
  proxy = await startLitellm(llama.origin);
  server = await startWith({
    providers: {
      claude: { type: 'anthropic', baseUrl: proxy.origin, apiKey: litellmKey },
      llama: {
        type: 'openai-compatible',
        vendor: 'llama.cpp',
        baseUrl: `${llama.origin}/v1`,
        apiKey: llamaApiKey,
      },
      here: { type: 'embedded' },
    },
    models: {
      'anthropic.claude-sonnet-4-*': { provider: 'claude' },
      'meta.llama3-1-70b-*': { provider: 'llama', model: llamaModel },
      'mistral.mistral-large-*': { provider: 'here' },
    },
  });
}, buildTimeoutMs);

afterAll(async () => {
  removeHomes();
  await server.stop();
  await proxy.stop();
  await llama.stop();
});

showStderrOfFailures(() => server);

const swapped = [
  ['anthropic.claude-sonnet-4-20250514', 'anthropic/claude-sonnet-4-20250514'],
  ['meta.llama3-1-70b-instruct-v1:0', `openai-compatible/${llamaModel}`],
  ['mistral.mistral-large-2407-v1:0', `embedded/${llamaModel}`],
] as const;

test('one code asks three providers: only the ID differs', async () => {
  const ids = swapped.map(([id]) => id);
  const finished = await runPython(['providers/swap.py', ...ids], environmentSettings(server.url));
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  const told = finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const text: unknown = expect.stringMatching(/\S/);
  const usage = { outputTokens: 8, totalTokens: expect.any(Number) as unknown };
  expect(told).toMatchObject(
    swapped.map(([, servedBy]) => ({
      answer: {
        servedBy,
        members: ['ResponseMetadata', 'metrics', 'output', 'stopReason', 'usage'],
        message: { role: 'assistant', content: [{ text }] },
        stopReason: 'max_tokens',
        usage,
      },
      stream: { kinds: textKinds, text, stopReason: 'max_tokens', usage },
      tools: { stopReason: 'tool_use', calls: [call], answer: [{ text }] },
    })),
  );
});

test('the guide’s chat helper prints a text for each of its three models', async () => {
  const { code, stdout, stderr } = await runPython(
    ['guide/run.py', `${import.meta.dirname}/../guide/05-chat-helper.py`],
    environmentSettings(server.url),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => /\S/.test(line)).length).toBeGreaterThan(2);
});
