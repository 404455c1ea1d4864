// Broken requests without end: bodies, headers, paths and methods changed by chance from a seed,
// sent over both versions of HTTP. The server must answer each, and never with a fault of its own.

import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Readable } from 'node:stream';
import { isNative } from '../conformance/case.ts';
import { cases } from '../conformance/cases.ts';
import { type Draw, reshape } from './reshape.ts';

export interface FuzzOptions {
  readonly url: string;
  readonly seed: number;
  readonly count: number;
}

export interface FuzzResult {
  /** How often each status came; `reset` for a connection that the server would not have. */
  readonly statuses: ReadonlyMap<string, number>;
  /** What no request may get: an answer of 500 and more, or none in time. */
  readonly faults: readonly string[];
}

export interface Fuzzed {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const answerTimeoutMs = 20_000;
const parallel = 32;

export async function fuzz({ url, seed, count }: FuzzOptions): Promise<FuzzResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  let session = connect(url);
  session.on('error', () => {});
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  let next = 0;

  async function work(): Promise<void> {
    while (next < count) {
      const index = next;
      next += 1;
      const made = make(seed + index);
      const isHttp2 = index % 2 === 1;
      if (isHttp2 && (session.closed || session.destroyed)) {
        session = connect(url);
        session.on('error', () => {});
      }
      const status = await (isHttp2 ? overHttp2(session, made) : overHttp1(url, agent, made));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (!/^(?:[2-4]\d\d|reset)$/.test(status)) faults.push(`seed ${seed + index}: ${status}`);
    }
  }

  await Promise.all(Array.from({ length: parallel }, work));
  agent.destroy();
  session.destroy();
  return { statuses, faults };
}

function overHttp1(url: string, agent: Agent, made: Fuzzed): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(url);
  const { method, path, body } = made;
  try {
    const headers: OutgoingHttpHeaders = { ...made.headers, 'content-length': body.length };
    const outgoing = request({ hostname, port, agent, method, path, headers }, (response) => {
      const told = listen(response);
      response.on('end', () => resolve(`${response.statusCode}${told()}`));
      response.on('error', () => resolve('reset'));
    });
    outgoing.setTimeout(answerTimeoutMs, () => resolve('no answer in time'));
    outgoing.on('error', () => resolve('reset'));
    outgoing.end(body);
  } catch {
    // The client itself will not send such a header or path.
    resolve('reset');
  }
  return promise;
}

function overHttp2(session: ClientHttp2Session, made: Fuzzed): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  try {
    const pseudo = { ':method': made.method, ':path': made.path };
    const stream = session.request({ ...pseudo, ...made.headers });
    stream.setTimeout(answerTimeoutMs, () => resolve('no answer in time'));
    stream.on('response', (head) => {
      const told = listen(stream);
      stream.on('end', () => resolve(`${head[':status']}${told()}`));
    });
    stream.on('error', () => resolve('reset'));
    stream.on('close', () => resolve('reset'));
    stream.end(made.body);
  } catch {
    // The client itself will not send such a header or path.
    resolve('reset');
  }
  return promise;
}

/** Reads an answer; what is told is nothing, or that a stream ended in the server's own fault. */
function listen(answer: Readable): () => string {
  let isFault = false;
  answer.on('data', (part: Buffer) => {
    isFault ||= part.includes('internalServerException');
  });
  return () => (isFault ? ', then internalServerException' : '');
}

const modelIds = ['amazon.nova-lite-v1%3A0', 'anthropic.claude-sonnet-4-20250514'];
const actions = ['converse', 'converse-stream', 'count-tokens'];
const seeds = [
  '{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}',
  '{"messages":[{"role":"user","content":[{"text":"Hi"},{"document":{"name":"a","format":"txt","source":{"bytes":"dGV4dA=="}}}]}],"inferenceConfig":{"maxTokens":5,"stopSequences":["x"]}}',
  '{"messages":[{"role":"user","content":[{"text":"Hi"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{"a":[1,2]}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"json":{"b":null}}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{"a":{"type":"array"}}}}}}],"toolChoice":{"any":{}}}}',
  '{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}}}',
  '{"messages":[{"role":"user","content":[{"text":"Hi"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\\"type\\":\\"object\\",\\"properties\\":{\\"a\\":{\\"$ref\\":\\"#\\"}}}"}}}},"requestMetadata":{"a":"b"},"additionalModelResponseFieldPaths":["/a"]}',
];
/** Requests that are accepted, in every native format. */
const natives: readonly Native[] = cases
  .filter((item) => isNative(item) && item.refused === undefined)
  .map(({ modelId = '', body }) => ({ modelId, text: JSON.stringify(body) }));
