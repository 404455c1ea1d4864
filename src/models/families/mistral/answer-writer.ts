// Writes an answer as the completion models would have: text, and calls in a list after a marker.

import type { ToolUseBlock } from '../../../protocol/api/types.generated.ts';
import { createCallIds } from './call-ids.ts';
import { nativeCall } from './native-call.ts';
import type { PromptFormat } from './prompt-format.ts';
import { spacedJson } from './spaced-json.ts';

/** Each method gives the text to be written next. */
export interface AnswerWriter {
  /** A piece of a text; that of another block begins a new line. */
  text(text: string, block: number): string;
  call(toolUse: ToolUseBlock): string;
  end(): string;
}

/** `isBegun`: the answer goes on with what the caller began. */
export function createAnswerWriter(format: PromptFormat, isBegun: boolean): AnswerWriter {
  const ids = format.hasCallIds ? createCallIds([]) : undefined;
  let state: 'calls' | 'start' | 'text' = 'start';
  let last = -1;
  return {
    text(text, block) {
      if (text === '') return '';
      const isStart = state !== 'text';
      const before = isStart ? startOf(state === 'start' && isBegun) : joint(block !== last);
      const closing = state === 'calls' ? ']' : '';
      state = 'text';
      last = block;
      return closing + before + text;
    },
    call(toolUse) {
      const before = state === 'calls' ? ', ' : '[TOOL_CALLS] [';
      state = 'calls';
      return before + spacedJson(nativeCall(toolUse, ids));
    },
    end: () => (state === 'calls' ? ']' : ''),
  };
}

// Reported from the field: answers begin with the blank that the tokenizer puts before a text.
function startOf(isBegun: boolean): string {
  return isBegun ? '' : ' ';
}

function joint(isNext: boolean): string {
  return isNext ? '\n' : '';
}
