// A worker that answers at the port: everything of a server but the models that run in one process.

import type { Socket } from 'node:net';
import type { Environment } from '../../environment.ts';
import { createEnvironment } from '../../environment.ts';
import { drainLastWordsMs } from '../../limits.ts';
import { Link } from '../../providers/remote/link.ts';
import type { RemoteFace } from '../../providers/remote/provider.ts';
import { createRemoteProvider } from '../../providers/remote/provider.ts';
import { HandedServer } from '../../server/handed-server.ts';
import { createHandler } from '../../server/handler.ts';
import { shedLoad } from '../../server/load.ts';
import type { Port } from '../../server/port.ts';
import { listen } from '../../server/port.ts';
import type { CreatePlace, Engine, Heritage } from '../../service/engine.ts';
import { createEngine } from '../../service/engine.ts';
import { createTelemetry } from '../../service/telemetry/telemetry.ts';
import { drain } from '../drain.ts';
import { createByType, noPlaces } from './places.ts';
import { createShared } from './shared-simulation.ts';
import { placeKey, type PortStart, runsInOneProcess } from './start.ts';

export interface ServedPort {
  /** A connection that another process has taken; false where it is too late for it. */
  readonly take: (socket: Socket) => boolean;
  /** `retire`: another worker is there in its place. `end`: the server ends. */
  readonly end: (order: 'end' | 'retire') => Promise<void>;
}

export async function servePort(start: PortStart): Promise<ServedPort> {
  const { config, tls } = start;
  const environment = createEnvironment({ logLevel: config.logLevel });
  const link = linkOf(start, environment);
  const shared = createShared(link, environment);
  const engine = await createWorkerEngine(start, {
    environment,
    link,
    simulation: shared.simulation,
  });
  const telemetry = await createTelemetry({ environment, engine: () => engine });
  let isDraining = false;
  const own = createHandler({ engine, environment, telemetry, isDraining: () => isDraining });
  const whole = engine.simulation === undefined ? own : shared.over(own);
  const handler = shedLoad(whole, { environment });
  const { address, port: number } = start.address;
  const server = new HandedServer(start.address);
  const port = await listen({ handler, environment, server, host: address, port: number, tls });
  return {
    take: (socket) => server.take(socket),
    async end(order) {
      isDraining = order === 'end';
      await (order === 'end'
        ? drain(port, config, environment.clock)
        : retire(port, config, environment));
      await engine.close();
      await telemetry.close();
      link?.close();
    },
  };
}

/** Clients move to the other workers with their next requests; nobody is told that we end. */
async function retire(
  port: Port,
  { drain: { delayMs, timeoutMs } }: PortStart['config'],
  { clock }: Environment,
): Promise<void> {
  port.drain();
  await clock.sleep(delayMs);
  await port.close({ graceMs: timeoutMs, lastWordsMs: drainLastWordsMs });
}

function linkOf({ config, path }: PortStart, environment: Environment): Link | undefined {
  if (path === undefined) return undefined;
  return new Link({ path, environment, opening: { method: 'open', input: config } });
}

interface Parts {
  readonly environment: Environment;
  readonly link: Link | undefined;
  readonly simulation: Heritage['simulation'];
}

function createWorkerEngine(
  { config, id }: PortStart,
  { environment, link, simulation }: Parts,
): Promise<Engine> {
  const createPlace: CreatePlace = async (provider, dependencies) => {
    if (link === undefined || !runsInOneProcess(provider)) {
      return createByType(provider, dependencies);
    }
    const key = placeKey(provider);
    // The process of the models was given the same configuration.
    const faces = (await link.opened()) as Readonly<Record<string, RemoteFace>>;
    const face = faces[key];
    if (face === undefined) throw new Error(`The process of the models has no ${provider.type}.`);
    return createRemoteProvider(link, key, face);
  };
  return createEngine({
    config,
    environment,
    weights: () => Promise.reject(new Error('A worker has no weights.')),
    createPlace,
    heritage: { id, simulation, places: noPlaces },
  });
}