const nativeActions = ['invoke', 'invoke-with-response-stream', 'count-tokens'];
// What breaks parsers and the code behind them; each is put in place of some part of a body.
const scraps = [
  'null',
  'true',
  '-1',
  '1e999',
  '0.1',
  '""',
  '[]',
  '{}',
  '[[[[[[[[',
  '{"a":',
  '"\\ud800"',
  '\u0000',
  '"__proto__":{"a":1}',
  '{"__proto__":null}',
  '"constructor":{}',
  '"toString":1',
  '9007199254740993',
  '"text":"","text":"x"',
  '}}',
  ']',
  ',',
  '\\',
  '"#/toolConfig"',
  '{"$ref":"#"}',
  '"type":"text"',
];
const headerScraps = [
  '',
  'a',
  '*/*',
  'application/json',
  'gzip',
  'chunked',
  '100-continue',
  'AWS4-HMAC-SHA256 x',
  'Bearer ',
  'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, Signature=zz',
  '\t',
  '999999999',
];
const headerNames = [
  'content-type',
  'accept',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'expect',
  'origin',
  'x-amz-security-token',
  'accept-encoding',
  'amz-sdk-request',
  'x-openconverse-via',
  'content-encoding',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-trace',
  'x-amzn-bedrock-accept',
  'x-openconverse-trace',
];

/** The request of a seed. */
export function make(seed: number): Fuzzed {
  const draw = createDraw(seed);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  while (draw(3) === 0) headers[pick(headerNames, draw)] = pick(headerScraps, draw);
  const method = makeMethod(draw);
  if (draw(2) === 0) return { method, ...makeNative(draw), headers };
  // Most requests come as far as the body.
  const modelId = draw(10) === 0 ? 'no.such-model' : pick(modelIds, draw);
  const action = draw(10) === 0 ? 'invoke' : pick(actions, draw);
  return { method, path: makePath(modelId, action, draw), headers, body: makeBody(draw) };
}

interface Native {
  readonly modelId: string;
  readonly text: string;
}

/** As a rule to a model that speaks the format. */
function makeNative(draw: Draw): Pick<Fuzzed, 'body' | 'path'> {
  const { modelId, text } = pick(natives, draw);
  const asked = draw(10) === 0 ? pick(natives, draw).modelId : modelId;
  const action = pick(nativeActions, draw);
  const native = draw(3) === 0 ? mutated(Buffer.from(text), draw) : reshaped(text, draw);
  const counted = { input: { invokeModel: { body: native.toString('base64') } } };
  return {
    path: makePath(encodeURIComponent(asked), action, draw),
    body: action === 'count-tokens' ? Buffer.from(JSON.stringify(counted)) : native,
  };
}

// Mulberry32: small, good enough, and the same everywhere.
function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

function pick<T>(values: readonly T[], draw: Draw): T {
  return values[draw(values.length)] as T;
}

function makeMethod(draw: Draw): string {
  return draw(40) === 0 ? pick(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'], draw) : 'POST';
}

function makePath(modelId: string, action: string, draw: Draw): string {
  const path = `/model/${modelId}/${action}`;
  if (draw(8) > 0) return path;
  const at = draw(path.length);
  const scrap = pick(['%', '%00', '%2F', '//', '?', '?a=b', '%E0%A4', '..', ';', '%25', ':'], draw);
  return `${path.slice(0, at)}${scrap}${path.slice(at + draw(4))}` || '/';
}

function reshaped(text: string, draw: Draw): Buffer {
  return Buffer.from(reshape(text, draw));
}

function makeBody(draw: Draw): Buffer {
  return mutated(Buffer.from(pick(seeds, draw)), draw);
}

function mutated(seed: Buffer, draw: Draw): Buffer {
  let body = seed;
  for (let round = draw(5); round > 0; round -= 1) body = mutate(body, draw);
  return body;
}

function mutate(body: Buffer, draw: Draw): Buffer {
  const at = draw(body.length + 1);
  const [before, after] = [body.subarray(0, at), body.subarray(at)];
  switch (draw(7)) {
    case 0:
      return Buffer.concat([before, Buffer.from([draw(256)]), after.subarray(1)]);
    case 1:
      return Buffer.from(before);
    case 2:
      return Buffer.concat([before, after.subarray(draw(30))]);
    case 3:
      return Buffer.concat([before, Buffer.from(pick(scraps, draw)), after]);
    case 4:
      return Buffer.concat([before, before.subarray(-draw(40) - 1), after]);
    case 5:
      return Buffer.concat([before, Buffer.from('['.repeat(draw(3_000))), after]);
    default:
      return replaceValue(body, draw);
  }
}

/** A value, told by its quotes or brackets, becomes a scrap: the body stays JSON more often. */
function replaceValue(body: Buffer, draw: Draw): Buffer {
  const text = body.toString('latin1');
  const values = [...text.matchAll(/"[^"]*"|-?\d+|\{\}|\[[^[\]]*\]/g)];
  const chosen = values[draw(Math.max(1, values.length))];
  if (chosen === undefined) return body;
  const rest = text.slice(chosen.index + chosen[0].length);
  return Buffer.from(`${text.slice(0, chosen.index)}${pick(scraps, draw)}${rest}`, 'latin1');
}
