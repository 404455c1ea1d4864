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
  return [{ message }];
};
