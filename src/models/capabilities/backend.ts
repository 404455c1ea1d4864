// What the models' own places refuse, as Converse passes it on: the native formats' rules.

import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { FamilyName } from '../catalog/model.ts';
import type { Capability } from './capability.ts';
import { fromModel } from './capability.ts';

/** Reported of Llama, Mistral and Writer. */
export const resultsStandAlone: Capability = ({ conversation: { messages = [] }, model }) => {
  const { family, providerName } = model;
  const isStrict = family === 'llama' || providerName === 'Mistral AI' || providerName === 'Writer';
  if (!isStrict) return [];
  return messages.flatMap(({ content }, index) => {
    const results = content.filter((block) => 'toolResult' in block).length;
    if (results === 0 || results === content.length) return [];
    const message = `messages.${index}.content: Conversation blocks and tool result blocks cannot be provided in the same turn.`;
    return [{ message, cure: 'Send the tool results in a message of their own.' }];
  });
};

// Families whose native request is strict, with the native names that Converse has no word for.
const nativeFields: Partial<Record<FamilyName, readonly string[]>> = {
  llama: [],
  mistral: ['top_k'],
  nova: ['inferenceConfig', 'reasoningConfig'],
  'titan-text': ['textGenerationConfig'],
};

/** Reported from the field, for Titan, Nova, Llama and Mistral. */
export const knownRequestFields: Capability = ({ conversation, model }) => {
  const known = nativeFields[model.family];
  const fields = membersOf(conversation.additionalModelRequestFields);
  if (known === undefined) return [];
  const strange = Object.keys(fields).find((key) => !known.includes(key));
  if (strange === undefined) return [];
  const message =
    `Malformed input request: #: extraneous key [${strange}] is not permitted, ` +
    'please reformat your input and try again.';
  const cure = `The model takes besides: ${known.join(', ') || 'nothing'}.`;
  return [fromModel(message, cure)];
};

/** Reported of Claude from 4.5 on: those with structured output, and all that take no prefill. */
export const samplingSaidOnce: Capability = ({ conversation: { inferenceConfig }, model }) => {
  const { family, features } = model;
  const isRecent = features.includes('structuredOutput') || !features.includes('assistantPrefill');
  if (family !== 'claude' || !isRecent) return [];
  if (inferenceConfig?.temperature === undefined || inferenceConfig.topP === undefined) return [];
  const message =
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  return [fromModel(message, 'Leave topP out.')];
};

function membersOf(value: DocumentValue | undefined): Readonly<Record<string, DocumentValue>> {
  return isJsonObject(value) ? value : {};
}
