// `openconverse serve`: the server.

import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { createHandler } from '../../server/handler.ts';
import { isLoopbackName } from '../../server/addressed.ts';
import { shedLoad } from '../../server/load.ts';
import type { Port } from '../../server/port.ts';
import { listen } from '../../server/port.ts';
import { answerStarting } from '../../server/starting.ts';
import type { Served, Swap } from '../../server/swap.ts';
import { createSwap } from '../../server/swap.ts';
import type { TlsCredentials } from '../../server/tls.ts';
import { createSelfSigned } from '../../server/tls.ts';
import type { Config, ConfigInput } from '../../service/config.ts';
import { parseAccessKey, parseListen } from '../../service/config.ts';
import type { Telemetry } from '../../service/telemetry/telemetry.ts';
import { createTelemetry } from '../../service/telemetry/telemetry.ts';
import type { EngineFlags, Prepared, Started } from '../options.ts';
import {
  addEngineOptions,
  fileOfFlags,
  loadFlags,
  prepare,
  replaceEngine,
  startEngine,
} from '../options.ts';
import type { Discovered } from '../../providers/discovery.ts';
import { drain } from '../drain.ts';
import { describeServers, lookForServers, withServers } from '../local-servers.ts';
import { unusedKeys } from '../paid-providers.ts';
import { reloadOnChange } from '../reload.ts';
import { CommandError, onInterrupt } from '../terminal.ts';

