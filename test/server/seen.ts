// A whole server on a free port in this process, with its telemetry and what that logged.

import { devNull } from 'node:os';
import { onTestFinished } from 'vitest';
import { createEnvironment } from '../../src/environment.ts';
import type { Environment, LogLevel } from '../../src/environment.ts';
import { createHandler } from '../../src/server/handler.ts';
import type { Port } from '../../src/server/port.ts';
import { type ConfigInput, loadConfig } from '../../src/service/config.ts';
import { createEngine, type Engine } from '../../src/service/engine.ts';
import { createTelemetry, type Telemetry } from '../../src/service/telemetry/telemetry.ts';
import { startPort } from './fixture.ts';

export const modelId = 'anthropic.claude-sonnet-4-20250514';
export const foundationModelId = 'anthropic.claude-sonnet-4-20250514-v1:0';

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface Seen {
  readonly url: string;
  readonly port: Port;
  readonly engine: Engine;
  readonly telemetry: Telemetry;
  /** As they would be written. */
  readonly lines: readonly string[];
  /** The request log. */
  requests(): readonly LoggedLine[];
  /** From now on the server is ending. */
  drain(): void;
}

export interface SeenOptions {
  readonly flags?: Partial<ConfigInput>;
  readonly variables?: Environment['variables'];
}

export async function startSeen({ flags, variables = {} }: SeenOptions = {}): Promise<Seen> {
  const lines: string[] = [];
  const write = (level: LogLevel) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, ...fields, message }));
  const log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const environment = { ...createEnvironment(), log, variables };
  const config = loadConfig({ file: devNull, flags: { simulated: true, ...flags } });
  const weights = () => Promise.reject(new Error('A simulated service needs no weights.'));
  const engine = await createEngine({ config, environment, weights });
  const telemetry = await createTelemetry({ environment, engine: () => engine });
  let isDraining = false;
  const options = { engine, environment, telemetry, isDraining: () => isDraining };
  const port = await startPort({ handler: createHandler(options), environment });
  onTestFinished(async () => {
    await telemetry.close();
    await engine.close();
  });
  return {
    url: port.url,
    port,
    engine,
    telemetry,
    lines,
    requests: () =>
      lines
        .map((line) => JSON.parse(line) as LoggedLine)
        .filter(({ message }) => message === 'request'),
    drain() {
      isDraining = true;
    },
  };
}

/** Sends a conversation of one message; the answer is read to its end. */
export async function ask(
  { url }: Pick<Seen, 'url'>,
  operation: string,
  {
    body = {},
    headers = {},
  }: { readonly body?: object; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly status: number; readonly bytes: Buffer; readonly headers: Headers }> {
  const messages = [{ role: 'user', content: [{ text: 'hello world' }] }];
  const response = await fetch(`${url}/model/${modelId}/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ messages, ...body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, headers: response.headers };
}
