// What a rule is: a function from a conversation to what the service would refuse it for.

import type { Message, SystemContentBlock, ToolConfiguration } from '../api/types.generated.ts';

/** What the rules look at: the members that all operations over messages share. */
export interface Conversation {
  readonly messages?: readonly Message[];
  readonly system?: readonly SystemContentBlock[];
  readonly toolConfig?: ToolConfiguration;
}

/** What the model allows, where models differ. */
export interface ConversationTraits {
  /** The first message may be the assistant's. */
  readonly leadingAssistant: boolean;
}

/** Something that the service refuses a conversation for, in its words. */
export interface Problem {
  readonly message: string;
}

export type Rule = (conversation: Conversation, traits: ConversationTraits) => readonly Problem[];
