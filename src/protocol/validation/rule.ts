// What a rule is: a function from a conversation to what the service would refuse it for.

import type { ConverseRequest } from '../api/types.generated.ts';

/** What the rules look at: CountTokens knows only some of these members. */
export type Conversation = Omit<ConverseRequest, 'modelId'>;

/** What the model and the configuration allow, where they differ. */
export interface ConversationTraits {
  /** The first message may be the assistant's. */
  readonly leadingAssistant: boolean;
  /** Two messages of one role in a row are refused, as in 2024. */
  readonly strict: boolean;
}

/** Something that the service refuses a conversation for, in its words. */
export interface Problem {
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly cure: string;
}

export type Rule = (conversation: Conversation, traits: ConversationTraits) => readonly Problem[];
