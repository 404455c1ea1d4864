// What a model of text only thinks between tags, told apart from its answer at every door.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking } from './build.ts';
import type { Case } from './case.ts';
import { type Service, startService } from './transports.ts';

let service: Service;

beforeAll(async () => {
  service = await startService('limited');
});

afterAll(() => service.close());

const thought = '<think>It is cold.</think>\n\nWear a coat.';
const claude = 'anthropic.claude-sonnet-4-20250514-v1:0';
const claudeBody = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
};
const reasoning = { text: 'It is cold.' };

interface Door extends Pick<Case, 'answer' | 'body' | 'loss' | 'modelId' | 'operation'> {
  readonly answer: object;
}

const doors: readonly Door[] = [
  {
    operation: 'Converse',
    modelId: claude,
    body: asking,
    answer: {
      output: {
        message: {
          content: [{ reasoningContent: { reasoningText: reasoning } }, { text: 'Wear a coat.' }],
        },
      },
    },
  },
  {
    operation: 'ConverseStream',
    modelId: claude,
    body: asking,
    answer: {
      events: [
        { messageStart: { role: 'assistant' } },
        ...['It', ' is', ' cold.'].map((text) => ({
          contentBlockDelta: { delta: { reasoningContent: { text } }, contentBlockIndex: 0 },
        })),
        { contentBlockStop: { contentBlockIndex: 0 } },
        ...['Wear', ' a', ' coat.'].map((text) => ({
          contentBlockDelta: { delta: { text }, contentBlockIndex: 1 },
        })),
        { contentBlockStop: { contentBlockIndex: 1 } },
        { messageStop: { stopReason: 'end_turn' } },
        { metadata: {} },
      ],
    },
  },
  {
    operation: 'InvokeModel',
    modelId: claude,
    body: claudeBody,
    answer: {
      content: [
        { type: 'thinking', thinking: 'It is cold.' },
        { type: 'text', text: 'Wear a coat.' },
      ],
    },
  },
  {
    operation: 'InvokeModelWithResponseStream',
    modelId: claude,
    body: claudeBody,
    answer: {
      chunks: [
        { type: 'message_start' },
        { type: 'content_block_start', content_block: { type: 'thinking', thinking: '' } },
        ...['It', ' is', ' cold.'].map((thinking) => ({
          delta: { type: 'thinking_delta', thinking },
        })),
        { type: 'content_block_stop', index: 0 },
        { type: 'content_block_start', content_block: { type: 'text', text: '' } },
        ...['Wear', ' a', ' coat.'].map((text) => ({ delta: { type: 'text_delta', text } })),
        { type: 'content_block_stop', index: 1 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_stop' },
      ],
    },
  },
  {
    operation: 'InvokeModelWithResponseStream',
    modelId: 'deepseek.r1-v1:0',
    body: { prompt: 'Hello' },
    answer: {
      chunks: [
        { choices: [{ text: 'It' }] },
        { choices: [{ text: ' is' }] },
        { choices: [{ text: ' cold.' }] },
        { choices: [{ text: '\n</think>\n\nWear' }] },
        { choices: [{ text: ' a' }] },
        { choices: [{ text: ' coat.' }] },
        { choices: [{ text: '', stop_reason: 'stop' }] },
      ],
    },
  },
  {
    operation: 'InvokeModel',
    modelId: 'meta.llama3-1-8b-instruct-v1:0',
    body: { prompt: 'Hello' },
    answer: { generation: 'Wear a coat.' },
    loss: 'output.message.content.0.reasoningContent: the native format keeps no reasoning',
  },
];

test.each(doors)('$operation of $modelId tells thoughts from text', async (door) => {
  const { answer, loss, ...rest } = door;
  for (const transport of service.transports) {
    await script({ text: thought });
    const item = { ...rest, member: '', check: '', source: 'O' } as const;
    const outcome = await transport.send(item);
    expect(outcome.body, transport.name).toMatchObject(answer);
    if (loss !== undefined) expect(outcome.loss, transport.name).toContain(loss);
  }
});

test('thoughts that are never closed are no text', async () => {
  const [transport] = service.transports;
  await script({ text: '<think>It is cold. It is' });
  const item = { operation: 'Converse', body: asking, member: '', check: '', source: 'O' } as const;
  const outcome = await transport?.send(item);
  const message = { content: [{ reasoningContent: {} }] };
  expect(outcome?.body).toMatchObject({ output: { message } });
});

test('tags within a text are text', async () => {
  const [transport] = service.transports;
  await script({ text: 'The tag <think> opens and </think> closes.' });
  const item = { operation: 'Converse', body: asking, member: '', check: '', source: 'O' } as const;
  const outcome = await transport?.send(item);
  const message = { content: [{ text: 'The tag <think> opens and </think> closes.' }] };
  expect(outcome?.body).toMatchObject({ output: { message } });
});

async function script(turn: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(turn) };
  const response = await fetch(`${service.url}/_openconverse/script`, init);
  expect(response.status).toBe(200);
}
