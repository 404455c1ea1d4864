// The calls that a model wrote by itself, as the steps of an answer.

import type { Environment } from '../../../environment.ts';
import type { GenerationStep } from '../engine.ts';
import { createToolUseId, inPieces, type ToolUseStep } from '../tools/tool-answer.ts';
import type { CallStep } from './write-calls.ts';

/** What an answer consists of; each call has its ID. */
export type AnswerStep = Exclude<GenerationStep, CallStep> | ToolUseStep;

export async function* withIds(
  steps: AsyncIterable<GenerationStep | ToolUseStep>,
  environment: Environment,
): AsyncGenerator<AnswerStep> {
  for await (const step of steps) {
    if (!('call' in step)) yield step;
    else {
      const { name, input } = step.call;
      const toolUse = { toolUseId: createToolUseId(environment), name };
      yield { toolUse, input: inPieces(JSON.stringify(input)) };
    }
  }
}
