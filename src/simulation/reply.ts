// The simulated model's response as a whole: a turn's answer with what it leaves open filled in.

import type {
  ConverseRequest,
  ConverseResponse,
  TokenUsage,
} from '../protocol/api/types.generated.ts';
import { answer } from './answer.ts';
import { countInputTokens, countOutputTokens } from './tokens.ts';
import type { ScriptedAnswer } from './turn.ts';

type Request = Omit<ConverseRequest, 'modelId'>;

/** All but the measured time. */
export type UnmeasuredResponse = Omit<ConverseResponse, 'metrics'> &
  Partial<Pick<ConverseResponse, 'metrics'>>;

/** The scripted answer, or without one what the model makes of the request. */
export function createReply(
  request: Request,
  scripted: ScriptedAnswer | undefined,
): UnmeasuredResponse {
  if (scripted === undefined) {
    const { content, stopReason, usage } = answer(request);
    return { output: { message: { role: 'assistant', content } }, stopReason, usage };
  }
  const { content, stopReason, members } = scripted;
  const usage = completeUsage(request, scripted);
  return { output: { message: { role: 'assistant', content } }, stopReason, usage, ...members };
}

function completeUsage(request: Request, { content, usage }: ScriptedAnswer): TokenUsage {
  const {
    inputTokens = countInputTokens(request),
    outputTokens = countOutputTokens(content),
    cacheReadInputTokens = 0,
    cacheWriteInputTokens = 0,
  } = usage;
  const totalTokens = inputTokens + outputTokens + cacheReadInputTokens + cacheWriteInputTokens;
  return { inputTokens, outputTokens, totalTokens, ...usage };
}
