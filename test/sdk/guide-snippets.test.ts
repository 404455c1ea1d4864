// The guide's snippets are what the guide prints: frozen by their hashes, never to be edited.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../clients/guide/', import.meta.url);

const printed = {
  '00-set-up.sh': '005264eefb08e7e466b0b2f093221f9d35f592ed67cfbce59e13006a63b8668b',
  '01-converse.py': 'b4b5213e580545c28ff93cb1eda3019d0d22f96bdb4f75e089c3aee6716e522a',
  '02-swap-model.py': '470b495c937c0cc65ff6cbbc1534265b2dad3565e881ee39292c06879a19f10e',
  '03-stream.py': '92e7720f5da9fc2e4a429dd778dd6b9c6044e6d3a1087d455260d1e8531456d5',
  '04-tools.py': '7a6c47f0666a825582f6a26a57a1cf8e4b4551ba8d93d410f7775190b289fd4c',
  '05-chat-helper.py': '08d2a71611b51d11afc9222104767ffe337e224a8f623e6deb08a23d6d37f118',
  '06-adaptive-retries.py': '0b89a85b267f7f7f4d00002cec4302d1582a56ec6bce4dd72304bfe9d781cdb8',
};

test('the snippets are those that the guide prints, to the byte', () => {
  const names = readdirSync(folder).filter((name) => /^\d\d-/.test(name));
  expect(Object.fromEntries(names.map((name) => [name, hashOf(name)]))).toEqual(printed);
});

function hashOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(new URL(name, folder)))
    .digest('hex');
}
