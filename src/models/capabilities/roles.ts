// Which models take system texts, and which must be asked by a user at the end.

import type { Capability } from './capability.ts';
import { fromModel } from './capability.ts';

const noSystemMessages = {
  message:
    "This model doesn't support system messages. " +
    'Try again without a system message or use a model that supports system messages.',
  cure: "Put the system text into the first user's message.",
};

/** Measured, 2026-10, for Mistral 7B and Mixtral. */
export const systemSupported: Capability = ({ conversation: { system = [] }, model }) =>
  system.length === 0 || model.features.includes('system') ? [] : [noSystemMessages];

/** Reported for older models; the newest Claude, which take no prefill either, have them. */
export const systemMessagesSupported: Capability = ({ conversation: { messages = [] }, model }) => {
  if (!messages.some(({ role }) => role === 'system')) return [];
  const isNewestClaude = model.family === 'claude' && !model.features.includes('assistantPrefill');
  return isNewestClaude ? [] : [{ ...noSystemMessages, cure: 'Use the system member instead.' }];
};

/** Reported from the field, in two wordings: of the newest Claude, and of the other families. */
export const endsWithUser: Capability = ({ conversation: { messages = [] }, model }) => {
  if (messages.at(-1)?.role !== 'assistant') return [];
  if (model.features.includes('assistantPrefill')) return [];
  const cure = 'Let the last message be one of the user.';
  if (model.family === 'claude') {
    const message =
      'This model does not support assistant message prefill. ' +
      'The conversation must end with a user message.';
    return [fromModel(message, cure)];
  }
  const message =
    'The model that you are using requires the last turn in the conversation to be a user message. ' +
    'Add a user message to the conversation and try again.';
  return [{ message, cure }];
};
