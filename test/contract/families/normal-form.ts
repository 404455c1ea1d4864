// What the contract of a family needs to know of it: its normal form, and what it can be asked.

import type { ConverseResponse } from '../../../src/protocol/api/types.generated.ts';
import type { AnswerContext, Conversation, Family } from '../../../src/models/families/family.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import type { ConversationParts } from './conversations.ts';

/** The written normal form of one family, under one of its templates. */
export interface NormalForm {
  /** `claude`, `llama (llama4)`: names the cases. */
  readonly name: string;
  readonly family: Family;
  readonly context: Pick<AnswerContext, 'maxTokens' | 'modelId' | 'template'>;
  /** What the drawn conversations and answers hold: only what the family does not refuse. */
  readonly parts: ConversationParts;
  /**
   * What a request is after Converse -> native -> Converse. Where it differs from the request
   * by more than `settle` undoes, the conversion must have told a loss.
   */
  readonly request: (request: Conversation) => Conversation;
  /** The same of an answer, whole or streamed. */
  readonly response: (response: ConverseResponse) => ConverseResponse;
  /** The same of a streamed answer, where that differs. */
  readonly streamed?: (response: ConverseResponse) => ConverseResponse;
  /**
   * Differences that need not be told: `inferenceConfig: {}` is as good as none. Applied to both
   * sides before a loss is asked for.
   */
  readonly settle?: (request: Conversation) => Conversation;
  /** The same of answers: counts that the headers carry, where the format has none. */
  readonly settleResponse?: (response: ConverseResponse) => ConverseResponse;
  /** Cuts the texts within native chunks elsewhere; the events must not care. */
  readonly split?: (
    chunks: readonly JsonObject[],
    pieces: (text: string) => readonly string[],
  ) => readonly JsonObject[];
}
