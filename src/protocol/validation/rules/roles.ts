// Rules about who speaks.

import type { Rule } from '../rule.ts';

/** Reported by users of several frameworks; Claude, Qwen, Kimi, GLM accept an assistant first. */
export const startsWithUser: Rule = ({ messages = [] }, { leadingAssistant }) => {
  const first = messages[0];
  const allowed = first?.role === 'user' || (first?.role === 'assistant' && leadingAssistant);
  if (allowed) return [];
  const message =
    'A conversation must start with a user message. ' +
    'Try again with a conversation that starts with a user message.';
  return [{ message, cure: 'Begin messages with one whose role is user.' }];
};

/** Reported in 2024. In 2026 the service was seen to take such messages as one. */
export const rolesAlternate: Rule = ({ messages = [] }, { strict }) => {
  if (!strict || !hasRepeatedRole(messages)) return [];
  const message =
    'A conversation must alternate between user and assistant roles. ' +
    'Make sure the conversation alternates between user and assistant roles and try again.';
  return [{ message, cure: 'Join consecutive messages of one role into one message.' }];
};

/** Whether two messages in a row have one role. */
export function hasRepeatedRole(messages: readonly { readonly role: string }[]): boolean {
  return messages.some(({ role }, index) => role === messages[index + 1]?.role);
}
