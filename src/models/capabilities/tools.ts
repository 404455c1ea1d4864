// Which models take tools, in streams, and which choices among them.

import type { Capability } from './capability.ts';
import { unsupportedField } from './capability.ts';

/** Reported from the field: Llama 3 8B, DeepSeek R1. */
export const toolsSupported: Capability = ({ conversation, model }) => {
  if (conversation.toolConfig === undefined || model.features.includes('tools')) return [];
  return [{ message: "This model doesn't support tool use.", cure: 'Choose a model with tools.' }];
};

/** Measured, 2026-10, for the models of the catalogue that lack the feature. */
export const streamingToolsSupported: Capability = ({ conversation, model, isStream }) => {
  if (!isStream || conversation.toolConfig === undefined) return [];
  const { features } = model;
  if (!features.includes('tools') || features.includes('streamingTools')) return [];
  const message = "This model doesn't support tool use in streaming mode.";
  return [{ message, cure: 'Use Converse in place of ConverseStream where tools are offered.' }];
};

/** Reported from the field, for both choices. */
export const toolChoiceSupported: Capability = ({ conversation: { toolConfig }, model }) => {
  const choice = toolConfig?.toolChoice;
  if (choice === undefined || !model.features.includes('tools')) return [];
  const kind = 'any' in choice ? 'any' : 'tool' in choice ? 'tool' : 'auto';
  if (model.toolChoice?.includes(kind) === true) return [];
  const allowed = model.toolChoice?.join(', ') ?? 'none';
  return [unsupportedField(`toolConfig.toolChoice.${kind}`, `The model takes: ${allowed}.`)];
};

/** Documented for Nova; the sentence is that of the other fields. */
export const systemToolSupported: Capability = ({ conversation: { toolConfig }, model }) => {
  const asked = toolConfig?.tools.some((tool) => 'systemTool' in tool) === true;
  if (!asked || model.family === 'nova') return [];
  return [unsupportedField('systemTool', 'Only the Nova models bring tools of their own.')];
};

/** Reported for Nova 2 Lite. Strict tools need what structured output needs. */
export const strictSupported: Capability = ({ conversation: { toolConfig }, model }) => {
  const asked = toolConfig?.tools.some(
    (tool) => 'toolSpec' in tool && tool.toolSpec.strict !== undefined,
  );
  if (asked !== true || model.features.includes('structuredOutput')) return [];
  return [unsupportedField('strict', 'Check what the model calls a tool with yourself.')];
};

/** Reported of Writer's models. */
export const statusSupported: Capability = ({ conversation: { messages = [] }, model }) => {
  if (model.providerName !== 'Writer') return [];
  const asked = messages.some(({ content }) =>
    content.some((block) => 'toolResult' in block && block.toolResult.status !== undefined),
  );
  return asked ? [unsupportedField('status', 'Say in the text that the tool failed.')] : [];
};
