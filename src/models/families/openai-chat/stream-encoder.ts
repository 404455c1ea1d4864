// Events to the chunks of a streamed answer in OpenAI's format.

import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamMetadataEvent,
  ReasoningContentBlockDelta,
  StopReason,
} from '../../../protocol/api/types.generated.ts';
import type { Loss } from '../../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { createTextJoiner } from '../plain-text.ts';
import { encodeStopReason, headOf } from './answer.ts';
import type { OpenaiQuirks } from './quirks.ts';
import { afterReasoning, beforeReasoning, tagOf, tellOpening } from './reasoning-tags.ts';
import type { ReasoningTag } from './reasoning-tags.ts';
import { toNativeUsage } from './usage.ts';

export function createStreamEncoder(
  quirks: OpenaiQuirks,
  context: AnswerContext,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  return new ChatEncoder(quirks, context);
}

/** Of the content: `empty`, with a tag `opened`, or `begun`, where no tag may come any more. */
type State = 'begun' | 'empty' | 'opened';

class ChatEncoder implements FamilyStream<ConverseStreamEvent, JsonObject> {
  readonly #quirks: OpenaiQuirks;
  readonly #head: JsonObject;
  readonly #tag: ReasoningTag | undefined;
  readonly #losses = createLosses();
  readonly #told = new Set<string>();
  readonly #joinText = createTextJoiner();
  readonly #joinReasoning = createTextJoiner();
  #state: State = 'empty';
  #calls = 0;
  #isCallEmpty = false;
  #stopReason: StopReason = 'end_turn';

  constructor(quirks: OpenaiQuirks, context: AnswerContext) {
    this.#quirks = quirks;
    this.#tag = tagOf(quirks);
    this.#head = headOf('chat.completion.chunk', quirks, context);
  }

  get losses(): readonly Loss[] {
    return this.#losses.list;
  }

  push(event: ConverseStreamEvent): readonly JsonObject[] {
    if ('contentBlockDelta' in event) {
      const { delta, contentBlockIndex } = event.contentBlockDelta;
      return this.#delta(delta, contentBlockIndex);
    }
    if ('contentBlockStart' in event) return this.#start(event.contentBlockStart.start);
    if ('contentBlockStop' in event) return this.#closeCall();
    if ('messageStart' in event) return [this.#chunk({ role: 'assistant', content: '' })];
    if ('metadata' in event) return this.#last(event.metadata);
    this.#stopReason = event.messageStop.stopReason;
    return [];
  }

  end(): readonly JsonObject[] {
    return [];
  }

  #delta(delta: ContentBlockDelta, contentBlockIndex: number): readonly JsonObject[] {
    if ('text' in delta) return this.#text(this.#joinText(delta.text, contentBlockIndex));
    if ('reasoningContent' in delta) {
      return this.#reasoning(delta.reasoningContent, contentBlockIndex);
    }
    if ('toolUse' in delta) return this.#input(delta.toolUse.input);
    this.#leaveOut(Object.keys(delta)[0] ?? 'delta', "the native format's answers hold none");
    return [];
  }

  #text(text: string): readonly JsonObject[] {
    if (this.#state === 'empty') tellOpening(text, { path: 'text', losses: this.#losses });
    const content = this.#closeTag() + text;
    this.#state = 'begun';
    return [this.#chunk({ content })];
  }

  #reasoning(delta: ReasoningContentBlockDelta, contentBlockIndex: number): readonly JsonObject[] {
    if (!('text' in delta)) {
      this.#leaveOut(`reasoningContent.${Object.keys(delta)[0]}`, 'the native format has none');
      return [];
    }
    const { reasoningField } = this.#quirks;
    if (reasoningField === 'none' || (this.#tag !== undefined && this.#state === 'begun')) {
      this.#leaveOut('reasoningContent', 'the native format has no place for it');
      return [];
    }
    const text = this.#joinReasoning(delta.text, contentBlockIndex);
    if (this.#tag === undefined) return [this.#chunk({ [reasoningField]: text })];
    const opening = this.#state === 'empty' ? beforeReasoning(this.#tag) : '';
    this.#state = 'opened';
    return [this.#chunk({ content: opening + text })];
  }

  /** What ends the reasoning that is open. */
  #closeTag(): string {
    return this.#state === 'opened' && this.#tag !== undefined ? afterReasoning(this.#tag) : '';
  }

  /** The same as a chunk of its own, before what is no content. */
  #leaveContent(): readonly JsonObject[] {
    const content = this.#closeTag();
    this.#state = 'begun';
    return content === '' ? [] : [this.#chunk({ content })];
  }

  #start(start: ContentBlockStart): readonly JsonObject[] {
    if (!('toolUse' in start)) {
      this.#leaveOut(Object.keys(start)[0] ?? 'start', "the native format's answers hold none");
      return [];
    }
    const { toolUseId, name } = start.toolUse;
    const index = this.#calls;
    this.#calls += 1;
    this.#isCallEmpty = true;
    const call = { index, id: toolUseId, type: 'function', function: { name, arguments: '' } };
    return [...this.#leaveContent(), this.#chunk({ tool_calls: [call] })];
  }

  #input(input: string): readonly JsonObject[] {
    if (input === '') return [];
    this.#isCallEmpty = false;
    const call = { index: this.#calls - 1, function: { arguments: input } };
    return [this.#chunk({ tool_calls: [call] })];
  }

  /** A call without an input is one with an empty object, as text. */
  #closeCall(): readonly JsonObject[] {
    const isEmpty = this.#isCallEmpty;
    this.#isCallEmpty = false;
    return isEmpty ? this.#input('{}') : [];
  }

  #last({ usage, serviceTier }: ConverseStreamMetadataEvent): readonly JsonObject[] {
    const { streamUsage } = this.#quirks;
    const reason = encodeStopReason(this.#stopReason, this.#losses);
    const counted = toNativeUsage(usage, this.#losses);
    const tier = serviceTier === undefined ? {} : { service_tier: serviceTier.type };
    const content = this.#leaveContent();
    const last = { ...this.#chunk({}, reason), ...tier };
    if (streamUsage === 'last-chunk') return [...content, { ...last, usage: counted }];
    if (streamUsage === 'none') return [...content, last];
    return [...content, last, { ...this.#head, choices: [], usage: counted, ...tier }];
  }

  // Documented: where a chunk of counts was asked for, all others say null.
  #chunk(delta: JsonObject, reason: string | null = null): JsonObject {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    const chunk = { ...this.#head, choices };
    return this.#quirks.streamUsage === 'own-chunk' ? { ...chunk, usage: null } : chunk;
  }

  #leaveOut(member: string, reason: string): void {
    if (this.#told.has(member)) return;
    this.#told.add(member);
    this.#losses.add(member, 'left out', reason);
  }
}
