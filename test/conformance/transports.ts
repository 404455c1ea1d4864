// The three ways in which every case is run: in this process, over HTTP/1.1 and over HTTP/2.

import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { createEnvironment } from '../../src/environment.ts';
import { ServiceException } from '../../src/protocol/errors.ts';
import { createHandler } from '../../src/server/handler.ts';
import { listen, type Port } from '../../src/server/port.ts';
import { loadConfig } from '../../src/service/config.ts';
import { createEngine, createNotes, type Engine } from '../../src/service/engine.ts';
import { devNull } from 'node:os';
import { type Case, defaultModelId, type Mode, type Refused } from './case.ts';

export interface Outcome {
  readonly refused: Refused | undefined;
  readonly hint: string | undefined;
  /** Whole of Converse and CountTokens; a stream has none here. */
  readonly body: unknown;
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
} as const satisfies Record<Mode, object>;

function inProcess(engine: Engine): Transport {
  return {
    name: 'in process',
    async send({ operation, modelId = defaultModelId, body }) {
      const notes = createNotes(engine.config.strict);
      const { signal } = new AbortController();
      const input = { ...(body as object), modelId };
      try {
        const output = await engine.run(operation, input, { signal, notes, region: null });
        if ('events' in output) {
          for await (const _batch of output.events);
          return { refused: undefined, hint: notes.hint, body: undefined };
        }
        const whole = 'body' in output ? output.body : undefined;
        return { refused: undefined, hint: notes.hint, body: whole };
      } catch (error) {
        if (!(error instanceof ServiceException)) throw error;
        const { status, name, message, hint } = error;
        return { refused: { status, error: name, message }, hint, body: undefined };
      }
    },
  };
}

const paths = {
  Converse: 'converse',
  ConverseStream: 'converse-stream',
  CountTokens: 'count-tokens',
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
      const options = { port, agent, method: 'POST', path: targetOf(item), headers };
      const outgoing = request({ ...options, host: '127.0.0.1' }, (response) => {
        const status = response.statusCode ?? 0;
        readBytes(response).then(
          (bytes) => resolve({ status, headers: response.headers, bytes }),
          reject,
        );
      });
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify(item.body));
      return outcomeOf(await promise);
    },
  };
}

const headers = { 'content-type': 'application/json' };

function overHttp2(session: ClientHttp2Session): Transport {
  return {
    name: 'HTTP/2',
    async send(item) {
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      const stream = session.request({ ':method': 'POST', ':path': targetOf(item), ...headers });
      stream.on('error', reject);
      stream.on('response', (head) => {
        const status = head[':status'] ?? 0;
        readBytes(stream).then((bytes) => resolve({ status, headers: head, bytes }), reject);
      });
      stream.end(JSON.stringify(item.body));
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
  const isStream = headers['content-type'] !== 'application/json';
  const body: unknown = isStream ? undefined : JSON.parse(bytes.toString());
  if (status === 200) return { refused: undefined, hint, body };
  const error = String(headers['x-amzn-errortype']);
  const { message } = body as { readonly message: string };
  return { refused: { status, error, message }, hint, body: undefined };
}
