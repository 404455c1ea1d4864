// Servers of models on this machine, found by the real command line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../clients/server-process.ts';
import type { TestPlace } from '../contract/providers-server.ts';
import { answerJson, startPlace } from '../contract/providers-server.ts';
import { runCommand } from './run-command.ts';

const completion = {
  id: 'a',
  object: 'chat.completion',
  model: 'Qwen/Qwen3-8B',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

const list = { object: 'list', data: [{ id: 'Qwen/Qwen3-8B', owned_by: 'vllm' }] };

/** Lists a model as vLLM does, and answers for it. */
async function startModels(): Promise<TestPlace & { readonly baseUrl: string }> {
  const place = await startPlace((response, got) => {
    answerJson(got.path === '/v1/models' ? list : completion)(response, got);
  });
  return { ...place, baseUrl: `${place.origin}/v1` };
}

/** Looks for vLLM there and nowhere else; the simulated model stands in for the rest. */
function configFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-discovery-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, `providers: { local: { type: simulated } }\n${text}\n`);
  return file;
}

// An empty variable is none: the file says where to look.
const variables = { OPENCONVERSE_DISCOVER: '' };

test('a server that is found is listed and called by its own IDs, and stands in for none', async () => {
  const { baseUrl, got } = await startModels();
  const flags = ['--config', configFile(`discover: { vllm: '${baseUrl}' }`)];
  const server = await startServer({ flags, variables });
  onTestFinished(async () => void (await server.stop()));
  const listed = async (query: string): Promise<readonly object[]> => {
    const response = await fetch(`${server.url}/foundation-models${query}`);
    return ((await response.json()) as { modelSummaries: object[] }).modelSummaries;
  };
  await vi.waitFor(async () => expect(await listed('?byProvider=vllm')).toHaveLength(1), {
    timeout: 20_000,
    interval: 50,
  });
  expect(await listed('?byProvider=VLLM&byOutputModality=TEXT')).toMatchObject([
    {
      modelId: 'vllm.qwen-qwen3-8b',
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/vllm.qwen-qwen3-8b',
      modelName: 'Qwen/Qwen3-8B',
      providerName: 'vllm',
      inputModalities: ['TEXT'],
      responseStreamingSupported: true,
    },
  ]);
  expect(await listed('?byProvider=vllm&byOutputModality=IMAGE')).toEqual([]);
  const one = await fetch(`${server.url}/foundation-models/vllm.qwen-qwen3-8b`);
  expect(await one.json()).toMatchObject({ modelDetails: { modelName: 'Qwen/Qwen3-8B' } });

  const servedBy = async (modelId: string): Promise<string | null> => {
    const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Is it?' }] }] });
    const response = await fetch(`${server.url}/model/${modelId}/converse`, {
      method: 'POST',
      body,
    });
    expect(response.status).toBe(200);
    return response.headers.get('x-openconverse-served-by');
  };
  expect(await servedBy('vllm.qwen-qwen3-8b')).toBe('openai-compatible/Qwen/Qwen3-8B');
  expect(await servedBy('vllm.Qwen-Qwen3-8B')).toBe('openai-compatible/Qwen/Qwen3-8B');
  const asked = got.filter(({ method }) => method === 'POST').map(({ body }) => body['model']);
  expect(asked).toEqual(['Qwen/Qwen3-8B', 'Qwen/Qwen3-8B']);
  expect(await servedBy('qwen.qwen3-32b-v1:0')).toBe('simulated; stand-in');
}, 60_000);

test('the list of models has what a configured place lists, and says why an ID leads there', async () => {
  const { baseUrl } = await startModels();
  const place = `providers: { local: { type: simulated }, gpu: { type: openai-compatible, baseUrl: '${baseUrl}' } }`;
  const file = configFile('');
  writeFileSync(file, place);
  const models = async (...flags: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(['models', '--config', file, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  expect(await models('qwen3-8b')).toMatch(/^gpu\.qwen-qwen3-8b +gpu +openai-compatible \(gpu\)$/m);
  const why = await models('--json', '--why', 'gpu.Qwen-Qwen3-8B');
  expect(JSON.parse(why)).toContain(
    '1. gpu (openai-compatible), asked for Qwen/Qwen3-8B. It answers.',
  );
}, 60_000);
