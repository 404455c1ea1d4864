// LiteLLM's proxy in front of llama.cpp's server, as a place for our providers: it speaks
// Anthropic's format and OpenAI's, and translates.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureVenv } from '../../../scripts/clients/venv.ts';
import { llamaApiKey, llamaModel } from './llama-server.ts';
import { freePort, startPeer } from './peer.ts';
import type { Peer } from './peer.ts';

export interface Litellm extends Peer {
  readonly origin: string;
}

export const litellmKey = 'sk-litellm';

/** Names of models there. */
export const translated = 'claude-sonnet-4-20250514';
export const passedOn = 'claude-passed-on';
export const unreachable = 'nobody-there';

/** In front of the server at an address. */
export async function startLitellm(llamaOrigin: string): Promise<Litellm> {
  const bin = ensureVenv('litellm');
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-litellm-'));
  const file = join(folder, 'config.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(await configuration(llamaOrigin)));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const peer = await startPeer({
    program: join(bin, 'litellm'),
    parameters: ['--config', file, '--host', '127.0.0.1', '--port', String(port)],
    variables: {
      // Else it asks the network for the prices of models as it is loaded.
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    },
    readyUrl: `${origin}/health/liveliness`,
  });
  return {
    ...peer,
    origin,
    async stop() {
      await peer.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function configuration(llamaOrigin: string): Promise<object> {
  const there = { api_key: llamaApiKey, num_retries: 0 };
  const openai = `openai/${llamaModel}`;
  return {
    model_list: [
      // Anthropic's format in, OpenAI's out.
      named(translated, { ...there, model: openai, api_base: `${llamaOrigin}/v1` }),
      // Anthropic's format in and out.
      named(passedOn, { ...there, model: `anthropic/${llamaModel}`, api_base: llamaOrigin }),
      named(unreachable, {
        ...there,
        model: openai,
        api_base: `http://127.0.0.1:${await freePort()}/v1`,
      }),
    ],
    general_settings: { master_key: litellmKey },
    litellm_settings: {
      telemetry: false,
      num_retries: 0,
      // Else it makes another API's request of it, whose answers have 16 tokens at least.
      use_chat_completions_url_for_anthropic_messages: true,
    },
  };
}

function named(name: string, parameters: object): object {
  return { model_name: name, litellm_params: parameters };
}
