// The package as a stranger gets it: packed, installed elsewhere with plain npm, run and imported.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'openconverse-package-'));
const bin = join(folder, 'node_modules', '.bin', 'openconverse');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

const execute = promisify(execFile);

// What npm tells the scripts that it runs must not lead another npm back here.
const variables = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD)/.test(name),
  ),
);

beforeAll(async () => {
  await execute('npm', ['pack', '--pack-destination', folder], { cwd: root, env: variables });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  // The optional model runtime is a gigabyte, and nothing here needs it.
  const flags = ['--omit=optional', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...flags, `./${tarball}`], { cwd: folder, env: variables });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the package holds what it runs and no tests', () => {
  const installed = join(folder, 'node_modules', 'openconverse');
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'NOTICE', 'package.json']));
  expect(files).toContain(join('dist', 'index.js'));
  expect(files.filter((file) => /\.test\.|^(?:test|bench|docs|scripts)\b/.test(file))).toEqual([]);
});

test('the command says its version', async () => {
  const { stdout } = await execute(process.execPath, [bin, '--version'], { cwd: folder });
  expect(stdout.trim()).toBe(version);
});

test('the server serves', async () => {
  const flags = ['serve', '--simulated', '--listen', '127.0.0.1:0'];
  const server = spawn(process.execPath, [bin, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const url = line.replace('listening on ', '');
    const response = await fetch(`${url}/model/amazon.nova-lite-v1:0/converse`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
    });
    const answer: unknown = await response.json();
    expect(answer).toMatchObject({ output: { message: { content: [{ text: 'echo: Hello' }] } } });
  } finally {
    server.kill();
  }
  expect(await ended).toEqual([0, null]);
});

const program = `
import { createConverse, ThrottlingException } from 'openconverse';
import { fault } from 'openconverse/testing';

await using converse = createConverse({ simulated: true });
console.log(await converse.chat('amazon.nova-lite-v1:0', 'Hello'));

const { stream } = await converse.converseStream({
  modelId: 'amazon.nova-lite-v1:0',
  messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
});
for await (const event of stream) {
  if ('messageStop' in event) console.log(event.messageStop.stopReason);
}

await converse.script(fault('ThrottlingException'));
await converse.chat('amazon.nova-lite-v1:0', 'Hello').catch((error) => {
  console.log(error instanceof ThrottlingException);
});
`;

test('the library answers in a module of JavaScript', async () => {
  writeFileSync(join(folder, 'program.js'), program);
  const { stdout } = await execute(process.execPath, ['program.js'], { cwd: folder });
  expect(stdout).toBe('echo: Hello\nend_turn\ntrue\n');
});

test('the entry for tests serves the simulated model', async () => {
  const script = `
import { startConverse, turn } from 'openconverse/testing';
await using server = await startConverse();
await server.script(turn('as told'));
console.log(await server.converse.chat('amazon.nova-lite-v1:0', 'Hello'));
`;
  writeFileSync(join(folder, 'testing.js'), script);
  const { stdout } = await execute(process.execPath, ['testing.js'], { cwd: folder });
  expect(stdout).toBe('as told\n');
});

test('the types check without those of anything else', async () => {
  writeFileSync(join(folder, 'program.ts'), program);
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'dom'],
    module: 'nodenext',
    types: [],
    strict: true,
    noEmit: true,
  };
  const files = ['program.ts'];
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await expect(typeCheck()).resolves.toBe('');
  const wrong = program.replace("role: 'user'", "role: 'tool'");
  writeFileSync(join(folder, 'program.ts'), wrong);
  await expect(typeCheck()).resolves.toMatch(/program\.ts.*'"tool"'/s);
});

/** What the compiler has to say; nothing where all is well. */
async function typeCheck(): Promise<string> {
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const { stdout } = await execute(process.execPath, [compiler, '-p', folder], {
    cwd: folder,
  }).catch((error: unknown) => error as { stdout: string });
  return stdout;
}
