// The chunks of a chat model's stream as events of Converse.

import type { TokenUsage } from '../../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import { checkNoError, unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, stringOf } from '../native-json.ts';
import { usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { malformedCall, toolUseIdOf } from './answer-blocks.ts';
import { chunksOf, reasoningOf, tellStrange } from './chat-content.ts';
import { choiceOf, fromNativeUsage, reasonOf, stopReasonOf } from './chat.ts';
import { ReasoningText } from './reasoning-text.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return new ChatDecoder(context);
}

/** `stopped`: the answer is whole, but what was counted may still come. */
type State = 'done' | 'open' | 'stopped';

/** By what the fragments of one call name it. */
interface OpenCall {
  readonly id: unknown;
  readonly index: unknown;
}

class ChatDecoder implements FamilyStream<JsonObject, ConverseStreamEvent> {
  readonly #context: AnswerContext;
  readonly #losses = createLosses();
  readonly #writer = createEventWriter();
  readonly #reader = new ReasoningText({
    text: (text) => this.#tell(() => this.#writer.text(text)),
    reasoning: (text) => this.#tell(() => this.#writer.reasoning(text)),
  });
  #state: State = 'open';
  #call: OpenCall | undefined;
  #usage: TokenUsage | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(chunk: JsonObject): readonly ConverseStreamEvent[] {
    checkNoError(chunk);
    if (this.#state === 'done') return [];
    this.#usage = fromNativeUsage(chunk) ?? this.#usage;
    if (this.#state === 'open') this.#read(choiceOf(chunk), chunk);
    if (this.#state === 'stopped' && this.#usage !== undefined) this.#finish();
    return this.#writer.take();
  }

  end(): readonly ConverseStreamEvent[] {
    if (this.#state === 'open') {
      throw new ModelStreamErrorException('The stream ended before its last chunk.');
    }
    if (this.#state === 'stopped') this.#finish();
    return this.#writer.take();
  }

  // Documented: the service's chunks hold a message; the maker's a delta.
  #read(choice: JsonObject, chunk: JsonObject): void {
    const {
      content,
      reasoning_content: reasoned,
      tool_calls: calls,
    } = objectOf(choice['message'] ?? choice['delta']);
    this.#reader.reason(stringOf(reasoned) ?? '');
    if (typeof content === 'string') this.#reader.push(content);
    else for (const part of chunksOf(content)) this.#readPart(part);
    for (const call of listOf(calls)) this.#readCall(objectOf(call));
    const reason = reasonOf(choice);
    if (reason !== undefined) this.#stop(reason, chunk);
  }

  #readPart(part: JsonObject): void {
    tellStrange(part, this.#losses);
    const reasoning = reasoningOf(part);
    if (reasoning === undefined) this.#reader.push(stringOf(part['text']) ?? '');
    else this.#reader.reason(reasoning);
  }

  /** The service sends calls whole, others in fragments, of which the first has a name. */
  #readCall({ id, index, function: called }: JsonObject): void {
    const { name, arguments: given = '' } = objectOf(called);
    const isSame = index === undefined || this.#call?.index === index;
    const isMore = isSame && (!hasText(id) || this.#call?.id === id);
    if (hasText(name) && !(isMore && hasText(id))) this.#open(name, { id, index });
    else if (this.#call === undefined || !isMore) {
      throw new ModelStreamErrorException(malformedCall);
    }
    const input = typeof given === 'string' ? given : JSON.stringify(given);
    if (input !== '') this.#writer.delta('toolUse', { toolUse: { input } });
  }

  #open(name: string, call: OpenCall): void {
    this.#reader.end();
    const toolUseId = toolUseIdOf(call.id, this.#context);
    this.#writer.start('toolUse', { toolUse: { toolUseId, name } });
    this.#call = call;
  }

  /** Text ends the call before it. */
  #tell(write: () => void): void {
    this.#call = undefined;
    write();
  }

  #stop(reason: string, chunk: JsonObject): void {
    if (reason === 'error') throw new ModelStreamErrorException(unexpected);
    this.#state = 'stopped';
    this.#reader.end();
    const fields = responseFields(chunk, this.#context.request).additionalModelResponseFields;
    this.#writer.stop(stopReasonOf(reason, this.#writer.hasToolUse), fields);
  }

  #finish(): void {
    this.#state = 'done';
    const usage = this.#usage ?? usageOf(0, 0);
    this.#writer.metadata({ usage, metrics: { latencyMs: this.#context.latencyMs() } });
  }
}

function hasText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
