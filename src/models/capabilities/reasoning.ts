// What Claude asks of a request in which it is to reason: its budget, its sampling, its choice of
// tools, and the history that it goes on from.

import { reasoningBudgetTokensMin, reasoningTopPMin } from '../../limits.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import type { Capability, ModelCall, Refusal } from './capability.ts';
import { fromModel } from './capability.ts';

const page = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';
const considerations = `Please consult our documentation at ${page}#important-considerations-when-using-extended-thinking`;

/** Documented by Anthropic. */
export const reasoningBudgetEnough: Capability = (call) => {
  const budget = reasoningOf(call)?.['budget_tokens'];
  if (typeof budget !== 'number' || budget >= reasoningBudgetTokensMin) return [];
  const message = `thinking.enabled.budget_tokens: Input should be greater than or equal to ${reasoningBudgetTokensMin}`;
  return [fromModel(message, 'Give a larger budget_tokens, below maxTokens.')];
};

/** Reported from the field. Between calls of tools, where a beta asks for it, it may be more. */
export const reasoningBudgetWithin: Capability = (call) => {
  const budget = reasoningOf(call)?.['budget_tokens'];
  const { additionalModelRequestFields: fields, inferenceConfig } = call.conversation;
  const maxTokens = inferenceConfig?.maxTokens;
  if (typeof budget !== 'number' || maxTokens === undefined || maxTokens > budget) return [];
  const betas = membersOf(fields)['anthropic_beta'];
  if (Array.isArray(betas) && betas.some(isInterleaved)) return [];
  const message =
    '`max_tokens` must be greater than `thinking.budget_tokens`. ' +
    `Please consult our documentation at ${page}#max-tokens-and-context-window-size`;
  return [fromModel(message, 'The budget is a part of maxTokens: give more of them.')];
};

function isInterleaved(beta: unknown): boolean {
  return typeof beta === 'string' && beta.startsWith('interleaved-thinking-');
}

/** Reported from the field; of topP the bound is documented, and the words are those of topK. */
export const reasoningSamplesFreely: Capability = (call) => {
  if (reasoningOf(call) === undefined) return [];
  const { additionalModelRequestFields: fields, inferenceConfig } = call.conversation;
  const { temperature = 1, topP = 1 } = inferenceConfig ?? {};
  const refusals: Refusal[] = [];
  if (temperature !== 1) {
    const message = `\`temperature\` may only be set to 1 when thinking is enabled. ${considerations}`;
    refusals.push(fromModel(message, 'Leave temperature out.'));
  }
  if (topP < reasoningTopPMin) {
    const message = `\`top_p\` must be greater than or equal to ${reasoningTopPMin} or unset when thinking is enabled. ${considerations}`;
    refusals.push(fromModel(message, 'Leave topP out.'));
  }
  if (typeof membersOf(fields)['top_k'] === 'number') {
    const message = `\`top_k\` must be unset when thinking is enabled. ${considerations}`;
    refusals.push(fromModel(message, 'Leave top_k out.'));
  }
  return refusals;
};

/** Reported from the field, by two clients. */
export const reasoningAllowsChoice: Capability = (call) => {
  const choice = call.conversation.toolConfig?.toolChoice;
  if (reasoningOf(call) === undefined || choice === undefined || 'auto' in choice) return [];
  const message = 'Thinking may not be enabled when tool_choice forces tool use.';
  return [fromModel(message, 'Leave toolChoice to auto where the model reasons.')];
};

/** Reported from the field, by many: clients lose the reasoning that came before a call. */
export const reasoningGoesOn: Capability = (call) => {
  const { messages = [] } = call.conversation;
  const index = firstOfLoop(messages);
  const first = messages[index]?.content[0];
  if (reasoningOf(call) === undefined || first === undefined) return [];
  if ('reasoningContent' in first) return [];
  const message =
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, ` +
    `but found \`${nativeType(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message ` +
    'must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` ' +
    'blocks). We recommend you include thinking blocks from previous turns. To avoid this ' +
    `requirement, disable \`thinking\`. Please consult our documentation at ${page}`;
  return [fromModel(message, 'Send the reasoningContent blocks back before the call of the tool.')];
};

/**
 * The message in which the assistant began the calls that are being answered; -1 for none. It
 * reasons there once: later calls of the same loop come without.
 */
function firstOfLoop(messages: readonly Message[]): number {
  let first = -1;
  for (let index = messages.length - 1; index > 0; index -= 2) {
    const answers = messages[index]?.content.some((block) => 'toolResult' in block) === true;
    if (!answers || messages[index - 1]?.role !== 'assistant') break;
    first = index - 1;
  }
  return first;
}

/** Claude's own word for a kind of block. */
function nativeType(block: ContentBlock): string {
  const [kind = ''] = Object.keys(block);
  return kind.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `additionalModelRequestFields.thinking`, where it asks Claude to reason with a budget. */
function reasoningOf({
  conversation,
  model,
}: ModelCall): Readonly<Record<string, DocumentValue>> | undefined {
  if (model.family !== 'claude' || !model.features.includes('reasoning')) return undefined;
  const reasoning = membersOf(membersOf(conversation.additionalModelRequestFields)['thinking']);
  return reasoning['type'] === 'enabled' ? reasoning : undefined;
}

function membersOf(value: DocumentValue | undefined): Readonly<Record<string, DocumentValue>> {
  return isJsonObject(value) ? value : {};
}
