// A call as the completion models write it.

import type { ToolUseBlock } from '../../../protocol/api/types.generated.ts';
import type { JsonObject } from '../native-json.ts';
import type { CallIds } from './call-ids.ts';

/** Without `ids` the format has none. */
export function nativeCall(
  { toolUseId, name, input }: ToolUseBlock,
  ids: CallIds | undefined,
): JsonObject {
  const call = { name, arguments: input };
  return ids === undefined ? call : { ...call, id: ids.of(toolUseId) };
}
