// The rules of a conversation, as the operations over messages check them.

import { hintCharsMax } from '../../limits.ts';
import type { Refusal } from '../../models/capabilities/capability.ts';
import { checkCapabilities } from '../../models/capabilities/check.ts';
import { exceptionClasses, ValidationException } from '../../protocol/errors.ts';
import { checkConversation } from '../../protocol/validation/conversation.ts';
import type { Conversation, Problem } from '../../protocol/validation/rule.ts';
import { hasRepeatedRole } from '../../protocol/validation/rules/roles.ts';
import type { ProviderCall } from '../../providers/provider.ts';
import type { Route } from '../route.ts';
import type { OperationContext } from './operation.ts';

/** A conversation, and what it is asked of. */
export interface Asked extends Pick<ProviderCall, 'modelId' | 'operation' | 'request'> {
  /** It came in the model's native format. */
  readonly isNative?: true;
}

/**
 * Throws the first problem, as the service does; its cure and the other problems are in the hint.
 * What the model cannot do counts under `fidelity: aws` only: here another may answer for it.
 */
export function checkRules(asked: Asked, route: Route, context: OperationContext): void {
  const { request } = asked;
  checkGuardrail(request);
  // A native request is held to the rules of its own format.
  if (asked.isNative) return;
  const leadingAssistant = route.resolved?.model.features.includes('leadingAssistant') === true;
  const traits = { leadingAssistant, strict: context.strict };
  const problems: readonly Refusal[] = [
    ...checkConversation(request, traits),
    ...capabilityProblems(asked, route, context),
  ];
  const [first, ...others] = problems;
  if (first !== undefined) {
    const Exception = exceptionClasses[first.exception ?? 'ValidationException'];
    throw new Exception(first.message, { hint: hintOf(first, others) });
  }
  if (hasRepeatedRole(request.messages ?? [])) {
    context.notes.hint =
      'Consecutive messages of one role count as one. Join them: the service refused them in 2024.';
  }
}

function capabilityProblems(
  { operation, modelId, request }: Asked,
  { resolved }: Route,
  { fidelity, region }: OperationContext,
): readonly Refusal[] {
  if (fidelity !== 'aws' || resolved === undefined) return [];
  return checkCapabilities({
    conversation: request,
    model: resolved.model,
    modelId,
    isProfile: resolved.inferenceProfileId !== null,
    isStream: operation === 'ConverseStream',
    region,
  });
}

function hintOf({ cure }: Problem, others: readonly Problem[]): string {
  let hint = others.length === 0 ? cure : `${cure} Also:`;
  for (const { message } of others) {
    // A large request can have very many.
    if (hint.length > hintCharsMax) break;
    hint += ` ${message}`;
  }
  return hint.length <= hintCharsMax ? hint : `${hint.slice(0, hintCharsMax - 3)}...`;
}

/** No guardrail is kept here yet, and one that is asked for must not be passed over in silence. */
function checkGuardrail({ guardrailConfig }: Conversation): void {
  const identifier = guardrailConfig?.guardrailIdentifier ?? '';
  if (identifier === '') return;
  // Captured.
  throw new ValidationException(
    'The guardrail identifier or version provided in the request does not exist.',
    { hint: 'This server has no guardrails yet: leave guardrailConfig out.' },
  );
}
