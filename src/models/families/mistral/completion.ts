// What whole answers of the completion models and their streams have in common.

import type { StopReason } from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { createStopReasons } from '../stop-reasons.ts';
import type { AnswerReaderOptions } from './answer-reader.ts';

export const stopReasons = createStopReasons({
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
});

/** That the model called is told by the call: the reason may be that the answer is complete. */
export function stopReasonOf({ stop_reason: reason }: JsonObject, hasToolUse: boolean): StopReason {
  const stopReason = stopReasons.decode(reason);
  return hasToolUse && stopReason === 'end_turn' ? 'tool_use' : stopReason;
}

/** How the answer to a request is read. */
export function answerOptions({ messages = [], toolConfig }: Conversation): AnswerReaderOptions {
  return {
    hasTools: toolConfig !== undefined,
    isBegun: messages.at(-1)?.role === 'assistant',
  };
}

export function cutCall(losses: Losses): void {
  const reason = 'the answer was as long as it may be before the call was whole';
  losses.add('output.message.content', 'left out', reason);
}
