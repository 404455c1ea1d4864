// The process in which models run for all workers: embedded ones, and the simulated one with its
// script and its journal.

import { chmod, rm } from 'node:fs/promises';
import type { Environment } from '../../environment.ts';
import { createEnvironment } from '../../environment.ts';
import { createWeightsSource } from '../../library/start-engine.ts';
import type { Peer } from '../../providers/remote/link-server.ts';
import { serveLink } from '../../providers/remote/link-server.ts';
import type { RemoteFace } from '../../providers/remote/provider.ts';
import { faceOf, providerMethods } from '../../providers/remote/serve-providers.ts';
import type { Provider } from '../../providers/provider.ts';
import { isNative } from '../../providers/provider.ts';
import type { WireHandler } from '../../protocol/wire/http.ts';
import { createHandler } from '../../server/handler.ts';
import type { Config } from '../../service/config.ts';
import type { CreatePlace, Engine, Heritage } from '../../service/engine.ts';
import { createEngine } from '../../service/engine.ts';
import { createSimulation } from '../../simulation/simulation.ts';
import { printLine } from '../terminal.ts';
import { createByType, noPlaces } from './places.ts';
import type { SentEntry, SentRequest } from './shared-simulation.ts';
import { received } from './shared-simulation.ts';
import { placeKey, type ModelsStart, runsInOneProcess } from './start.ts';

export async function serveModels({ config, path, id }: ModelsStart): Promise<{
  readonly close: () => Promise<void>;
}> {
  const environment = createEnvironment({ logLevel: config.logLevel });
  const terms = new Terms(environment, id);
  // The one before was not asked to end.
  if (isFile) await rm(path, { force: true });
  const server = await serveLink({ path, environment, connect: () => peerOf(terms) });
  // The folder is this user's alone; so is the socket.
  if (isFile) await chmod(path, 0o600);
  return {
    async close() {
      await server.close();
      await terms.close();
    },
  };
}

// On Windows the socket is a pipe, which goes with its process.
const isFile = process.platform !== 'win32';

/** An engine for a configuration that some worker has. */
interface Term {
  readonly engine: Engine;
  readonly handler: WireHandler;
  readonly faces: Readonly<Record<string, RemoteFace>>;
  readonly places: ReadonlyMap<string, Provider>;
}

function peerOf(terms: Terms): Peer {
  let tenancy: Tenancy | undefined;
  let isGone = false;
  let term: Term | undefined;
  const opened = (): Term => {
    if (term === undefined) throw new Error('The link is not opened.');
    return term;
  };
  const find = (place: string): Provider => {
    const provider = opened().places.get(place);
    if (provider === undefined) throw new Error(`There is no place ${place}.`);
    return provider;
  };
  return {
    methods: {
      ...providerMethods(find),
      async open({ input }) {
        // The worker's own configuration, as the one that started both of us gave it.
        const entered = await terms.enter(input as Config);
        if (isGone) await terms.leave(entered);
        else tenancy = entered;
        term = await entered.term;
        return term.faces;
      },
      async record({ input }) {
        const { entry, bodyBytes } = input as SentEntry;
        opened().engine.simulation?.journal.record(entry, bodyBytes);
      },
      exchange: ({ input, signal }) => opened().handler(received(input as SentRequest, signal)),
    },
    close() {
      isGone = true;
      if (tenancy !== undefined) void terms.leave(tenancy);
    },
  };
}

/** A configuration that workers have, and how many. */
interface Tenancy {
  readonly term: Promise<Term>;
  workers: number;
}

/** The configurations that workers have: while one relieves another there are two. */
class Terms {
  readonly #environment: Environment;
  readonly #id: string;
  readonly #simulation: Heritage['simulation'];
  readonly #places = new Map<string, Provider>();
  readonly #tenancies = new Map<string, Tenancy>();
  #latest: Tenancy | undefined;

  constructor(environment: Environment, id: string) {
    this.#environment = environment;
    this.#id = id;
    this.#simulation = createSimulation(environment);
  }

  async enter(config: Config): Promise<Tenancy> {
    const key = JSON.stringify(config);
    const tenancy = this.#tenancies.get(key) ?? this.#begin(key, config);
    tenancy.workers += 1;
    await tenancy.term;
    await this.#closeUnused();
    return tenancy;
  }

  async leave(tenancy: Tenancy): Promise<void> {
    tenancy.workers -= 1;
    await this.#closeUnused();
  }

  async close(): Promise<void> {
    const all = [...this.#tenancies.values()];
    this.#tenancies.clear();
    for (const { term } of all) await (await term).engine.close();
  }

  #begin(key: string, config: Config): Tenancy {
    const tenancy = { term: this.#createTerm(config, this.#latest), workers: 0 };
    this.#tenancies.set(key, tenancy);
    this.#latest = tenancy;
    tenancy.term.catch(() => this.#tenancies.delete(key));
    return tenancy;
  }

  /** The last one stays without workers: should all of them die, the model is still in memory. */
  async #closeUnused(): Promise<void> {
    for (const [key, tenancy] of this.#tenancies) {
      if (tenancy.workers > 0 || tenancy === this.#latest) continue;
      this.#tenancies.delete(key);
      await (await tenancy.term).engine.close();
    }
  }

  async #createTerm(config: Config, before: Tenancy | undefined): Promise<Term> {
    const heir = await before?.term.catch(() => undefined);
    const environment = this.#environment;
    const { signal } = new AbortController();
    const engine = await createEngine({
      config,
      environment,
      weights: createWeightsSource({ config, environment, signal, onNote: printLine }),
      createPlace: this.#createPlace,
      heritage: heir?.engine.heritage ?? this.#heritage(),
    });
    const handler = createHandler({ engine, environment });
    const faces = Object.fromEntries([...this.#places].map(([key, place]) => [key, faceOf(place)]));
    return { engine, handler, faces, places: this.#places };
  }

  readonly #createPlace: CreatePlace = async (config, dependencies) => {
    const provider = await createByType(config, dependencies);
    if (isNative(provider) || !runsInOneProcess(config)) return provider;
    const key = placeKey(config);
    this.#places.set(key, provider);
    return {
      ...provider,
      close: async () => {
        if (this.#places.get(key) === provider) this.#places.delete(key);
        await provider.close();
      },
    };
  };

  #heritage(): Heritage {
    return { id: this.#id, simulation: this.#simulation, places: noPlaces };
  }
}
