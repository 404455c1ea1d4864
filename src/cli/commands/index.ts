// The commands, by their names.

import type { Command } from 'commander';
import { createChat } from './chat.ts';
import { createModels } from './models.ts';
import { createPull } from './pull.ts';
import { createServe } from './serve.ts';

export const commands = {
  serve: createServe,
  chat: createChat,
  models: createModels,
  pull: createPull,
} as const satisfies Record<string, () => Command>;
