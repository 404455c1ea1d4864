// Every example runs and prints what it promises.

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const execute = promisify(execFile);

const outputs: Readonly<Record<string, string>> = {
  'aws-sdk.ts': 'Second time lucky. after 2 attempts\n',
  'chat.ts': 'echo: What is the capital of France?\n',
  'native.ts': 'echo: Why is the sky\n',
  'stream.ts': 'echo: Why is the sky blue?\n6 tokens\n',
};

test('each example has its output here', () => {
  expect(readdirSync('examples').toSorted()).toEqual(Object.keys(outputs));
});

test.each(Object.entries(outputs))('%s prints %j', async (file, output) => {
  const { stdout } = await execute(process.execPath, [`examples/${file}`, '--simulated']);
  expect(stdout).toBe(output);
});
