// The registry of families: every native format that is spoken here.

import { anthropicTextLegacy } from './anthropic-text-legacy.ts';
import { claude } from './claude.ts';
import { cohereCommand } from './cohere-command.ts';
import { commandR } from './command-r.ts';
import { deepseekR1 } from './deepseek-r1.ts';
import type { Family } from './family.ts';
import { j2 } from './j2.ts';
import { jamba } from './jamba.ts';
import { llama } from './llama.ts';
import { mistralChat } from './mistral-chat.ts';
import { mistral } from './mistral.ts';
import { nova } from './nova.ts';
import { openaiChat } from './openai-chat.ts';
import { titanText } from './titan-text.ts';

export const families = {
  'anthropic-text-legacy': anthropicTextLegacy,
  claude,
  'cohere-command': cohereCommand,
  'command-r': commandR,
  'deepseek-r1': deepseekR1,
  j2,
  jamba,
  llama,
  mistral,
  'mistral-chat': mistralChat,
  nova,
  'openai-chat': openaiChat,
  'titan-text': titanText,
} as const satisfies Record<string, Family>;
