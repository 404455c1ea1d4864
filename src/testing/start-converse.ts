// A server of the simulated model for tests in any language that run beside this process.

import { createConverse } from '../library/create-converse.ts';
import { engineSource } from '../library/converse.ts';
import type { Converse } from '../library/converse.ts';
import type { ConverseOptions } from '../library/options.ts';
import { createHandler } from '../server/handler.ts';
import type { Port } from '../server/port.ts';
import { listen } from '../server/port.ts';

export interface StartOptions extends Pick<
  ConverseOptions,
  'config' | 'environment' | 'fidelity' | 'logLevel' | 'region'
> {
  /** A free one unless given. */
  readonly port?: number;
}

export interface ConverseServer
  extends AsyncDisposable, Pick<Converse, 'journal' | 'reset' | 'script'> {
  /** What a client takes as its endpoint. */
  readonly url: string;
  readonly port: number;
  /** The same model in process. */
  readonly converse: Converse;
  /** Variables that lead every AWS SDK of a child process here, with credentials that will do. */
  readonly variables: Readonly<Record<string, string>>;
  /** Drops what is still open. */
  close(): Promise<void>;
}

/**
 * Starts a real server on 127.0.0.1 with the simulated model. Rejects with Node's own error where
 * the port cannot be had.
 *
 * @example
 * await using server = await startConverse();
 * await server.script(turn('Hello'), fault('ThrottlingException'));
 * const client = new BedrockRuntimeClient({ endpoint: server.url, region: 'us-east-1' });
 */
export async function startConverse({
  port = 0,
  ...options
}: StartOptions = {}): Promise<ConverseServer> {
  const converse = createConverse({ ...options, simulated: true });
  const opened = await open(converse, port);
  const close = async (): Promise<void> => {
    await converse.close();
    await opened.close({ graceMs: 0 });
  };
  return {
    url: opened.url,
    port: opened.port,
    converse,
    variables: variablesOf(opened.url, options.region),
    script: (...turns) => converse.script(...turns),
    journal: () => converse.journal(),
    reset: () => converse.reset(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function open(converse: Converse, port: number): Promise<Port> {
  const source = converse[engineSource];
  const { environment } = source;
  try {
    const engine = await source.engine(source.closing);
    const handler = createHandler({ engine, environment });
    return await listen({ handler, environment, host: '127.0.0.1', port });
  } catch (error) {
    await converse.close();
    throw error;
  }
}

function variablesOf(url: string, region = 'us-east-1'): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
}
