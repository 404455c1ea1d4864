// Chunks of a streamed answer in OpenAI's format to events.

import type { StopReason } from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { EventWriter } from '../event-writer.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import { unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { countOf, isJsonObject, listOf, objectOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import {
  checkNoFailure,
  contentPieces,
  messageOf,
  stopReasonOf,
  tellChoices,
  tellUncounted,
} from './answer.ts';
import { BlockSequence } from './block-sequence.ts';
import { callsOf } from './calls.ts';
import type { OpenaiQuirks } from './quirks.ts';
import { fieldReasoning } from './reasoning-fields.ts';
import { ReasoningReader } from './reasoning-tags.ts';
import { fromNativeUsage, serviceTierOf } from './usage.ts';

export function createStreamDecoder(
  quirks: OpenaiQuirks,
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return new ChatDecoder(quirks, context);
}

/** `answering`: the reason is still to come. `finished`: the counts are. `done`: nothing is. */
type State = 'answering' | 'done' | 'finished';

class ChatDecoder implements FamilyStream<JsonObject, ConverseStreamEvent> {
  readonly #context: AnswerContext;
  readonly #quirks: OpenaiQuirks;
  readonly #losses = createLosses();
  readonly #writer: EventWriter = createEventWriter();
  readonly #blocks: BlockSequence;
  readonly #reader: ReasoningReader;
  #state: State = 'answering';
  #isReadingTags = true;
  #isRefused = false;
  #hasCalls = false;
  #hasChoices = false;
  /** Whether chunks say that a count will come: they have the member, and it is null. */
  #isCountPromised = false;
  #usage: JsonObject | undefined;
  #metrics: JsonObject | undefined;
  #tier: ReturnType<typeof serviceTierOf> = {};
  #stopReason: StopReason = 'end_turn';
  #fields: DocumentValue | undefined;

  constructor(quirks: OpenaiQuirks, context: AnswerContext) {
    this.#quirks = quirks;
    this.#context = context;
    this.#blocks = new BlockSequence(this.#writer, context);
    this.#reader = new ReasoningReader(this.#blocks);
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(chunk: JsonObject): readonly ConverseStreamEvent[] {
    checkNoFailure(chunk);
    if (this.#state === 'done') return [];
    this.#readCounts(chunk);
    for (const choice of listOf(chunk['choices'])) this.#readChoice(objectOf(choice), chunk);
    if (this.#state === 'finished' && isCounted(chunk)) this.#complete();
    return this.#writer.take();
  }

  end(): readonly ConverseStreamEvent[] {
    if (this.#state === 'done') return [];
    const isPromised = this.#isCountPromised && this.#quirks.streamUsage === 'own-chunk';
    const isMissing = this.#usage === undefined && this.#metrics === undefined;
    if (this.#state === 'answering' || (isPromised && isMissing)) {
      throw new ModelStreamErrorException('The stream ended before its last chunk.');
    }
    this.#complete();
    return this.#writer.take();
  }

  #readCounts(chunk: JsonObject): void {
    const { usage } = chunk;
    if (usage === null) this.#isCountPromised = true;
    else if (isJsonObject(usage)) this.#usage = usage;
    if (hasMetrics(chunk)) this.#metrics = chunk;
    if (chunk['service_tier'] !== undefined) this.#tier = serviceTierOf(chunk);
  }

  #readChoice(choice: JsonObject, chunk: JsonObject): void {
    const { index, finish_reason: reason } = choice;
    if (typeof index === 'number' && index !== 0) {
      if (!this.#hasChoices) tellChoices(this.#losses);
      this.#hasChoices = true;
      return;
    }
    checkNoFailure(choice);
    this.#readDelta(messageOf(choice));
    if (typeof reason === 'string' && reason !== '') this.#finish(choice, chunk);
  }

  #readDelta(delta: JsonObject): void {
    const reasoning = fieldReasoning(delta);
    if (reasoning !== '') {
      // A member says what is reasoning: a tag in the text is text.
      this.#leaveTags();
      this.#blocks.reasoning(reasoning);
    }
    for (const { text, isReasoning } of contentPieces(delta)) {
      if (isReasoning) this.#blocks.reasoning(text);
      else this.#reader.push(text);
    }
    if (typeof delta['refusal'] === 'string' && delta['refusal'] !== '') this.#isRefused = true;
    for (const call of callsOf(delta)) {
      this.#leaveTags();
      this.#hasCalls = true;
      this.#blocks.call(call);
    }
  }

  #leaveTags(): void {
    if (this.#isReadingTags) this.#reader.end();
    this.#isReadingTags = false;
  }

  #finish(choice: JsonObject, chunk: JsonObject): void {
    if (choice['finish_reason'] === 'error') throw new ModelStreamErrorException(unexpected);
    const ending = { hasToolUse: this.#hasCalls, isRefused: this.#isRefused };
    this.#stopReason = stopReasonOf(choice, ending, this.#context);
    this.#fields = responseFields(chunk, this.#context.request).additionalModelResponseFields;
    this.#state = 'finished';
  }

  #complete(): void {
    this.#state = 'done';
    this.#leaveTags();
    this.#blocks.end();
    this.#writer.stop(this.#stopReason, this.#fields);
    const metrics = { latencyMs: this.#context.latencyMs() };
    this.#writer.metadata({ usage: this.#counted(), metrics, ...this.#tier });
  }

  #counted() {
    if (this.#usage !== undefined) return fromNativeUsage(this.#usage);
    if (this.#metrics === undefined) tellUncounted(this.#losses);
    return (this.#metrics && invocationUsage(this.#metrics)) ?? usageOf(0, 0);
  }
}

function hasMetrics(chunk: JsonObject): boolean {
  return chunk['amazon-bedrock-invocationMetrics'] !== undefined;
}

/** Counts of nought are those of a chunk that only has the member. */
function isCounted(chunk: JsonObject): boolean {
  const { usage } = chunk;
  if (!isJsonObject(usage)) return hasMetrics(chunk);
  return countOf(usage['prompt_tokens']) + countOf(usage['completion_tokens']) > 0;
}
