// Events of Converse as the chunks of a chat model's stream.

import type {
  ContentBlockDelta,
  ReasoningContentBlockDelta,
  StopReason,
  ToolUseBlockStart,
} from '../../../protocol/api/types.generated.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { createCallIds } from './call-ids.ts';
import { reasoningChunk } from './chat-content.ts';
import { headOf, stopReasons, toNativeUsage } from './chat.ts';

export function createStreamEncoder(
  context: AnswerContext,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  return new ChatEncoder(context);
}

/** Documented: a call comes in one chunk, so it is held back until its input is whole. */
interface OpenCall {
  readonly start: ToolUseBlockStart;
  readonly input: string[];
}

interface Written {
  readonly kind: 'reasoning' | 'text';
  readonly block: number;
}

class ChatEncoder implements FamilyStream<ConverseStreamEvent, JsonObject> {
  readonly #head: JsonObject;
  readonly #ids = createCallIds([]);
  readonly #losses = createLosses();
  /** The text or reasoning before, if it was the last. */
  #last: Written | undefined;
  #call: OpenCall | undefined;
  #calls = 0;
  #stopReason: StopReason = 'end_turn';

  constructor(context: AnswerContext) {
    this.#head = headOf('chat.completion.chunk', context);
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(event: ConverseStreamEvent): readonly JsonObject[] {
    if ('contentBlockDelta' in event) {
      const { delta, contentBlockIndex } = event.contentBlockDelta;
      return this.#delta(delta, contentBlockIndex);
    }
    if ('contentBlockStart' in event) {
      const { start } = event.contentBlockStart;
      if ('toolUse' in start) this.#call = { start: start.toolUse, input: [] };
    } else if ('contentBlockStop' in event) {
      return this.#close();
    } else if ('messageStop' in event) {
      ({ stopReason: this.#stopReason } = event.messageStop);
    } else if ('metadata' in event) {
      const reason = stopReasons.encode(this.#stopReason, this.#losses);
      return [
        { ...this.#chunk({ content: '' }, reason), usage: toNativeUsage(event.metadata.usage) },
      ];
    }
    return [];
  }

  end(): readonly JsonObject[] {
    return [];
  }

  #delta(delta: ContentBlockDelta, block: number): readonly JsonObject[] {
    if ('text' in delta) {
      const content = this.#joint({ kind: 'text', block }) + delta.text;
      return [this.#chunk({ content }, null)];
    }
    if ('reasoningContent' in delta) return this.#reason(delta.reasoningContent, block);
    if ('toolUse' in delta) this.#call?.input.push(delta.toolUse.input);
    else this.#leaveOut(Object.keys(delta)[0] ?? 'delta');
    return [];
  }

  #reason(delta: ReasoningContentBlockDelta, block: number): readonly JsonObject[] {
    if ('text' in delta) {
      const text = this.#joint({ kind: 'reasoning', block }) + delta.text;
      return [this.#chunk({ content: [reasoningChunk(text)] }, null)];
    }
    this.#leaveOut(`reasoningContent.${Object.keys(delta)[0]}`);
    return [];
  }

  #leaveOut(member: string): void {
    const reason = 'the native stream has text, reasoning and calls';
    this.#losses.add(`contentBlockDelta.delta.${member}`, 'left out', reason);
  }

  /** A line break where a block of one kind follows another. */
  #joint(written: Written): string {
    const isNext = this.#last?.kind === written.kind && this.#last.block !== written.block;
    this.#last = written;
    return isNext ? '\n' : '';
  }

  #close(): readonly JsonObject[] {
    if (this.#call === undefined) return [];
    const { start, input } = this.#call;
    this.#call = undefined;
    this.#last = undefined;
    const call = {
      id: this.#ids.of(start.toolUseId),
      type: 'function',
      index: this.#calls,
      function: { name: start.name, arguments: input.join('') || '{}' },
    };
    this.#calls += 1;
    return [this.#chunk({ content: '', tool_calls: [call] }, null)];
  }

  // Documented: a chunk holds a message, not a delta.
  #chunk(message: JsonObject, reason: string | null): JsonObject {
    const choice = { index: 0, message: { role: 'assistant', ...message }, stop_reason: reason };
    return { ...this.#head, choices: [choice] };
  }
}
