// The conversation checker: runs the rules that no shape can say, in the service's order.

import type { Conversation, ConversationTraits, Problem } from './rule.ts';
import { rules } from './rules.ts';

/** All problems of a conversation, in the order the service would meet them. */
export function checkConversation(
  conversation: Conversation,
  traits: ConversationTraits,
): readonly Problem[] {
  return rules.flatMap((rule) => rule(conversation, traits));
}