interface ServeFlags extends EngineFlags {
  readonly listen?: string;
  readonly accessKey?: readonly Key[];
  readonly apiKey?: readonly Key[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsSelfSigned?: string;
  readonly workers?: string;
}

type Flags = EngineFlags & Partial<Omit<ConfigInput, 'discover'>>;
type Key = NonNullable<ConfigInput['keys']>[number];

export function createServe(): Command {
  const command = new Command('serve')
    .description('start the server')
    .option(
      '--listen <host:port>',
      'where to listen; port 0 takes a free one (default: 127.0.0.1:8787)',
    )
    .option('--access-key <id:secret>', 'demand signatures of this key; repeatable', addAccessKey)
    .option('--api-key <token>', 'demand this API key; repeatable', addApiKey)
    .option('--tls-cert <file>', 'certificate: answers https on the same port, with --tls-key')
    .option('--tls-key <file>', 'key of the certificate')
    .option('--tls-self-signed <file>', 'https with a certificate made now and written there')
    .option('--workers <n|auto>', 'processes that share the port; auto: one for each core');
  return addEngineOptions(command).action(serve);
}

function addAccessKey(value: string, others: readonly Key[] = []): readonly Key[] {
  const key = parseAccessKey(value);
  if (key === undefined) throw new InvalidArgumentError('Give it as ID:SECRET.');
  return [...others, key];
}

function addApiKey(value: string, others: readonly Key[] = []): readonly Key[] {
  return [...others, { apiKey: value }];
}

async function serve(given: ServeFlags): Promise<void> {
  // A worker is started with the same command, and by a process of ours that it hears from.
  if (process.channel !== undefined) {
    const { isWorker, runWorker } = await import('../workers/child.ts');
    if (isWorker()) return runWorker();
  }
  return serveHere(given);
}

async function serveHere(given: ServeFlags): Promise<void> {
  const interrupted = new AbortController();
  onInterrupt(() => {
    interrupted.abort(new CommandError('Interrupted.'));
  });
  const flags = toFlags(given);
  const { signal } = interrupted;
  const prepared = prepare(flags);
  const { environment } = prepared;
  const count = workerCount(prepared.config);
  if (count > 1) {
    const { serveWorkers } = await import('../workers/serve-workers.ts');
    return serveWorkers({ flags, prepared, count, signal, door });
  }
  // The port is there before the models are: whoever probes the server hears that it starts.
  const swap = createSwap({ handler: answerStarting, close: async () => {} });
  const port = await open(prepared, swap);
  const running = await startRunning(prepared, { port, swap, signal });
  const file = fileOfFlags(flags);
  const servers = createServers(running, port.url);
  const apply = applying(flags, running, servers);
  const reload = reloadOnChange({ environment, file, apply });
  print(describe(port.url, running.current.config));
  const looking = servers.look();
  await aborted(signal);
  await looking;
  await reload.stop();
  await drain(port, running.current.config, environment.clock);
  await running.swap.close();
  await running.telemetry.close();
}

function workerCount({ workers }: Config): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

interface Running {
  /** The engine of now: another takes its place when the configuration is read again. */
  current: Started;
  readonly swap: Swap;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
  /** One engine takes the place of another at a time. */
  readonly inTurn: (action: () => Promise<void>) => Promise<void>;
}

interface Opened extends Pick<Running, 'signal' | 'swap'> {
  readonly port: Port;
}

async function startRunning(prepared: Prepared, { port, swap, signal }: Opened): Promise<Running> {
  const { environment } = prepared;
  try {
    const running = { current: await startEngine(prepared, signal) };
    const engine = (): Started['engine'] => running.current.engine;
    const telemetry = await createTelemetry({ environment, engine });
    swap.replace(serving(running.current, { telemetry, signal }));
    return Object.assign(running, { swap, telemetry, signal, inTurn: createTurns() });
  } catch (error) {
    await port.close({ graceMs: 0 });
    throw error;
  }
}

function createTurns(): Running['inTurn'] {
  let last: Promise<void> = Promise.resolve();
  return (action) => {
    const turn = last.then(action);
    last = turn.catch(() => {
      // Whoever asked for it is told.
    });
    return turn;
  };
}

/** What answers the requests that come while an engine is the one of now. */
function serving(
  { engine, environment }: Started,
  { telemetry, signal }: Pick<Running, 'signal' | 'telemetry'>,
): Served {
  const isDraining = (): boolean => signal.aborted;
  const handler = createHandler({ engine, environment, telemetry, isDraining });
  return { handler, close: () => engine.close() };
}

/** What was found on this machine. Another engine takes over where that changes. */
interface Servers {
  /** The configuration with what was found last. */
  readonly add: (config: Config) => Config;
  /** Never rejects: whoever is not found is not there. */
  readonly look: () => Promise<void>;
}

function createServers(running: Running, self: string): Servers {
  const { signal } = running;
  const { environment } = running.current;
  let found: Discovered['found'] = [];
  const add = (config: Config): Config =>
    config.discover === false ? config : withServers(config, found);
  return {
    add,
    async look() {
      try {
        const config = running.current.config;
        const discovered = await lookForServers(config, { environment, signal, self });
        if (signal.aborted) return;
        print(describeServers(discovered, config).map((line) => `  ${line}`));
        if (discovered.found.length === 0) return;
        found = [...found, ...discovered.found];
        await running.inTurn(() => replace(running, add(running.current.config)));
      } catch (error) {
        if (!signal.aborted) environment.log.warn({ err: error }, 'looking for servers failed');
      }
    },
  };
}

async function replace(running: Running, config: Config): Promise<void> {
  running.current = await replaceEngine(running.current, config, running.signal);
  running.swap.replace(serving(running.current, running));
}

/** Reads the configuration again; answers under way end on the engine that they began on. */
function applying(flags: Flags, running: Running, servers: Servers): () => Promise<void> {
  const { environment, config: first } = running.current;
  const { listen, tls } = first;
  return async () => {
    const config = servers.add(loadFlags(flags));
    checkReachable({ ...config, listen });
    if (config.listen !== listen || JSON.stringify(config.tls) !== JSON.stringify(tls)) {
      environment.log.warn(
        {},
        'listen and tls are read at the start only: start the server anew for them',
      );
    }
    await running.inTurn(() => replace(running, config));
    // What was started since is found now.
    void servers.look();
  };
}

/** The flags in the form of the configuration. */
function toFlags({ accessKey = [], apiKey = [], ...given }: ServeFlags): Flags {
  const { tlsCert, tlsKey, tlsSelfSigned, ...flags } = given;
  const keys = [...accessKey, ...apiKey];
  const isPair = tlsCert !== undefined && tlsKey !== undefined;
  if (!isPair && (tlsCert ?? tlsKey) !== undefined) {
    throw new CommandError('A certificate needs its key: give both --tls-cert and --tls-key.');
  }
  const tls = isPair
    ? { cert: tlsCert, key: tlsKey }
    : tlsSelfSigned && { selfSigned: tlsSelfSigned };
  return {
    ...flags,
    ...(keys.length === 0 ? {} : { keys }),
    ...(tls === undefined || tls === '' ? {} : { tls }),
  };
}

async function open({ environment, config }: Prepared, swap: Swap): Promise<Port> {
  const { host, port } = parseListen(config.listen);
  try {
    checkReachable(config);
    const tls = await readTls(config);
    const handler = shedLoad(swap.handler, { environment });
    return await listen({ handler, environment, host, port, tls });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(describeFailure(error, config.listen), { cause: error });
  }
}

/** Without keys whoever reaches the port is served. */
function checkReachable({ listen, auth }: Config): void {
  const { host } = parseListen(listen);
  if (isLoopbackName(host) || auth !== 'none') return;
  throw new CommandError(
    `Listening on ${host} without keys would serve everyone who reaches it. ` +
      'Demand a key with --access-key ID:SECRET or --api-key TOKEN, or use --listen 127.0.0.1:8787.',
  );
}

/** Reads certificate and key, or makes them and writes the certificate for clients to trust. */
async function readTls({ tls }: Config): Promise<TlsCredentials | undefined> {
  if (tls === undefined) return undefined;
  if ('selfSigned' in tls) {
    const credentials = await createSelfSigned();
    await writeFile(tls.selfSigned, credentials.cert);
    return credentials;
  }
  return { cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') };
}

function describeFailure(error: unknown, listen: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { host, port } = parseListen(listen);
  if (code === 'EADDRINUSE') {
    return (
      `The port ${port} of ${host} is in use. ` +
      `Stop what listens there, or choose another: --listen ${host}:${port + 1}.`
    );
  }
  if (code === 'EACCES') {
    return `The port ${port} may not be opened by this user. Choose one above 1023: --listen ${host}:8787.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT' || /^ERR_(OSSL|SSL|TLS)/.test(String(code))) {
    return `Certificate or key cannot be used: ${reason}. Give PEM files with --tls-cert and --tls-key.`;
  }
  return `Listening on ${listen} failed: ${reason}. Choose another address: --listen HOST:PORT.`;
}

/** The line that programs wait for, and the lines to paste. */
function describe(url: string, config: Config): readonly string[] {
  return [
    `listening on ${url}`,
    '',
    `  boto3       boto3.client("bedrock-runtime", region_name="${config.region}", endpoint_url="${url}")`,
    `  JavaScript  new BedrockRuntimeClient({ region: "${config.region}", endpoint: "${url}" })`,
    `  AWS CLI     aws bedrock-runtime converse --endpoint-url ${url} --model-id ID --messages ...`,
    `  any SDK     export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url} AWS_ENDPOINT_URL_BEDROCK=${url}`,
    ...(config.tls === undefined ? [] : [`  https       ${url.replace('http:', 'https:')}, too`]),
    config.auth === 'none'
      ? '  Any access key and secret will do.'
      : '  Requests must be signed with a configured key, or carry a configured API key.',
    '',
    `  ${servedBy(config)}`,
    ...unusedKeys(config, process.env).map((line) => `  ${line}`),
  ];
}

function servedBy(config: Config): string {
  if (config.simulated) return 'Every model ID is served by the simulated model.';
  const local = config.providers['local'] ?? { type: 'embedded', model: config.model };
  const name =
    local.type === 'embedded' ? `embedded model ${local.model ?? ''}`.trim() : 'simulated model';
  return `Where no provider is configured the ${name} stands in; x-openconverse-served-by says so.`;
}

function print(lines: readonly string[]): void {
  if (lines.length === 0) return;
  process.stdout.write(`${lines.join('\n')}\n`);
}

const door = { checkReachable, readTls, describe, describeFailure, print };

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
