// The process that starts the workers, replaces them and relieves them; it answers nothing itself.

import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../environment.ts';
import type { TlsCredentials } from '../../server/tls.ts';
import type { WorkerReport } from '../../server/workers.ts';
import { Post } from '../../server/workers.ts';
import { Reception } from '../../server/reception.ts';
import type { Config } from '../../service/config.ts';
import { defaultProvider, parseListen } from '../../service/config.ts';
import { reachableProviders } from '../../service/route.ts';
import { runsInOneProcess, workerProgram } from './start.ts';
import type { ModelsStart, PortStart } from './start.ts';

export interface SupervisorOptions {
  readonly count: number;
  readonly config: Config;
  readonly tls: TlsCredentials | undefined;
  readonly environment: Environment;
}

export interface Supervisor {
  readonly url: string;
  /** What each worker said when it was there, and the process of the models, if there is one. */
  readonly reports: readonly WorkerReport[];
  readonly models: WorkerReport | undefined;
  /** One worker after another gives its post to one with this configuration. */
  restart(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Throws WorkerFailure where a worker cannot start, and Node's own error without an address. */
export async function startWorkers(options: SupervisorOptions): Promise<Supervisor> {
  const posts: Post[] = [];
  const { environment } = options;
  const reception = new Reception({
    environment,
    workers: () => posts.flatMap(({ worker }) => worker ?? []),
  });
  const { host, port } = parseListen(options.config.listen);
  const address = await reception.listen(host, port);
  const state = await createState(options, { reception, address });
  for (let number = 1; number <= options.count; number += 1) {
    posts.push(createPost(`worker ${number}`, () => portStart(state), state));
  }
  try {
    const [models, ...reports] = await Promise.all([
      startModels(state),
      ...posts.map((post) => post.fill()),
    ]);
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
      reports,
      models,
      restart: (config) => restart(config, state, posts),
      close: () => close(state, posts),
    };
  } catch (error) {
    await close(state, posts);
    throw error;
  }
}

interface State {
  config: Config;
  readonly id: string;
  readonly tls: TlsCredentials | undefined;
  readonly environment: Environment;
  readonly folder: string;
  readonly reception: Reception;
  readonly address: AddressInfo;
  models: Post | undefined;
}

async function createState(
  { config, tls, environment }: SupervisorOptions,
  front: Pick<State, 'address' | 'reception'>,
): Promise<State> {
  // Nobody but this user may enter it, so nobody else asks the models.
  const folder = await mkdtemp(join(tmpdir(), 'openconverse-'));
  const id = environment.random.uuid();
  return { config, id, tls, environment, folder, ...front, models: undefined };
}

function createPost(name: string, start: () => object, state: State): Post {
  const { environment, reception } = state;
  return new Post({
    name,
    start,
    environment,
    program: workerProgram(environment.variables),
    drainMs: () => state.config.drain.delayMs + state.config.drain.timeoutMs,
    onFilled: () => reception.welcome(),
    onReturned: (socket) => reception.give(socket),
  });
}

function portStart(state: State): PortStart {
  const { config, id, tls, models, address } = state;
  const path = models === undefined ? undefined : socketPath(state);
  return { role: 'port', config, id, tls, path, address };
}

function socketPath({ folder, id }: State): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\openconverse-${id}` : join(folder, 'models');
}

/** Undefined where every model runs elsewhere. */
async function startModels(state: State): Promise<WorkerReport | undefined> {
  if (state.models !== undefined || !needsModels(state.config)) return undefined;
  const start = (): ModelsStart => {
    const { config, id } = state;
    return { role: 'models', config, id, path: socketPath(state) };
  };
  const post = createPost('the process of the models', start, state);
  state.models = post;
  try {
    return await post.fill();
  } catch (error) {
    state.models = undefined;
    throw error;
  }
}

function needsModels(config: Config): boolean {
  if (config.simulated) return true;
  return [...reachableProviders(config)].some((name) => {
    const known = config.providers[name];
    return known === undefined ? name === defaultProvider : runsInOneProcess(known);
  });
}

async function restart(config: Config, state: State, posts: readonly Post[]): Promise<void> {
  const before = state.config;
  // What is bound to the address stays as it was.
  state.config = { ...config, listen: before.listen, tls: before.tls };
  try {
    await startModels(state);
    for (const post of posts) await post.relieve();
  } catch (error) {
    state.config = before;
    throw error;
  }
}

async function close(state: State, posts: readonly Post[]): Promise<void> {
  state.reception.end();
  const ended = posts.map((post) => post.end());
  // The first that ends is the last who would have been given a connection.
  await Promise.race(ended);
  state.reception.close();
  await Promise.all(ended);
  // The last answers of the workers needed the models.
  await state.models?.end();
  await rm(state.folder, { recursive: true, force: true });
}
