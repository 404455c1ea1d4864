// Llama's streams: pieces of the generation, and a last chunk that says why it ended.

import type {
  ContentBlockDelta,
  ContentBlockStart,
  StopReason,
  TokenUsage,
} from '../../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { EventWriter } from '../event-writer.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses, leaveOut } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { inputOf, readerOptions, startOf, stopReasons } from './answer.ts';
import { AnswerReader } from './answer-reader.ts';
import type { AnswerItem } from './answer-reader.ts';
import { createAnswerWriter } from './answer-writer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { BrokenCall, Call } from './call.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const reader = new AnswerReader(readerOptions(context));
  const writer = createEventWriter();
  let inputTokens: unknown;
  let ended = false;

  function write(items: readonly AnswerItem[]): void {
    for (const item of items) {
      if ('text' in item) writer.text(item.text);
      else writeCall(item.call, writer, context);
    }
  }

  return {
    losses: [],
    push(chunk) {
      checkNoError(chunk);
      if (ended) return [];
      // The first chunk counts the input, the last one the output.
      inputTokens ??= chunk['prompt_token_count'] ?? undefined;
      write(reader.push(stringOf(chunk['generation']) ?? ''));
      if (typeof chunk['stop_reason'] === 'string') {
        ended = true;
        write(reader.end());
        writer.stop(stopReasons.decode(chunk['stop_reason'], writer.hasToolUse));
        const usage =
          invocationUsage(chunk) ?? usageOf(inputTokens, chunk['generation_token_count']);
        writer.metadata({ usage, metrics: { latencyMs: context.latencyMs() } });
      }
      return writer.take();
    },
    end() {
      if (!ended) throw new ModelStreamErrorException('The stream ended before its last chunk.');
      return [];
    },
  };
}

function writeCall(call: BrokenCall | Call, writer: EventWriter, context: AnswerContext): void {
  writer.start('toolUse', { toolUse: startOf(call, context) });
  // What is no JSON object is passed on as it is.
  const input = 'json' in call ? call.json : JSON.stringify(inputOf(call, context));
  writer.delta('toolUse', { toolUse: { input } });
  writer.close();
}

export function createStreamEncoder({
  template,
}: AnswerContext): FamilyStream<ConverseStreamEvent, JsonObject> {
  const losses = createLosses();
  const place = { template, path: 'output.message.content', isTrimmed: true };
  const writer = createBlockWriter(createAnswerWriter(place, losses), losses);
  let stopReason: StopReason = 'end_turn';
  return {
    losses: losses.list,
    push(event) {
      if ('contentBlockStart' in event) return piece(writer.start(event.contentBlockStart.start));
      if ('contentBlockDelta' in event) return piece(writer.delta(event.contentBlockDelta.delta));
      if ('contentBlockStop' in event) return piece(writer.stop());
      if ('messageStop' in event) {
        ({ stopReason } = event.messageStop);
        leaveOut(event.messageStop, ['additionalModelResponseFields'], losses);
      }
      if (!('metadata' in event)) return [];
      const reason = stopReasons.encode(stopReason, writer.hasCall, losses);
      return [lastChunk(reason, event.metadata.usage)];
    },
    end: () => [],
  };
}

interface BlockWriter {
  readonly hasCall: boolean;
  start(start: ContentBlockStart): string;
  delta(delta: ContentBlockDelta): string;
  stop(): string;
}

type OpenBlock = 'call' | 'emptyCall' | 'nothing' | 'text';

function createBlockWriter(writer: AnswerWriter, losses: Losses): BlockWriter {
  let open: OpenBlock = 'nothing';
  return {
    get hasCall() {
      return writer.hasCall;
    },
    start(start) {
      if (!('toolUse' in start)) return passOver(start, losses);
      open = 'emptyCall';
      return writer.openCall(start.toolUse.name);
    },
    delta(delta) {
      if ('text' in delta) {
        const isFirst = open !== 'text';
        open = 'text';
        return writer.text(delta.text, isFirst);
      }
      if (!('toolUse' in delta)) return passOver(delta, losses);
      if (delta.toolUse.input !== '') open = 'call';
      return delta.toolUse.input;
    },
    stop() {
      const closed = open;
      open = 'nothing';
      if (closed === 'emptyCall') return `{}${writer.closeCall()}`;
      return closed === 'call' ? writer.closeCall() : '';
    },
  };
}

/** Told once of each kind: reasoning comes in hundreds of pieces. */
function passOver(part: ContentBlockDelta | ContentBlockStart, losses: Losses): string {
  const member = Object.keys(part)[0] ?? 'delta';
  const isTold = losses.list.some((loss) => loss.member === member);
  if (!isTold) losses.add(member, 'left out', 'the native stream is text');
  return '';
}

function piece(generation: string): readonly JsonObject[] {
  if (generation === '') return [];
  const counts = { prompt_token_count: null, generation_token_count: null };
  return [{ generation, ...counts, stop_reason: null }];
}

/** The input is counted here, though the format has it in the first chunk: it is known only now. */
function lastChunk(stopReason: string, usage: TokenUsage): JsonObject {
  return {
    generation: '',
    prompt_token_count: usage.inputTokens,
    generation_token_count: usage.outputTokens,
    stop_reason: stopReason,
  };
}
