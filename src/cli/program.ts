// The program of the command line, made of the registry of commands.

import { createRequire } from 'node:module';
import { Command } from 'commander';
import { commands } from './commands/index.ts';

export function createProgram(): Command {
  const program = new Command('openconverse')
    .description(
      'The Converse API, open: a server that any AWS SDK talks to, with real models behind.',
    )
    .version(packageVersion())
    .showHelpAfterError('(openconverse --help lists the commands)')
    .exitOverride();
  for (const createCommand of Object.values(commands)) {
    program.addCommand(createCommand().copyInheritedSettings(program));
  }
  return program;
}

/** As far up from the sources as from what is built of them. */
function packageVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('../../package.json') as { version: string };
  return version;
}
