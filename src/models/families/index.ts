// The registry of families: every native format that is spoken here.

import type { Family } from './family.ts';
import { titanText } from './titan-text.ts';

export const families = {
  'titan-text': titanText,
} as const satisfies Record<string, Family>;
