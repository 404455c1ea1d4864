// The gateways of others, from their packages at pinned versions, in a folder outside this tree.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Asked } from './load.ts';
import type { Server } from './processes.ts';
import { start } from './processes.ts';
import type { Asking } from './requests.ts';
import { chatRequest } from './requests.ts';
import type { Setting, Target } from './targets.ts';

const cache = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'openconverse-bench',
);

// Newer ones of @hono/node-server answer every stream with 500 on this Node.
const portkeyPackages = {
  node: '20.20.2',
  '@portkey-ai/gateway': '1.15.2',
  '@hono/node-server': '1.13.7',
};
const litellmPackage = 'litellm[proxy]==1.106.2';
const apiKey = 'sk-bench';

/** OpenAI's format in and out: of what it does the nearest to our job. */
export async function startPortkey({ upstream }: Setting): Promise<Target> {
  const folder = join(cache, 'portkey');
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(node)) installPortkey(folder);
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const port = 8_931;
  const server = await started(
    { command: [node, program, `--port=${port}`, '--headless'] },
    `http://127.0.0.1:${port}/`,
  );
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream.url}/at-once/v1`,
  };
  return { name: 'portkey', server, request: (asking) => chatWith(asking, headers) };
}

function installPortkey(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const overrides = { '@hono/node-server': portkeyPackages['@hono/node-server'] };
  const manifest = {
    private: true,
    dependencies: portkeyPackages,
    overrides,
    allowScripts: { node: true },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

/** OpenAI's format in and out, with its key and no database. */
export async function startLitellm({ upstream, folder: own }: Setting): Promise<Target> {
  const folder = join(cache, 'litellm');
  const program = join(folder, 'bin', 'litellm');
  if (!existsSync(program)) installLitellm(folder);
  const config = join(own, 'litellm.yaml');
  const place = { model: 'openai/bench', api_base: `${upstream.url}/at-once/v1`, api_key: apiKey };
  const list = [{ model_name: 'bench', litellm_params: place }];
  writeFileSync(
    config,
    JSON.stringify({ model_list: list, general_settings: { master_key: apiKey } }),
  );
  const port = 8_932;
  const server = await started(
    {
      command: [program, '--config', config, '--host', '127.0.0.1', '--port', String(port)],
      variables: {
        LITELLM_LOG: 'ERROR',
        LITELLM_MODE: 'PRODUCTION',
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      },
    },
    `http://127.0.0.1:${port}/health/liveliness`,
  );
  return { name: 'litellm', server, request: (asking) => chatWith(asking, {}) };
}

function installLitellm(folder: string): void {
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  const pip = join(folder, 'bin', 'pip');
  execFileSync(pip, ['install', '--quiet', litellmPackage], { stdio: 'inherit' });
}

function chatWith(asking: Asking, more: Readonly<Record<string, string>>): Asked {
  const asked = chatRequest({ ...asking, pace: '/at-once/v1' });
  return { ...asked, path: '/v1/chat/completions', headers: { ...asked.headers, ...more } };
}

/** They say nothing that could be waited for, so they are asked until they answer. */
async function started(
  { command, variables = {} }: Pick<Parameters<typeof start>[0], 'command' | 'variables'>,
  health: string,
): Promise<Server> {
  const { origin } = new URL(health);
  // A line of our own begins the output, so that `start` has the address.
  const script = `echo "listening on ${origin}"; exec "$@"`;
  const server = await start({ command: ['sh', '-c', script, 'sh', ...command], variables });
  const giveUpAt = Date.now() + 60_000;
  while (Date.now() < giveUpAt) {
    const answer = await fetch(health).catch(() => undefined);
    if (answer?.ok) return server;
    await delay(200);
  }
  throw new Error(`${command[0]} did not answer at ${health}`);
}
