// The state of the simulated model: its script and its journal.

import type { Clock, Environment } from '../environment.ts';
import { createJournal, type Journal } from './journal.ts';
import { createScript, type Script } from './script.ts';

export interface Simulation {
  readonly script: Script;
  readonly journal: Journal;
  /** Scripted delays wait by it. */
  readonly clock: Clock;
}

export function createSimulation({ clock }: Environment): Simulation {
  return { script: createScript(), journal: createJournal(), clock };
}
