// The streams of Mistral's completion models: pieces of the text, the last with the reason.

import type {
  ContentBlockDelta,
  StopReason,
  ToolUseBlockStart,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { malformedCall, toolUseIdOf } from './answer-blocks.ts';
import { AnswerReader } from './answer-reader.ts';
import type { ReadCall } from './answer-reader.ts';
import { createAnswerWriter } from './answer-writer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { answerOptions, cutCall, stopReasonOf, stopReasons } from './completion.ts';
import { promptFormatOf } from './prompt-format.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return new CompletionDecoder(context);
}

class CompletionDecoder implements FamilyStream<JsonObject, ConverseStreamEvent> {
  readonly #context: AnswerContext;
  readonly #losses = createLosses();
  readonly #writer = createEventWriter();
  readonly #reader: AnswerReader;
  #isDone = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#reader = new AnswerReader(answerOptions(context.request), {
      text: (text) => this.#writer.text(text),
      call: (call) => this.#call(call),
      malformed() {
        throw new ModelStreamErrorException(malformedCall);
      },
      cut: () => cutCall(this.#losses),
    });
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(chunk: JsonObject): readonly ConverseStreamEvent[] {
    checkNoError(chunk);
    if (this.#isDone) return [];
    const output = objectOf(listOf(chunk['outputs'])[0]);
    this.#reader.push(stringOf(output['text']) ?? '');
    if (typeof output['stop_reason'] === 'string') this.#finish(output, chunk);
    return this.#writer.take();
  }

  end(): readonly ConverseStreamEvent[] {
    if (this.#isDone) return [];
    throw new ModelStreamErrorException('The stream ended before its last chunk.');
  }

  #call({ name, id, input }: ReadCall): void {
    const toolUseId = toolUseIdOf(id, this.#context);
    this.#writer.start('toolUse', { toolUse: { toolUseId, name } });
    if (input !== '') this.#writer.delta('toolUse', { toolUse: { input } });
    this.#writer.close();
  }

  #finish(output: JsonObject, chunk: JsonObject): void {
    this.#isDone = true;
    this.#reader.end(output['stop_reason'] === 'length');
    const fields = responseFields(chunk, this.#context.request).additionalModelResponseFields;
    this.#writer.stop(stopReasonOf(output, this.#writer.hasToolUse), fields);
    const usage = invocationUsage(chunk) ?? usageOf(0, 0);
    this.#writer.metadata({ usage, metrics: { latencyMs: this.#context.latencyMs() } });
  }
}

export function createStreamEncoder(
  context: AnswerContext,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  return new CompletionEncoder(context);
}

/** A call is one JSON object: it is held back until its input is whole. */
interface OpenCall {
  readonly start: ToolUseBlockStart;
  readonly input: string[];
}

class CompletionEncoder implements FamilyStream<ConverseStreamEvent, JsonObject> {
  readonly #losses = createLosses();
  readonly #answer: AnswerWriter;
  #call: OpenCall | undefined;
  #stopReason: StopReason = 'end_turn';

  constructor({ request, template }: AnswerContext) {
    this.#answer = createAnswerWriter(promptFormatOf(template), answerOptions(request).isBegun);
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
      return [chunkOf(this.#answer.end(), stopReasons.encode(this.#stopReason, this.#losses))];
    }
    return [];
  }

  end(): readonly JsonObject[] {
    return [];
  }

  #delta(delta: ContentBlockDelta, block: number): readonly JsonObject[] {
    if ('text' in delta) return [chunkOf(this.#answer.text(delta.text, block), null)];
    if ('toolUse' in delta) this.#call?.input.push(delta.toolUse.input);
    else
      this.#losses.add(Object.keys(delta)[0] ?? 'delta', 'left out', 'the native stream is text');
    return [];
  }

  #close(): readonly JsonObject[] {
    if (this.#call === undefined) return [];
    const { start, input } = this.#call;
    this.#call = undefined;
    return [chunkOf(this.#answer.call({ ...start, input: inputOf(input.join('')) }), null)];
  }
}

/** What is no JSON goes on as the text that it is. */
function inputOf(text: string): DocumentValue {
  return text === '' ? {} : (parseNative(text) ?? text);
}

function chunkOf(text: string, stopReason: string | null): JsonObject {
  return { outputs: [{ text, stop_reason: stopReason }] };
}
