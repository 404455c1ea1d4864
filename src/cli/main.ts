// The command line: reads the arguments, runs one command, sets the exit code.

import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { endWithReader, exitCodes, printFailure } from './terminal.ts';

endWithReader();
try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; help and version are no failure.
    process.exitCode = error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  } else {
    process.exitCode = printFailure(error);
  }
}
