// The service without a server and without weights: where what would lead, and who is there.

import type { Environment } from '../environment.ts';
import type { Config } from '../service/config.ts';
import type { Engine } from '../service/engine.ts';
import { createEngine } from '../service/engine.ts';
import type { EngineFlags } from './options.ts';
import { prepare } from './options.ts';
import { lookForServers, withServers } from './local-servers.ts';

export interface Survey extends AsyncDisposable {
  /** With what was found on this machine. */
  readonly config: Config;
  readonly engine: Engine;
  readonly environment: Environment;
}

export async function openSurvey(flags: EngineFlags, signal: AbortSignal): Promise<Survey> {
  const { config: given, environment } = prepare(flags);
  const { found } = await lookForServers(given, { environment, signal });
  const config = withServers(given, found);
  const weights = () => Promise.reject(new Error('A survey asks no model, and needs no weights.'));
  const engine = await createEngine({ config, environment, weights });
  return { config, engine, environment, [Symbol.asyncDispose]: () => engine.close() };
}
