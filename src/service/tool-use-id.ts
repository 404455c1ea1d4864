// The IDs of calls that a model's format gives none.

import type { Random } from '../environment.ts';

/** As the service makes them: 128 bits in URL-safe base64. */
export function createToolUseId(random: Random): string {
  return `tooluse_${Buffer.from(random.bytes(16)).toString('base64url')}`;
}
