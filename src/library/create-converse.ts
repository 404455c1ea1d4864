// The library's door: options in, a Converse out.

import { createEnvironment } from '../environment.ts';
import type { Converse } from './converse.ts';
import { converseOver } from './converse-over.ts';
import { createEngineSource } from './engine-source.ts';
import type { ConverseOptions } from './options.ts';
import { loadOptions } from './options.ts';
import { startEngine } from './start-engine.ts';

/**
 * The Converse API in this process: no server, no socket, no account. Nothing is loaded before the
 * first call; the first call of an embedded model brings its weights, once per machine, and throws
 * WeightsError where they cannot be had. Throws ConfigError at once for options that cannot be.
 *
 * @example
 * await using converse = createConverse();
 * console.log(await converse.chat('anthropic.claude-sonnet-4-20250514', 'What is the sun?'));
 */
export function createConverse(options: ConverseOptions = {}): Converse {
  const { environment: given, onNote } = options;
  const config = loadOptions(options);
  const environment = given ?? createEnvironment({ logLevel: config.logLevel });
  const notes = onNote === undefined ? {} : { onNote };
  const source = createEngineSource(environment, (signal) =>
    startEngine({ config, environment, signal, ...notes }),
  );
  return converseOver(source);
}
