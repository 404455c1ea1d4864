// A whole server on a free port in this process: its engine, and what came in.

import { onTestFinished } from 'vitest';
import type { WireHandler, WireRequest } from '../../src/protocol/wire/http.ts';
import { createHandler } from '../../src/server/handler.ts';
import { type ConfigInput, loadConfig } from '../../src/service/config.ts';
import { createEngine, type Engine } from '../../src/service/engine.ts';
import { quiet, startPort } from './fixture.ts';

export interface Opened {
  readonly url: string;
  /** What came in, oldest first. */
  readonly requests: readonly WireRequest[];
  serve(flags: Partial<ConfigInput>): Promise<Running>;
}

export interface Running extends Omit<Opened, 'serve'> {
  readonly engine: Engine;
}

/** A port whose server comes later, so that a configuration may name any address. */
export async function open(): Promise<Opened> {
  const requests: WireRequest[] = [];
  let handler: WireHandler | undefined;
  const { url } = await startPort({
    handler(request) {
      requests.push(request);
      if (handler === undefined) throw new Error('a request came before there was an engine');
      return handler(request);
    },
  });
  return {
    url,
    requests,
    async serve(flags) {
      const engine = await createEngine({
        config: loadConfig({ flags }),
        environment: quiet,
        weights: () => Promise.reject(new Error('no model runs here')),
      });
      onTestFinished(() => engine.close());
      handler = createHandler({ engine, environment: quiet });
      return { url, requests, engine };
    },
  };
}

export async function start(flags: Partial<ConfigInput>): Promise<Running> {
  return (await open()).serve(flags);
}
