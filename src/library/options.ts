// What a Converse can be told, and the configuration that it makes.

import { devNull } from 'node:os';
import type { Environment, LogLevel } from '../environment.ts';
import type { Config } from '../service/config.ts';
import { loadConfig } from '../service/config.ts';

export { ConfigError } from '../service/config.ts';

/** The keys of the configuration that mean something without a server, and a few more. */
export interface ConverseOptions {
  /** Serve every model ID with the scripted, deterministic model. */
  readonly simulated?: boolean;
  /** The embedded default: a known name, the path of a GGUF file or an `hf:` address. */
  readonly model?: string;
  /** The folder of what is kept between runs: the weights of models. */
  readonly data?: string;
  /** `aws` refuses what AWS refuses for a model, in its words. */
  readonly fidelity?: 'open' | 'aws';
  /** Refuses two messages of one role in a row. */
  readonly strict?: boolean;
  /** What the process may take, such as `600 MB`. */
  readonly memory?: string;
  /** `off` leaves a graphics card alone. */
  readonly gpu?: 'auto' | 'off';
  readonly region?: string;
  readonly logLevel?: LogLevel;
  /** Places where models run, by names of one's own. */
  readonly providers?: Readonly<Record<string, ProviderOptions>>;
  /** Pattern of a model ID to the provider that serves it. */
  readonly models?: Readonly<Record<string, { readonly provider: string }>>;
  /** A configuration file to start from; none is read unless it is named here. */
  readonly config?: string;
  /** Told what takes time on the first call, such as the download of a model. */
  readonly onNote?: (note: string) => void;
  /** Clock, chance and log in place of the real ones. */
  readonly environment?: Environment;
}

export type ProviderOptions =
  | {
      readonly type: 'embedded';
      readonly model?: string;
      readonly memory?: string;
      readonly gpu?: 'auto' | 'off';
    }
  | { readonly type: 'simulated' };

/** Only the options count: a library that read the working folder would surprise its caller. */
export function loadOptions(options: ConverseOptions): Config {
  const { config: file = devNull, environment: _, onNote: __, ...flags } = options;
  return loadConfig({ flags, file });
}
