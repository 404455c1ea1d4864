// The program of the command line, made of the registry of commands.

import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from './commands/index.ts';

export function createProgram(): Command {
  const program = new Command('openconverse')
    .description(
      'The Converse API, open: a server that any AWS SDK talks to, with real models behind.',
    )
    .version(packageJson.version)
    .showHelpAfterError('(openconverse --help lists the commands)')
    .exitOverride();
  for (const createCommand of Object.values(commands)) {
    program.addCommand(createCommand().copyInheritedSettings(program));
  }
  return program;
}
