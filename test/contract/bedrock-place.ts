// A place that is asked as Amazon Bedrock is, and answers with the bytes that a test gives it.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/service/config.ts';

export const modelId = 'us.anthropic.claude-sonnet-4-20250514-v1:0';

export interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface BedrockPlace {
  readonly url: string;
  /** What it was asked, oldest first. */
  readonly asked: readonly Asked[];
}

/** Answers each request, once it is whole. */
export async function startPlace(
  answer: (response: ServerResponse, asked: Asked) => void,
): Promise<BedrockPlace> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks) };
      asked.push(one);
      answer(response, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A configuration that sends everything there. */
export function leadingTo(endpoint: string, provider: object = {}): Partial<ConfigInput> {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const aws = { type: 'bedrock', region: 'eu-west-1', endpoint, retries: 0 } as const;
  return {
    providers: { aws: { ...aws, ...keys, ...provider } },
    models: { '*': [{ provider: 'aws' }] },
  };
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** A frame as AWS's own codec writes it, its headers in another order than ours. */
export function frame(
  name: string,
  payload: object,
  kind: 'event' | 'exception' = 'event',
): Buffer {
  const text = (value: string) => ({ type: 'string' as const, value });
  const headers = {
    ':message-type': text(kind),
    ':content-type': text('application/json'),
    [`:${kind}-type`]: text(name),
  };
  return Buffer.from(codec.encode({ headers, body: fromUtf8(JSON.stringify(payload)) }));
}

/** Composed in the form of recorded ones: padded, with members that are in no model. */
export const converseFrames: readonly Buffer[] = [
  frame('messageStart', { p: 'abcdefgh', role: 'assistant' }),
  frame('contentBlockDelta', {
    contentBlockIndex: 0,
    delta: { reasoningContent: { redactedContent: 'AQL/' } },
    p: 'abc',
  }),
  frame('contentBlockStop', { contentBlockIndex: 0, p: 'abcdefghijklm' }),
  frame('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Grüße' }, p: 'ab' }),
  frame('contentBlockStop', { contentBlockIndex: 1, p: 'abcdefghij' }),
  frame('messageStop', { p: 'abcd', stopReason: 'end_turn' }),
  frame('metadata', {
    metrics: { latencyMs: 522 },
    p: 'abcdefghijklmnop',
    usage: { inputTokens: 9, outputTokens: 4, serverToolUsage: {}, totalTokens: 13 },
  }),
];

/** A chunk of a native stream. */
export function chunk(native: object): Buffer {
  const bytes = Buffer.from(JSON.stringify(native)).toString('base64');
  return frame('chunk', { bytes, p: 'abcdef' });
}

export const nativeFrames: readonly Buffer[] = [
  chunk({ type: 'message_start', message: { role: 'assistant', content: [] } }),
  chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
  chunk({
    type: 'message_stop',
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: 9,
      outputTokenCount: 4,
      invocationLatency: 522,
      firstByteLatency: 100,
      cacheReadInputTokenCount: 2,
    },
  }),
];

export function sendStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-requestid': 'place-request-id',
  });
}

export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-requestid': 'place-request-id',
  });
  response.end(body);
}

export interface Sent {
  readonly body?: string;
  readonly model?: string;
  readonly headers?: Record<string, string>;
}

/** A request as a client sends it. */
export function post(
  { url }: { readonly url: string },
  verb: string,
  sent: Sent = {},
): Promise<Response> {
  const { body = '{"messages":[]}' } = sent;
  const path = `/model/${encodeURIComponent(sent.model ?? modelId)}/${verb}`;
  const headers = { 'content-type': 'application/json', ...sent.headers };
  return fetch(url + path, { method: 'POST', headers, body });
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
