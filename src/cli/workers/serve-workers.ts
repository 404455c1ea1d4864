// `openconverse serve --workers N`: as one process serves, with several that share the port.

import type { TlsCredentials } from '../../server/tls.ts';
import { WorkerFailure } from '../../server/worker-process.ts';
import { prepareConfig } from '../../library/start-engine.ts';
import type { Discovered } from '../../providers/discovery.ts';
import type { Config, ConfigInput } from '../../service/config.ts';
import { describeServers, lookForServers, withServers } from '../local-servers.ts';
import type { EngineFlags, Prepared } from '../options.ts';
import { fileOfFlags, loadFlags } from '../options.ts';
import { reloadOnChange } from '../reload.ts';
import { CommandError, printLine } from '../terminal.ts';
import type { Supervisor } from './supervisor.ts';
import { startWorkers } from './supervisor.ts';

export interface ServeWorkers {
  readonly flags: EngineFlags & Partial<Omit<ConfigInput, 'discover'>>;
  readonly prepared: Prepared;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly door: Door;
}

/** What both ways of serving do at the port, and say. */
export interface Door {
  /** Throws CommandError where everyone would be served. */
  readonly checkReachable: (config: Config) => void;
  readonly readTls: (config: Config) => Promise<TlsCredentials | undefined>;
  readonly describe: (url: string, config: Config) => readonly string[];
  readonly describeFailure: (error: unknown, listen: string) => string;
  readonly print: (lines: readonly string[]) => void;
}

/** Resolves when the last worker has ended. */
export async function serveWorkers(options: ServeWorkers): Promise<void> {
  const { prepared, signal, flags, door } = options;
  const { environment } = prepared;
  const tls = await readDoor(options);
  const { config, discovered } = await complete(prepared.config, options);
  const workers = await start(config, tls, options);
  door.print([
    ...door.describe(workers.url, config),
    `  ${describeWorkers(workers)}`,
    ...describeServers(discovered, config).map((line) => `  ${line}`),
  ]);
  const apply = applying(config, workers, options);
  const reload = reloadOnChange({ environment, file: fileOfFlags(flags), apply });
  await aborted(signal);
  // What is being relieved ends, too; then nothing is applied any more.
  await workers.close();
  await reload.stop();
}

async function readDoor({ prepared: { config }, door }: ServeWorkers) {
  try {
    door.checkReachable(config);
    return await door.readTls(config);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(door.describeFailure(error, config.listen), { cause: error });
  }
}

/** With the servers that are on this machine, and the weights that are needed brought. */
async function complete(
  config: Config,
  { prepared: { environment }, signal }: ServeWorkers,
): Promise<{ readonly config: Config; readonly discovered: Discovered }> {
  // Nobody of ours listens yet; who answers at our own address is somebody else.
  const discovered = await lookForServers(config, { environment, signal });
  const prepared = await prepareConfig({
    config: withServers(config, discovered.found),
    environment,
    signal,
    onNote: printLine,
    simulatedFallback: true,
  });
  return { config: prepared, discovered };
}

async function start(
  config: Config,
  tls: TlsCredentials | undefined,
  { count, prepared: { environment }, door }: ServeWorkers,
): Promise<Supervisor> {
  try {
    return await startWorkers({ count, config, tls, environment });
  } catch (error) {
    const message =
      error instanceof WorkerFailure ? error.message : door.describeFailure(error, config.listen);
    throw new CommandError(message, { cause: error });
  }
}

/** Reads the configuration again, and has one worker after another begin with it. */
function applying(first: Config, workers: Supervisor, options: ServeWorkers): () => Promise<void> {
  const { flags, prepared, door } = options;
  const { listen, tls, workers: count } = first;
  return async () => {
    const read = loadFlags(flags);
    door.checkReachable({ ...read, listen });
    const fixed = JSON.stringify([listen, tls, count]);
    if (JSON.stringify([read.listen, read.tls, read.workers]) !== fixed) {
      const { log } = prepared.environment;
      log.warn({}, 'listen, tls and workers are read at the start only: start the server anew');
    }
    const { config } = await complete(read, options);
    await workers.restart(config);
  };
}

function describeWorkers({ reports, models }: Supervisor): string {
  const startMs = Math.max(...reports.map((report) => report.startMs));
  const each = megabytes(reports.reduce((sum, report) => sum + report.memoryBytes, 0));
  const more =
    models === undefined ? '' : `, and one with ${megabytes(models.memoryBytes)} for models`;
  const seconds = (startMs / 1_000).toFixed(1);
  return `${reports.length} workers share the port: there after ${seconds} s, ${each} in all${more}.`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
