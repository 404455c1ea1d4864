// The conversation checker: runs the rules that no shape can say, in the service's order.

import type { Message } from '../api/types.generated.ts';
import type { Conversation, ConversationTraits, Problem } from './rule.ts';
import { rules } from './rules.ts';

/** All problems of a conversation, in the order the service would meet them. */
export function checkConversation(
  conversation: Conversation,
  traits: ConversationTraits,
): readonly Problem[] {
  const kinds = kindsOf(conversation.messages ?? []);
  const problems: Problem[] = [];
  for (const { rule, kind } of rules) {
    if (kind !== undefined && !kinds.has(kind)) continue;
    for (const problem of rule(conversation, traits)) problems.push(problem);
  }
  return problems;
}

/** The kinds of content blocks there are, those in tool results too. */
function kindsOf(messages: readonly Message[]): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const { content } of messages) {
    for (const block of content) {
      for (const kind in block) kinds.add(kind);
      if (!('toolResult' in block)) continue;
      for (const inner of block.toolResult.content) {
        for (const kind in inner) kinds.add(kind);
      }
    }
  }
  return kinds;
}
