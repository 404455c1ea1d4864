// What is measured: our server as people run it, and the yardsticks beside it.

import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from './load.ts';
import type { Server } from './processes.ts';
import { program, start } from './processes.ts';
import type { Asking } from './requests.ts';
import { bedrockModel, chatRequest, converseRequest, models, signed } from './requests.ts';
import { accessKey } from './servers/signer.ts';

export interface Target {
  readonly name: string;
  readonly server: Server;
  /** The request in the form that it takes, made anew for each round: signatures grow old. */
  readonly request: (asking: Asking) => Asked;
}

export interface Setting {
  readonly upstream: Server;
  /** For configuration and logs. */
  readonly folder: string;
}

/** The place behind all of them, as a target of its own: nothing stands before it. */
export async function startUpstream(): Promise<Target> {
  const server = await start({ command: program('./upstream.ts') });
  return { name: 'direct', server, request: chatRequest };
}

export async function startBare(setting: Setting): Promise<Target> {
  return { name: 'bare', server: await startProxy('bare', setting), request: chatRequest };
}

export async function startJson(setting: Setting): Promise<Target> {
  return { name: 'json', server: await startProxy('json', setting), request: chatRequest };
}

export async function startPrototype(setting: Setting): Promise<Target> {
  const server = await startProxy('prototype', setting);
  return { name: 'prototype', server, request: (asking) => converseRequest(asking) };
}

/** What goes through to Bedrock is signed anew there, too. */
export async function startBareSigning(setting: Setting): Promise<Target> {
  const server = await startProxy('bare-signing', setting);
  const request = (asking: Asking): Asked => converseRequest(asking, bedrockModel);
  return { name: 'bare and signing', server, request };
}

/** Our server again, asked for what Bedrock itself serves. */
export function passingThrough({ server }: Target): Target {
  const request = (asking: Asking): Asked =>
    signed(converseRequest(asking, bedrockModel), server.url);
  return { name: 'openconverse', server, request };
}

function startProxy(name: string, { upstream }: Setting): Promise<Server> {
  return start({ command: program(`./servers/${name}.ts`, upstream.url) });
}

/** Everything on: keys, validation, routing, numbers, a line in the log for each request. */
export async function startOurs(
  setting: Setting,
  nodeFlags: readonly string[] = [],
): Promise<Target> {
  const server = await startServer(setting, nodeFlags);
  // The numbers are collected from when they are first asked for.
  const { status } = await fetch(`${server.url}/metrics`);
  if (status !== 200) throw new Error(`/metrics answered ${status}`);
  return {
    name: 'openconverse',
    server,
    request: (asking) => signed(converseRequest(asking), server.url),
  };
}

export function startServer(
  { upstream, folder }: Setting,
  nodeFlags: readonly string[] = [],
): Promise<Server> {
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, JSON.stringify(configuration(upstream.url)));
  const [node = '', bin = ''] = program('../../bin/openconverse.js');
  return start({
    command: [node, ...nodeFlags, bin, 'serve', '--config', file, '--listen', '127.0.0.1:0'],
    log: openSync(join(folder, 'requests.log'), 'a'),
  });
}

/** JSON, which is YAML, too. */
function configuration(url: string): object {
  const at = (path: string): object => ({
    type: 'openai-compatible',
    baseUrl: `${url}${path}`,
    apiKey: 'sk-bench',
    // More than the thousands of streams that are held at once.
    limits: { concurrent: 10_000 },
  });
  const paths = Object.entries(models);
  return {
    logLevel: 'info',
    keys: [accessKey],
    providers: {
      ...Object.fromEntries(paths.map(([path, model]) => [model, at(path)])),
      bedrock: { type: 'bedrock', endpoint: url, ...accessKey },
    },
    models: {
      ...Object.fromEntries(paths.map(([, model]) => [model, { provider: model, model: 'bench' }])),
      '*': { provider: 'bedrock' },
    },
  };
}
