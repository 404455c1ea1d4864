// The process that starts the workers, replaces them and relieves them; it answers nothing itself.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../environment.ts';
import type { TlsCredentials } from '../../server/tls.ts';
import type { WorkerReport } from '../../server/workers.ts';
import { Post, prepareWorkers } from '../../server/workers.ts';
import type { Config } from '../../service/config.ts';
import { defaultProvider, parseListen } from '../../service/config.ts';
import { reachableProviders } from '../../service/route.ts';
import { runsInOneProcess } from './start.ts';
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

/** Throws WorkerFailure where a worker cannot start. */
export async function startWorkers(options: SupervisorOptions): Promise<Supervisor> {
  prepareWorkers(['serve']);
  const state = await createState(options);
  const posts: readonly Post[] = Array.from({ length: options.count }, (_, index) =>
    createPost(`worker ${index + 1}`, () => portStart(state, posts), state),
  );
  try {
    const [models, ...reports] = await Promise.all([
      startModels(state),
      ...posts.map((post) => post.fill()),
    ]);
    const [first] = reports;
    if (first?.url === undefined) throw new Error('A worker has no address.');
    state.url = first.url;
    return {
      url: first.url,
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
  /** The address that the workers got; from then on it is the server's. */
  url: string | undefined;
  isAddressFixed: boolean;
  models: Post | undefined;
}

async function createState({ config, tls, environment }: SupervisorOptions): Promise<State> {
  // Nobody but this user may enter it, so nobody else asks the models.
  const folder = await mkdtemp(join(tmpdir(), 'openconverse-'));
  const id = environment.random.uuid();
  const rest = { url: undefined, isAddressFixed: false, models: undefined };
  return { config, id, tls, environment, folder, ...rest };
}

function createPost(name: string, start: () => object, state: State): Post {
  const { environment } = state;
  const drainMs = (): number => {
    const { delayMs, timeoutMs } = state.config.drain;
    return delayMs + timeoutMs;
  };
  return new Post({ name, start, environment, drainMs });
}

function portStart(state: State, posts: readonly Post[]): PortStart {
  const { config, id, tls, models } = state;
  const path = models === undefined ? undefined : socketPath(state);
  return { role: 'port', config, id, tls, path, listen: address(state, posts) };
}

/**
 * Port 0 is the same free port for all workers while one of them has it. When none is left the port
 * must be asked for by its number.
 */
function address(state: State, posts: readonly Post[]): string {
  const { config, url } = state;
  if (url !== undefined && !posts.some((post) => post.isFilled)) state.isAddressFixed = true;
  if (!state.isAddressFixed || url === undefined) return config.listen;
  const { host } = parseListen(config.listen);
  return `${host.includes(':') ? `[${host}]` : host}:${new URL(url).port}`;
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
  await Promise.all(posts.map((post) => post.end()));
  // The last answers of the workers needed the models.
  await state.models?.end();
  await rm(state.folder, { recursive: true, force: true });
}
