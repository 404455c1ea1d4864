// What whole answers and streams of Llama have in common: how they are read, and why they end.

import type {
  ContentBlock,
  StopReason,
  Tool,
  ToolUseBlock,
} from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import type { AnswerContext } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createStopReasons } from '../stop-reasons.ts';
import type { AnswerReaderOptions } from './answer-reader.ts';
import type { BrokenCall, Call } from './call.ts';
import { coerceInput } from './coerce.ts';
import { markersOf } from './markers.ts';
import { toolNamesOf } from './read-prompt.ts';

/** Calls are read where tools were offered; without them all is text. */
export function readerOptions({ request, template }: AnswerContext): AnswerReaderOptions {
  const markers = markersOf(template);
  const names = markers === undefined ? new Set<string>() : toolNamesOf(request.toolConfig);
  const trimsStart = request.messages?.at(-1)?.role !== 'assistant';
  return { markers, names, trimsStart };
}

/** Throws ModelErrorException where the input is no JSON object. */
export function toToolUse(call: BrokenCall | Call, context: AnswerContext): ContentBlock {
  if ('json' in call) {
    // The text of a stream's end that is put together.
    throw new ModelErrorException(
      'Model produced invalid sequence as part of ToolUse. ' +
        'Please refer to the model tool use troubleshooting guide.',
    );
  }
  return { toolUse: { ...startOf(call, context), input: inputOf(call, context) } };
}

export function startOf(
  { name }: BrokenCall | Call,
  context: AnswerContext,
): Pick<ToolUseBlock, 'name' | 'toolUseId'> {
  return { toolUseId: context.createToolUseId(), name };
}

/** The input, its values of the types that the tool's schema asks for. */
export function inputOf({ name, input }: Call, { request }: AnswerContext): ToolUseBlock['input'] {
  const tool = request.toolConfig?.tools.find((it) => isNamed(it, name));
  return tool !== undefined && 'toolSpec' in tool
    ? coerceInput(input, tool.toolSpec.inputSchema.json)
    : input;
}

function isNamed(tool: Tool, name: string): boolean {
  return 'toolSpec' in tool && tool.toolSpec.name === name;
}

const table = createStopReasons({ stop: 'end_turn', length: 'max_tokens' });

/** The format has no word for calls: an answer with one has stopped for it. */
export const stopReasons = {
  decode(native: unknown, hasCall: boolean): StopReason {
    const stopReason = table.decode(native);
    return stopReason === 'end_turn' && hasCall ? 'tool_use' : stopReason;
  },
  encode(stopReason: StopReason, hasCall: boolean, losses: Losses): string {
    if (stopReason === 'tool_use' && hasCall) return 'stop';
    return table.encode(stopReason, losses);
  },
};
