#!/usr/bin/env node
// Plain JavaScript that loads nothing of ours until it knows that this Node can run the rest.

import { existsSync } from 'node:fs';

const needed = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `openconverse needs Node ${needed.join('.')} or newer; this is ${process.versions.node}. ` +
      'In a clone, `npm ci` brings the right one and `npm start` uses it; elsewhere: `npx --package node@26 --package openconverse openconverse`.',
  );
  process.exitCode = 1;
} else if (existsSync(new URL('../tsconfig.json', import.meta.url))) {
  // A clone runs its sources, whatever was built of them once; the package brings what was built.
  import('../src/cli/main.ts');
} else {
  import('../dist/cli/main.js');
}
