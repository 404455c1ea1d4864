// The three ways in which every case is run: in this process, over HTTP/1.1 and over HTTP/2.

import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { createEnvironment } from '../../src/environment.ts';
import { ServiceException } from '../../src/protocol/errors.ts';
import { eventStreamContentType } from '../../src/protocol/wire/eventstream.ts';
import { parseInput } from '../../src/protocol/wire/rest-json.ts';
import { createHandler } from '../../src/server/handler.ts';
import { listen, type Port } from '../../src/server/port.ts';
import { loadConfig } from '../../src/service/config.ts';
import { createEngine, createNotes, type Engine } from '../../src/service/engine.ts';
import type { OperationOutput } from '../../src/service/operations/operation.ts';
import { devNull } from 'node:os';
import { type Case, defaultModelId, isNative, type Mode, type Refused } from './case.ts';
import { readStream } from './read-stream.ts';
import { textOnly } from './text-only.ts';

export interface Outcome {
  readonly refused: Refused | undefined;
  readonly hint: string | undefined;
  /** Of a stream `{ events }`, or `{ chunks }` in the model's own format. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  /** What could not be carried, as far as it was known when the headers left. */
  readonly loss: string | undefined;
}

export interface Transport {
  readonly name: string;
  send(item: Case): Promise<Outcome>;
}

export interface Service {
  readonly transports: readonly Transport[];
  readonly url: string;
  close(): Promise<void>;
}

/** One simulated service in one mode, with its three ways in. */
export async function startService(mode: Mode): Promise<Service> {
  const environment = createEnvironment({ logLevel: 'silent' });
  const engine = await createEngine({
    config: loadConfig({ file: devNull, flags: { simulated: true, ...flagsOf[mode] } }),
    environment,
    weights: () => Promise.reject(new Error('A simulated service needs no weights.')),
    ...(/limited$/i.test(mode) && { heritage: textOnly(environment) }),
  });
  const handler = createHandler({ engine, environment });
  const port = await listen({ handler, environment, host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true });
  const session = connect(port.url);
  return {
    transports: [inProcess(engine), overHttp1(port, agent), overHttp2(session)],
    url: port.url,
    async close() {
      agent.destroy();
      session.destroy();
      await port.close({ graceMs: 0 });
      await engine.close();
    },
  };
}

const flagsOf = {
  open: {},
  aws: { fidelity: 'aws' },
  strict: { strict: true },
  limited: {},
  strictLimited: { strict: true },
} as const satisfies Record<Mode, object>;

function inProcess(engine: Engine): Transport {
  return {
    name: 'in process',
    async send(item) {
      const { operation, modelId = defaultModelId, headers: sent = {} } = item;
      const notes = createNotes(engine.config.strict);
      const { signal } = new AbortController();
      const tracing = sent['x-openconverse-trace'] === 'losses';
      const input = { ...inputOf(item), modelId };
      try {
        const output = await engine.run(operation, input, { signal, notes, region: null, tracing });
        // What is known when the headers leave.
        const [loss] = notes.losses.map(({ member, reason }) => `${member}: ${reason}`);
        const body = await bodyOf(output);
        return { refused: undefined, hint: notes.hint, body, loss, headers: output.headers ?? {} };
      } catch (error) {
        if (!(error instanceof ServiceException)) throw error;
        const { status, name, message, hint } = error;
        const refused = { status, error: name, message };
        return { refused, hint, body: undefined, headers: {}, loss: undefined };
      }
    },
  };
}

function inputOf(item: Case): object {
  if (!isNative(item)) return item.body as object;
  return parseInput(item.operation, item.headers ?? {}, Buffer.from(textOf(item)));
}

async function bodyOf(output: OperationOutput): Promise<unknown> {
  if ('body' in output) return output.body;
  if ('events' in output) return { events: (await Array.fromAsync(output.events)).flat() };
  if (!('chunks' in output)) throw new Error('A simulated service forwards nothing.');
  const batches = (await Array.fromAsync(output.chunks)).flat() as readonly Chunk[];
  return { chunks: batches.map(({ chunk }) => JSON.parse(chunk.bytes.toString()) as unknown) };
}

interface Chunk {
  readonly chunk: { readonly bytes: Buffer };
}

/** The body as it is sent. */
function textOf({ body, text }: Case): string {
  return text ?? JSON.stringify(body);
}

const paths = {
  Converse: 'converse',
  ConverseStream: 'converse-stream',
  CountTokens: 'count-tokens',
  InvokeModel: 'invoke',
  InvokeModelWithResponseStream: 'invoke-with-response-stream',
} as const;

function targetOf({ operation, modelId = defaultModelId }: Case): string {
  return `/model/${encodeURIComponent(modelId)}/${paths[operation]}`;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

function overHttp1({ port }: Port, agent: Agent): Transport {
  return {
    name: 'HTTP/1.1',
    async send(item) {
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      const options = { port, agent, method: 'POST', path: targetOf(item) };
      const headers = headersOf(item);
      const outgoing = request({ ...options, headers, host: '127.0.0.1' }, (response) => {
        const status = response.statusCode ?? 0;
        readBytes(response).then(
          (bytes) => resolve({ status, headers: response.headers, bytes }),
          reject,
        );
      });
      outgoing.on('error', reject);
      outgoing.end(textOf(item));
      return outcomeOf(await promise);
    },
  };
}

function headersOf({ headers }: Case): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', ...headers };
}

function overHttp2(session: ClientHttp2Session): Transport {
  return {
    name: 'HTTP/2',
    async send(item) {
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      const stream = session.request({
        ':method': 'POST',
        ':path': targetOf(item),
        ...headersOf(item),
      });
      stream.on('error', reject);
      stream.on('response', (head) => {
        const status = head[':status'] ?? 0;
        readBytes(stream).then((bytes) => resolve({ status, headers: head, bytes }), reject);
      });
      stream.end(textOf(item));
      return outcomeOf(await promise);
    },
  };
}

async function readBytes(readable: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readable) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function outcomeOf({ status, headers, bytes }: RawAnswer): Outcome {
  const hint = headers['x-openconverse-hint'] as string | undefined;
  const loss = headers['x-openconverse-loss'] as string | undefined;
  const isStream = headers['content-type'] === eventStreamContentType;
  const body: unknown = isStream ? readStream(bytes) : JSON.parse(bytes.toString());
  if (status === 200) return { refused: undefined, hint, body, headers, loss };
  const error = String(headers['x-amzn-errortype']);
  const { message } = body as { readonly message: string };
  return { refused: { status, error, message }, hint, body: undefined, headers, loss };
}
