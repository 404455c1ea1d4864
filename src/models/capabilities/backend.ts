// What the models' own places refuse, as Converse passes it on: the native formats' rules.

import { claudeImageCharsMax, claudeMediaMax, reasoningBudgetTokensMin } from '../../limits.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import { forEachInnerBlock } from '../../protocol/validation/rules/blocks.ts';
import type { FamilyName } from '../catalog/model.ts';
import type { Capability, Refusal } from './capability.ts';
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

/** Reported of Claude: images and documents count together, history included. */
export const requestMediaFew: Capability = ({ conversation: { messages }, model }) => {
  if (model.family !== 'claude') return [];
  let images = 0;
  let documents = 0;
  forEachInnerBlock(messages, (block) => {
    if ('image' in block) images += 1;
    if ('document' in block) documents += 1;
  });
  if (images + documents <= claudeMediaMax) return [];
  const message = `messages: too many images and documents: ${images} + ${documents} > ${claudeMediaMax}`;
  return [fromModel(message, 'Leave earlier images out of the conversation.')];
};

/** Reported of Claude, which counts the characters of base64. */
export const requestImagesSmall: Capability = ({ conversation: { messages }, model }) => {
  const refusals: Refusal[] = [];
  if (model.family !== 'claude') return refusals;
  forEachInnerBlock(messages, (block, path) => {
    if (!('image' in block) || !('bytes' in block.image.source)) return;
    const chars = Math.ceil(block.image.source.bytes.length / 3) * 4;
    if (chars <= claudeImageCharsMax) return;
    const message = `${path()}.image.source.base64: image exceeds 5 MB maximum: ${chars} bytes > ${claudeImageCharsMax} bytes`;
    refusals.push(fromModel(message, 'Make the image smaller: 3,932,160 bytes at the most.'));
  });
  return refusals;
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

/** Reported from the field, by two clients. */
export const reasoningAllowsChoice: Capability = ({ conversation, model }) => {
  const choice = conversation.toolConfig?.toolChoice;
  if (model.family !== 'claude' || choice === undefined || 'auto' in choice) return [];
  if (reasoningOf(conversation.additionalModelRequestFields)['type'] !== 'enabled') return [];
  const message = 'Thinking may not be enabled when tool_choice forces tool use.';
  return [fromModel(message, 'Leave toolChoice to auto where the model reasons.')];
};

/** Documented by Anthropic. */
export const reasoningBudgetEnough: Capability = ({ conversation, model }) => {
  const reasoning = reasoningOf(conversation.additionalModelRequestFields);
  const budget = reasoning['budget_tokens'];
  if (model.family !== 'claude' || reasoning['type'] !== 'enabled') return [];
  if (typeof budget !== 'number' || budget >= reasoningBudgetTokensMin) return [];
  const message = `thinking.enabled.budget_tokens: Input should be greater than or equal to ${reasoningBudgetTokensMin}`;
  return [fromModel(message, 'Give a larger budget_tokens, below maxTokens.')];
};

/** `additionalModelRequestFields.thinking`, Claude's own word for it. */
function reasoningOf(fields: DocumentValue | undefined): Readonly<Record<string, DocumentValue>> {
  return membersOf(membersOf(fields)['thinking']);
}

function membersOf(value: DocumentValue | undefined): Readonly<Record<string, DocumentValue>> {
  return isJsonObject(value) ? value : {};
}
