// What AWS refuses a conversation for because of the model that it is sent to, in its order.

import { knownRequestFields, resultsStandAlone, samplingSaidOnce } from './backend.ts';
import type { Capability, ModelCall, Refusal } from './capability.ts';
import { requestImagesTaken, requestMediaFew, requestPdfsTaken } from './claude-media.ts';
import { cachingSupported, maxTokensWithin, optimizedLatency, servedTier } from './limits.ts';
import { mediaSupported, s3LocationSupported, signatureSupported } from './media.ts';
import { outputFormatSupported, schemaWithin } from './structured-output.ts';
import {
  reasoningAllowsChoice,
  reasoningBudgetEnough,
  reasoningBudgetWithin,
  reasoningGoesOn,
  reasoningSamplesFreely,
} from './reasoning.ts';
import { endsWithUser, systemMessagesSupported, systemSupported } from './roles.ts';
import {
  statusSupported,
  streamingToolsSupported,
  strictSupported,
  systemToolSupported,
  toolChoiceSupported,
  toolsSupported,
} from './tools.ts';

// First what Bedrock itself says of a model, then what the model's own place answers. The order
// within each is ours.
const capabilities: readonly Capability[] = [
  systemSupported,
  systemMessagesSupported,
  toolsSupported,
  streamingToolsSupported,
  toolChoiceSupported,
  systemToolSupported,
  strictSupported,
  statusSupported,
  mediaSupported,
  s3LocationSupported,
  signatureSupported,
  outputFormatSupported,
  cachingSupported,
  maxTokensWithin,
  optimizedLatency,
  servedTier,
  endsWithUser,
  resultsStandAlone,
  knownRequestFields,
  schemaWithin,
  requestMediaFew,
  requestImagesTaken,
  requestPdfsTaken,
  samplingSaidOnce,
  reasoningBudgetEnough,
  reasoningBudgetWithin,
  reasoningSamplesFreely,
  reasoningAllowsChoice,
  reasoningGoesOn,
];

/** All that AWS refuses the call for, in the order in which it would say so. */
export function checkCapabilities(call: ModelCall): readonly Refusal[] {
  return capabilities.flatMap((capability) => capability(call));
}
