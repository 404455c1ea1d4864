// The chunks of a Messages stream as events of Converse.

import type { ContentBlock, ToolUseBlock } from '../../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { decodeStopReason, fromNativeUsage, noUsage } from './answer.ts';
import { fromNativeCitation } from './citations.ts';
import { fromNativeBlock } from './content-from-native.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return new ClaudeStream(context);
}

class ClaudeStream implements FamilyStream<JsonObject, ConverseStreamEvent> {
  readonly #context: AnswerContext;
  readonly #losses = createLosses();
  readonly #writer = createEventWriter();
  /** What the answer says of itself, but for its content. */
  #message: JsonObject = {};
  /** Null until something is counted: later counts take the place of earlier ones. */
  #usage: JsonObject | null = null;
  #state: 'done' | 'open' | 'skipping' = 'open';

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(chunk: JsonObject): readonly ConverseStreamEvent[] {
    switch (chunk['type']) {
      case 'content_block_delta':
        if (this.#state === 'open') this.#delta(objectOf(chunk['delta']));
        break;
      case 'content_block_start':
        this.#startBlock(objectOf(chunk['content_block']), chunk['index']);
        break;
      case 'content_block_stop':
        this.#writer.close();
        break;
      case 'message_start':
        this.#describe(objectOf(chunk['message']));
        break;
      case 'message_delta':
        this.#describe({ ...chunk, ...objectOf(chunk['delta']) });
        break;
      case 'message_stop':
        this.#finish(chunk);
        break;
      default:
        // What is no error is a sign of life, or of a kind that is not known yet.
        checkNoError(chunk);
    }
    return this.#writer.take();
  }

  end(): readonly ConverseStreamEvent[] {
    if (this.#state === 'done') return [];
    throw new ModelStreamErrorException('The stream ended before its last chunk.');
  }

  #describe(said: JsonObject): void {
    this.#message = { ...this.#message, ...said };
    if (!isJsonObject(said['usage'])) return;
    // A count that is null says nothing new.
    const counts = Object.entries(said['usage']).filter(([, count]) => count !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(counts) };
  }

  #startBlock(native: JsonObject, index: unknown): void {
    this.#writer.close();
    this.#state = 'open';
    const place = { path: `content.${String(index)}`, losses: this.#losses };
    const block = fromNativeBlock(native, place);
    if (block === undefined) this.#state = 'skipping';
    else this.#open(block);
  }

  /** Most blocks begin empty; what one begins with comes at once. */
  #open(block: ContentBlock): void {
    if ('text' in block) this.#writer.text(block.text);
    else if ('toolUse' in block) this.#openToolUse(block.toolUse);
    else if ('toolResult' in block) {
      const { content, ...toolResult } = block.toolResult;
      this.#writer.start('toolResult', { toolResult });
      const parts = content.flatMap((part) => ('json' in part || 'text' in part ? [part] : []));
      this.#writer.delta('toolResult', { toolResult: parts });
    } else if ('citationsContent' in block) {
      const { content = [], citations = [] } = block.citationsContent;
      for (const { text } of content) this.#writer.text(text);
      for (const citation of citations) this.#writer.delta('citations', { citation });
    } else if ('reasoningContent' in block) {
      const { reasoningContent: reasoning } = block;
      if ('redactedContent' in reasoning) this.#writer.redacted(reasoning.redactedContent);
      else this.#reason(reasoning.reasoningText);
    }
  }

  #openToolUse({ input, toolUseId, ...rest }: ToolUseBlock): void {
    const id = toolUseId === '' ? this.#context.createToolUseId() : toolUseId;
    this.#writer.start('toolUse', { toolUse: { toolUseId: id, ...rest } });
    const isEmpty = isJsonObject(input) && Object.keys(input).length === 0;
    if (!isEmpty) this.#writer.delta('toolUse', { toolUse: { input: JSON.stringify(input) } });
  }

  #reason({ text, signature }: { readonly text: string; readonly signature?: string }): void {
    this.#writer.reasoning(text);
    if (signature !== undefined) this.#writer.signature(signature);
  }

  #delta(delta: JsonObject): void {
    switch (delta['type']) {
      case 'text_delta':
        this.#writer.text(stringOf(delta['text']) ?? '');
        break;
      case 'input_json_delta': {
        const input = stringOf(delta['partial_json']) ?? '';
        if (input !== '') this.#writer.delta('toolUse', { toolUse: { input } });
        break;
      }
      case 'thinking_delta':
        this.#writer.reasoning(stringOf(delta['thinking']) ?? '');
        break;
      case 'signature_delta': {
        const signature = stringOf(delta['signature']) ?? '';
        if (signature !== '') this.#writer.signature(signature);
        break;
      }
      case 'citations_delta': {
        const citation = fromNativeCitation(objectOf(delta['citation']));
        this.#writer.delta('citations', { citation });
        break;
      }
      default: {
        this.#tellUnknown(stringOf(delta['type']) ?? '');
      }
    }
  }

  /** Once: there may be as many as there are chunks. */
  #tellUnknown(kind: string): void {
    if (this.#losses.list.some(({ member }) => member === 'delta')) return;
    this.#losses.add('delta', 'left out', `Converse has no delta of the kind ${kind}`);
  }

  #finish(chunk: JsonObject): void {
    this.#state = 'done';
    const reason = decodeStopReason(this.#message['stop_reason'], this.#losses);
    const { request } = this.#context;
    const fields = responseFields(this.#message, request).additionalModelResponseFields;
    this.#writer.stop(reason, fields);
    const usage = fromNativeUsage(this.#usage) ?? invocationUsage(chunk) ?? noUsage;
    const metrics = { latencyMs: this.#context.latencyMs() };
    this.#writer.metadata({ usage, metrics });
  }
}
