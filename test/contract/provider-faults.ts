// What a place may do wrong once it has a request, and which exception each is.

import type { Socket } from 'node:net';
import type { Timeouts } from '../../src/providers/http.ts';

export interface Fault {
  readonly title: string;
  readonly behave: (socket: Socket) => void;
  readonly name: string;
  /** In the message, the hint or both. */
  readonly says: RegExp;
  readonly timeouts?: Timeouts;
  readonly headers?: object;
}

function answered(status: string, headers: readonly string[], body: string): string {
  return [`HTTP/1.1 ${status}`, ...headers, `content-length: ${body.length}`, '', body].join(
    '\r\n',
  );
}

function json(status: string, body: string, headers: readonly string[] = []): string {
  return answered(status, ['content-type: application/json', ...headers], body);
}

export const eventHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
export const chunkedHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

export function event(delta: object, reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices })}\n\n`;
}

export const hello = event({ role: 'assistant', content: 'Hello' });

export function framed(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

const wholeHead =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n';

// What comes before the first byte of the answer's body, or in place of it: the same for both.
export const beforeAnswer: readonly Fault[] = [
  {
    title: 'reset before the first byte',
    behave: (socket) => socket.resetAndDestroy(),
    name: 'ServiceUnavailableException',
    says: /connection was closed .*(ECONNRESET|UND_ERR_SOCKET)/,
  },
  {
    title: 'closed before the first byte',
    behave: (socket) => socket.end(),
    name: 'ServiceUnavailableException',
    says: /connection was closed/,
  },
  {
    title: 'silent from the beginning',
    behave: () => {},
    name: 'ModelTimeoutException',
    says: /sent nothing for 80 ms/,
    timeouts: { firstByteMs: 80 },
  },
  {
    title: 'silent after the head',
    behave: (socket) => socket.write(wholeHead.replace('application/json', 'text/event-stream')),
    name: 'ModelTimeoutException',
    says: /sent nothing for 80 ms/,
    timeouts: { firstByteMs: 80 },
  },
  {
    title: 'no HTTP',
    behave: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    name: 'ModelErrorException',
    says: /What came is not HTTP/,
  },
  {
    title: 'a head that has no end',
    behave: (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`),
    name: 'ModelErrorException',
    says: /What came is not HTTP/,
  },
  {
    title: 'a page in place of an answer',
    behave: (socket) =>
      socket.write(answered('200 OK', ['content-type: text/html'], '<h1>Welcome</h1>')),
    name: 'ModelErrorException',
    says: /text\/html: correct baseUrl/,
  },
  {
    title: 'a redirect',
    behave: (socket) => socket.write(answered('302 Found', ['location: http://127.0.0.1:9/'], '')),
    name: 'ServiceUnavailableException',
    says: /status 302/,
  },
  {
    title: '400 with a sentence',
    behave: (socket) =>
      socket.write(json('400 Bad Request', '{"error":{"message":"top_p is too high"}}')),
    name: 'ValidationException',
    says: /^The model returned the following errors: top_p is too high/,
  },
  {
    title: 'a context that is too long',
    behave: (socket) =>
      socket.write(
        json('400 Bad Request', '{"error":{"message":"Long.","code":"context_length_exceeded"}}'),
      ),
    name: 'ValidationException',
    says: /^Input is too long for requested model\..*It said: Long\./,
  },
  {
    title: '401',
    behave: (socket) => socket.write(json('401 Unauthorized', '{"error":"bad key secret-key"}')),
    name: 'AccessDeniedException',
    says: /refuses the credentials/,
  },
  {
    title: '404',
    behave: (socket) => socket.write(json('404 Not Found', '{"detail":"Not Found"}')),
    name: 'ResourceNotFoundException',
    says: /Not Found.*status 404/,
  },
  {
    title: '429 with Retry-After',
    behave: (socket) => socket.write(json('429 Too Many Requests', '{}', ['retry-after: 7'])),
    name: 'ThrottlingException',
    says: /^Too many requests/,
    headers: { 'retry-after': '7' },
  },
  {
    title: '429 without Retry-After',
    behave: (socket) => socket.write(json('429 Too Many Requests', '{}')),
    name: 'ThrottlingException',
    says: /^Too many requests/,
    headers: {},
  },
  {
    title: '500',
    behave: (socket) => socket.write(json('500 Internal Server Error', '{"error":"CUDA"}')),
    name: 'InternalServerException',
    says: /status 500.*CUDA/,
  },
  {
    title: '503 with a page',
    behave: (socket) =>
      socket.write(answered('503 Down', ['content-type: text/html'], '<p>Back <b>soon</b></p>')),
    name: 'ServiceUnavailableException',
    says: /status 503.*Back soon/,
  },
  {
    title: '529',
    behave: (socket) =>
      socket.write(
        json('529 Overloaded', '{"error":{"type":"overloaded_error","message":"Busy"}}'),
      ),
    name: 'ServiceUnavailableException',
    says: /status 529.*Busy/,
  },
  {
    title: 'an error that is never whole',
    behave: (socket) =>
      socket.write('HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\n{"error": "Out of'),
    name: 'ModelTimeoutException',
    says: /fell silent for 80 ms/,
    timeouts: { idleMs: 80 },
  },
];

