// The third yardstick: Converse in, OpenAI chat out, at its barest: text only, nothing checked,
// nobody asked who they are, nothing logged. It is how cheap the job itself can be.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { createPool, failing, onBody, serve } from './listening.ts';
import { createLineReader } from './lines.ts';

interface Conversation {
  readonly system?: readonly { readonly text: string }[];
  readonly messages: readonly Message[];
  readonly inferenceConfig?: { readonly maxTokens?: number; readonly temperature?: number };
}

interface Message {
  readonly role: string;
  readonly content: readonly { readonly text: string }[];
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

interface Completion {
  readonly choices: readonly [{ readonly message: { readonly content: string } }];
  readonly usage: Usage;
}

interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly role?: string; readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Usage | null;
}

const pool = createPool();

serve((request, response) => {
  onBody(request, (body) => {
    answer(request, response, body).catch(failing(response));
  });
});

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const isStream = request.url?.endsWith('/converse-stream') === true;
  const asked = await pool.request({
    path: '/at-once/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(toChat(JSON.parse(body.toString()) as Conversation, isStream)),
  });
  if (isStream) {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    const read = createLineReader();
    for await (const part of asked.body)
      response.write(Buffer.concat(frames(read(part as Buffer))));
    response.end();
    return;
  }
  const completion = (await asked.body.json()) as Completion;
  const written = Buffer.from(JSON.stringify(toResponse(completion)));
  const headers = { 'content-type': 'application/json', 'content-length': written.length };
  response.writeHead(200, headers).end(written);
}

function toChat({ system = [], messages, inferenceConfig = {} }: Conversation, stream: boolean) {
  const chat = [
    ...system.map(({ text }) => ({ role: 'system', content: text })),
    ...messages.map(({ role, content }) => ({
      role,
      content: content.map(({ text }) => text).join(''),
    })),
  ];
  const { maxTokens, temperature } = inferenceConfig;
  const settings = { max_tokens: maxTokens, temperature };
  return { model: 'bench', messages: chat, ...settings, ...(stream ? streaming : {}) };
}

const streaming = { stream: true, stream_options: { include_usage: true } };

function toResponse({ choices: [choice], usage }: Completion) {
  return {
    output: { message: { role: 'assistant', content: [{ text: choice.message.content }] } },
    stopReason: 'end_turn',
    usage: toUsage(usage),
    metrics: { latencyMs: 1 },
  };
}

function toUsage(usage: Usage) {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
  return { inputTokens, outputTokens, totalTokens: usage.total_tokens };
}

function frames(lines: readonly string[]): readonly Buffer[] {
  const written: Buffer[] = [];
  for (const line of lines) {
    if (!line.startsWith('data: {')) continue;
    const { choices, usage } = JSON.parse(line.slice('data: '.length)) as Chunk;
    for (const { delta, finish_reason: finish } of choices) {
      if (delta.role !== undefined) written.push(frame('messageStart', { role: delta.role }));
      if (delta.content) {
        const payload = { contentBlockIndex: 0, delta: { text: delta.content } };
        written.push(frame('contentBlockDelta', payload));
      }
      if (finish === null) continue;
      written.push(frame('contentBlockStop', { contentBlockIndex: 0 }));
      written.push(frame('messageStop', { stopReason: 'end_turn' }));
    }
    if (!usage) continue;
    written.push(frame('metadata', { usage: toUsage(usage), metrics: { latencyMs: 1 } }));
  }
  return written;
}

function frame(event: string, payload: object): Buffer {
  const head = headOf(event);
  const body = Buffer.from(JSON.stringify(payload));
  const bytes = Buffer.allocUnsafe(16 + head.length + body.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  head.copy(bytes, 12);
  body.copy(bytes, 12 + head.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

const heads = new Map<string, Buffer>();

function headOf(event: string): Buffer {
  const known = heads.get(event);
  if (known !== undefined) return known;
  const head = Buffer.concat([
    header(':event-type', event),
    header(':content-type', 'application/json'),
    header(':message-type', 'event'),
  ]);
  heads.set(event, head);
  return head;
}

function header(name: string, value: string): Buffer {
  const length = Buffer.from([7, value.length >> 8, value.length & 255]);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)]);
}
