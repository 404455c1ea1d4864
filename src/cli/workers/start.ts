// What the processes of one server are told when they start.

import type { AddressInfo } from 'node:net';
import type { TlsCredentials } from '../../server/tls.ts';
import type { WorkerProgram } from '../../server/worker-process.ts';
import type { Config, ProviderConfig } from '../../service/config.ts';

/** One that answers at the port. */
export interface PortStart {
  readonly role: 'port';
  readonly config: Config;
  /** Where connections are taken, which are then handed to the workers. */
  readonly address: AddressInfo;
  readonly tls: TlsCredentials | undefined;
  /** The server's own ID: all of its processes are one server. */
  readonly id: string;
  /** Where the process of the models is; undefined where every model runs elsewhere. */
  readonly path: string | undefined;
}

/** The one in which models run that are too large, or too much of one piece, for each worker. */
export interface ModelsStart {
  readonly role: 'models';
  readonly config: Config;
  readonly path: string;
  readonly id: string;
}

/** Weights are too large to be in every worker, and a script is one script. */
export function runsInOneProcess({ type }: ProviderConfig): boolean {
  return type === 'embedded' || type === 'simulated';
}

/** By what a place is known in another process: what it is configured to be. */
export function placeKey(config: ProviderConfig): string {
  return JSON.stringify(config);
}

/** By which a process knows that it is a worker. */
export const workerVariable = 'OPENCONVERSE_IS_WORKER';

/** This program, started as a worker: what it is to do it is told. */
export function workerProgram(variables: WorkerProgram['variables']): WorkerProgram {
  const path = process.argv[1];
  if (path === undefined) throw new Error('Node does not say which program it runs.');
  return { path, args: ['serve'], variables: { ...variables, [workerVariable]: '1' } };
}