export const withinWhole: readonly Fault[] = [
  {
    title: 'reset in the middle',
    behave: (socket) => {
      socket.write(`${wholeHead}{"choices":`, () => socket.resetAndDestroy());
    },
    name: 'ServiceUnavailableException',
    says: /connection was closed/,
  },
  {
    title: 'closed in the middle',
    behave: (socket) => socket.end(`${wholeHead}{"choices":`),
    name: 'ServiceUnavailableException',
    says: /UND_ERR/,
  },
  {
    title: 'silent in the middle',
    behave: (socket) => socket.write(`${wholeHead}{"choices":`),
    name: 'ModelTimeoutException',
    says: /fell silent for 80 ms/,
    timeouts: { idleMs: 80 },
  },
  {
    title: 'bad JSON',
    behave: (socket) => socket.write(json('200 OK', '{"choices": [}')),
    name: 'ModelErrorException',
    says: /not JSON/,
  },
  {
    title: 'JSON that is no object',
    behave: (socket) => socket.write(json('200 OK', '[]')),
    name: 'ModelErrorException',
    says: /not JSON/,
  },
  {
    title: 'an error with the status of success',
    behave: (socket) => socket.write(json('200 OK', '{"error":{"message":"Busy","code":429}}')),
    name: 'ThrottlingException',
    says: /Busy/,
  },
];

export const withinStream: readonly Fault[] = [
  {
    title: 'reset after the first event',
    behave: (socket) => {
      socket.write(`${chunkedHead}${framed(hello)}`, () => {
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
    },
    name: 'ModelStreamErrorException',
    says: /broke off: The connection was closed/,
  },
  {
    title: 'closed within a frame',
    behave: (socket) => socket.end(`${chunkedHead}${framed(hello)}ff\r\ndata: {"cho`),
    name: 'ModelStreamErrorException',
    says: /broke off/,
  },
  {
    title: 'closed within an event, where nothing says how long the body is',
    behave: (socket) => socket.end(`${eventHead}${hello}data: {"cho`),
    name: 'ModelStreamErrorException',
    says: /no JSON object/,
  },
  {
    title: 'closed between two events, where nothing says how long the body is',
    behave: (socket) => socket.end(`${eventHead}${hello}`),
    name: 'ModelStreamErrorException',
    says: /./,
  },
  {
    title: 'ended as it should, but for the end of the answer',
    behave: (socket) => socket.write(`${chunkedHead}${framed(hello)}0\r\n\r\n`),
    name: 'ModelStreamErrorException',
    says: /./,
  },
  {
    title: '[DONE] in the middle of an answer',
    behave: (socket) => socket.write(`${eventHead}${hello}data: [DONE]\n\n`),
    name: 'ModelStreamErrorException',
    says: /./,
  },
  {
    title: 'silent after the first event',
    behave: (socket) => socket.write(`${eventHead}${hello}`),
    name: 'ModelStreamErrorException',
    says: /fell silent for 80 ms/,
    timeouts: { idleMs: 80 },
  },
  {
    title: 'slow, a comment at a time, for longer than it may',
    behave: (socket) => {
      socket.write(`${eventHead}${hello}`);
      const beat = setInterval(() => socket.write(': ping\n\n'), 10);
      socket.once('close', () => clearInterval(beat));
    },
    name: 'ModelTimeoutException',
    says: /not done after 150 ms/,
    timeouts: { idleMs: 80, totalMs: 150 },
  },
  {
    title: 'an event that is no JSON',
    behave: (socket) => socket.write(`${eventHead}${hello}data: {oops\n\n`),
    name: 'ModelStreamErrorException',
    says: /no JSON object/,
  },
];
