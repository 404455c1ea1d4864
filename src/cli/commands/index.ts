// The commands, by their names.

import type { Command } from 'commander';
import { createChat } from './chat.ts';
import { createServe } from './serve.ts';

export const commands = {
  chat: createChat,
  serve: createServe,
} as const satisfies Record<string, () => Command>;
