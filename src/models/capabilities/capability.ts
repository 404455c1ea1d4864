// What a capability rule is: a function from a conversation and its model to what AWS refuses.

import type { ExceptionName } from '../../protocol/errors.ts';
import type { Conversation, Problem } from '../../protocol/validation/rule.ts';
import type { FoundationModel } from '../catalog/model.ts';

/** The call that a model is asked for. */
export interface ModelCall {
  readonly conversation: Conversation;
  readonly model: FoundationModel;
  /** The model ID as it was sent. */
  readonly modelId: string;
  readonly isProfile: boolean;
  readonly isStream: boolean;
  readonly region: string;
}

export interface Refusal extends Problem {
  /** ValidationException where absent. */
  readonly exception?: ExceptionName;
}

export type Capability = (call: ModelCall) => readonly Refusal[];

/** The service's sentence for a member that a model does not take. Reported for several. */
export function unsupportedField(field: string, cure: string): Refusal {
  const message = `This model doesn't support the ${field} field. Remove ${field} and try again.`;
  return { message, cure };
}

/** What a model's own place says, as Converse passes it on. */
export function fromModel(message: string, cure: string): Refusal {
  return { message: `The model returned the following errors: ${message}`, cure };
}
