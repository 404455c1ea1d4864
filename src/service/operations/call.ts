// What the operations over messages share: the rules, and the call that a provider is given.

import type { Conversation } from '../../protocol/validation/rule.ts';
import { ValidationException } from '../../protocol/errors.ts';
import { checkConversation } from '../../protocol/validation/conversation.ts';
import type { ProviderCall } from '../../providers/provider.ts';
import type { Route } from '../route.ts';
import type { OperationContext } from './operation.ts';

/** Throws ValidationException with the first problem, as the service does, all in the hint. */
export function checkRules(conversation: Conversation, { resolved }: Route): void {
  const leadingAssistant = resolved?.model.features.includes('leadingAssistant') === true;
  const problems = checkConversation(conversation, { leadingAssistant });
  const [first, ...others] = problems;
  if (first === undefined) return;
  const hint =
    others.length === 0 ? {} : { hint: `Also: ${others.map((p) => p.message).join(' ')}` };
  throw new ValidationException(first.message, hint);
}

interface CallParts extends Pick<ProviderCall, 'operation' | 'request'> {
  readonly modelId: string;
}

/** The call of a route's provider. */
export function createCall(
  { operation, modelId, request }: CallParts,
  { resolved }: Route,
  { signal, notes }: OperationContext,
): ProviderCall {
  const foundationModelId = resolved?.model.modelId ?? null;
  return { operation, modelId, foundationModelId, request, signal, notes };
}

/** Says that another model answers in place of the one that was asked for. */
export function noteStandIn({ notes }: OperationContext, { standIn }: Route): void {
  if (standIn && notes.servedBy !== undefined) notes.servedBy += '; stand-in';
}
