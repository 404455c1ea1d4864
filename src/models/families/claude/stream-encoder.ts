// Events of Converse as the chunks of a Messages stream.

import type {
  CitationsDelta,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamMetadataEvent,
  MessageStopEvent,
  ReasoningContentBlockDelta,
  ToolResultBlockDelta,
  ToolResultBlockStart,
} from '../../../protocol/api/types.generated.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { encodeStopReason, messageOf, stopSequenceOf, toNativeUsage } from './answer.ts';
import { toNativeCitation } from './citations.ts';
import { toNativeRedacted, toNativeToolResult } from './content-to-native.ts';

export function createStreamEncoder(
  context: AnswerContext,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  return new ClaudeEncoder(context);
}

/** The block that is being written. Some are native only as a whole: they are held back. */
type Open =
  | { readonly kind: 'none' | 'plain' | 'skipped' }
  | { readonly kind: 'redacted'; readonly parts: Uint8Array[] }
  | OpenResult;

interface OpenResult {
  readonly kind: 'result';
  readonly start: ToolResultBlockStart;
  readonly parts: ToolResultBlockDelta[];
}

class ClaudeEncoder implements FamilyStream<ConverseStreamEvent, JsonObject> {
  readonly #context: AnswerContext;
  readonly #losses = createLosses();
  #chunks: JsonObject[] = [];
  #index = -1;
  #open: Open = { kind: 'none' };
  #stop: MessageStopEvent = { stopReason: 'end_turn' };

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(event: ConverseStreamEvent): readonly JsonObject[] {
    if ('contentBlockDelta' in event) this.#delta(event.contentBlockDelta.delta);
    else if ('contentBlockStart' in event) this.#start(event.contentBlockStart.start);
    else if ('contentBlockStop' in event) this.#close();
    else if ('messageStart' in event) this.#begin();
    else if ('messageStop' in event) this.#stop = event.messageStop;
    else this.#finish(event.metadata);
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  end(): readonly JsonObject[] {
    return [];
  }

  #begin(): void {
    // Recorded: one token is counted at the start. What was read is known at the end only.
    const usage = { input_tokens: 0, output_tokens: 1 };
    const rest = { content: [], stop_reason: null, stop_sequence: null, usage };
    const message = { ...messageOf(this.#context), ...rest };
    this.#chunks.push({ type: 'message_start', message });
  }

  #start(start: ContentBlockStart): void {
    if ('toolUse' in start) {
      const { toolUseId, name, type = 'tool_use' } = start.toolUse;
      this.#openBlock({ type, id: toolUseId, name, input: {} });
      // Recorded: the first piece of an input is empty.
      this.#pushDelta({ type: 'input_json_delta', partial_json: '' });
    } else if ('toolResult' in start) {
      this.#open = { kind: 'result', start: start.toolResult, parts: [] };
    } else {
      this.#open = { kind: 'skipped' };
      const reason = "the native format's answers hold no images";
      this.#losses.add('contentBlockStart.start.image', 'left out', reason);
    }
  }

  #delta(delta: ContentBlockDelta): void {
    if ('text' in delta) {
      this.#ensure({ type: 'text', text: '' });
      this.#pushDelta({ type: 'text_delta', text: delta.text });
    } else if ('toolUse' in delta) {
      this.#pushDelta({ type: 'input_json_delta', partial_json: delta.toolUse.input });
    } else if ('reasoningContent' in delta) {
      this.#reason(delta.reasoningContent);
    } else if ('citation' in delta) {
      this.#cite(delta.citation);
    } else if ('toolResult' in delta) {
      if (this.#open.kind === 'result') this.#open.parts.push(...delta.toolResult);
    }
  }

  #reason(delta: ReasoningContentBlockDelta): void {
    if ('redactedContent' in delta) {
      if (this.#open.kind !== 'redacted') this.#open = { kind: 'redacted', parts: [] };
      this.#open.parts.push(delta.redactedContent);
      return;
    }
    this.#ensure({ type: 'thinking', thinking: '', signature: '' });
    this.#pushDelta(
      'text' in delta
        ? { type: 'thinking_delta', thinking: delta.text }
        : { type: 'signature_delta', signature: delta.signature },
    );
  }

  #cite(citation: CitationsDelta): void {
    this.#ensure({ type: 'text', text: '' });
    const place = { path: `content.${this.#index}.citation`, losses: this.#losses };
    const native = toNativeCitation(citation, place);
    if (native !== undefined) this.#pushDelta({ type: 'citations_delta', citation: native });
  }

  /** Text and reasoning have no start of their own in Converse: their first delta opens them. */
  #ensure(native: JsonObject): void {
    if (this.#open.kind === 'none') this.#openBlock(native);
  }

  #openBlock(native: JsonObject): void {
    this.#open = { kind: 'plain' };
    this.#index += 1;
    this.#chunks.push({
      type: 'content_block_start',
      index: this.#index,
      content_block: native,
    });
  }

  #pushDelta(delta: JsonObject): void {
    this.#chunks.push({ type: 'content_block_delta', index: this.#index, delta });
  }

  #close(): void {
    const open = this.#open;
    if (open.kind === 'redacted') this.#openBlock(toNativeRedacted(Buffer.concat(open.parts)));
    if (open.kind === 'result') this.#openBlock(this.#toolResult(open));
    if (open.kind !== 'skipped') {
      this.#chunks.push({ type: 'content_block_stop', index: this.#index });
    }
    this.#open = { kind: 'none' };
  }

  #toolResult({ start, parts }: OpenResult): JsonObject {
    const place = { path: `content.${this.#index + 1}`, losses: this.#losses };
    return toNativeToolResult({ ...start, content: parts }, place);
  }

  #finish({ usage }: ConverseStreamMetadataEvent): void {
    const stopReason = encodeStopReason(this.#stop.stopReason, this.#losses);
    const stopSequence = stopSequenceOf(this.#stop, this.#context.request);
    this.#chunks.push(
      {
        type: 'message_delta',
        delta: { stop_reason: stopReason, stop_sequence: stopSequence },
        usage: toNativeUsage(usage),
      },
      { type: 'message_stop' },
    );
  }
}
