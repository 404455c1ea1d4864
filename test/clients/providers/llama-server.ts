// The server of llama.cpp itself with the default weights, as a place for our providers.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLlamaServer } from '../../../scripts/clients/llama-server.ts';
import { createEnvironment } from '../../../src/environment.ts';
import { ensureWeights } from '../../../src/providers/embedded/weights.ts';
import { loadConfig } from '../../../src/service/config.ts';
import { freePort, startPeer } from './peer.ts';
import type { Peer } from './peer.ts';

export interface LlamaServerOptions {
  /** A chat template of test/embedded/templates in place of the model's own, which has no tools. */
  readonly template?: string;
  /** It asks for no key, as it does where nobody sets one. */
  readonly isOpen?: boolean;
  /** Where it listened before. */
  readonly port?: number;
}

export interface LlamaServer extends Peer {
  readonly origin: string;
  readonly port: number;
  /** How many requests it works on. */
  busySlots(): Promise<number>;
}

export const llamaApiKey = 'llama-key';
export const llamaModel = 'smollm2-135m-instruct';

const slots = 2;

// Of one conversation: less than the model could hold, so that a test can exceed it.
const contextTokens = 2_048;

/** How long a hook that may have to build it takes. */
export const buildTimeoutMs = 1_800_000;

export async function startLlamaServer(options: LlamaServerOptions = {}): Promise<LlamaServer> {
  const program = ensureLlamaServer();
  const folder = join(loadConfig({ variables: process.env }).data, 'models');
  const { path } = await ensureWeights({ folder, environment: createEnvironment() });
  const port = options.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const parameters = ['--model', path, '--alias', llamaModel];
  if (options.isOpen !== true) parameters.push('--api-key', llamaApiKey);
  parameters.push('--host', '127.0.0.1', '--port', String(port), '--no-ui');
  parameters.push('--ctx-size', String(slots * contextTokens), '--parallel', String(slots));
  // Its threads wait for one another in loops: on cores that others keep busy one is faster.
  parameters.push('--threads', '1');
  if (options.template !== undefined) parameters.push('--chat-template-file', at(options.template));
  const peer = await startPeer({
    program,
    parameters,
    readyUrl: `${origin}/health`,
  });
  return { ...peer, origin, port, busySlots: () => busySlots(origin) };
}

function at(template: string): string {
  return fileURLToPath(new URL(`../../embedded/templates/${template}`, import.meta.url));
}

async function busySlots(origin: string): Promise<number> {
  const headers = { authorization: `Bearer ${llamaApiKey}` };
  const response = await fetch(`${origin}/slots`, { headers });
  const slots = (await response.json()) as readonly { readonly is_processing: boolean }[];
  return slots.filter((slot) => slot.is_processing).length;
}
