// Converse's whole answer as Llama's native one.

import type { ConverseResponse } from '../../../protocol/api/types.generated.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext } from '../family.ts';
import { createLosses, leaveOut } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { stopReasons } from './answer.ts';
import { writeAnswer } from './answer-writer.ts';

export function encodeAnswer(
  response: ConverseResponse,
  { template }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const { output, stopReason, usage } = response;
  leaveOut(response, ['additionalModelResponseFields'], losses);
  const place = { path: 'output.message.content', template, isTrimmed: true };
  const { text, hasCall } = writeAnswer(output.message.content, place, losses);
  const value = {
    generation: text,
    prompt_token_count: usage.inputTokens,
    generation_token_count: usage.outputTokens,
    stop_reason: stopReasons.encode(stopReason, hasCall, losses),
  };
  return { value, losses: losses.list };
}
