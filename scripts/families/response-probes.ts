// What is asked of every family for answers: each kind of block, each reason to stop, the counts.

import type { Capability } from '../../src/models/catalog/model.ts';
import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
  TokenUsage,
  ToolConfiguration,
} from '../../src/protocol/api/types.generated.ts';
import { isSame } from './same.ts';

export interface ResponseProbe {
  readonly member: string;
  readonly response: ConverseResponse;
  readonly holds: (back: ConverseResponse) => boolean;
  readonly capability?: Capability;
  /** The headers of the answer say it, whatever its body says. */
  readonly inHeaders?: true;
}

const usage: TokenUsage = { inputTokens: 7, outputTokens: 11, totalTokens: 18 };

function answerOf(content: readonly ContentBlock[], stopReason: StopReason): ConverseResponse {
  const message = { role: 'assistant', content } as const;
  return { output: { message }, stopReason, usage, metrics: { latencyMs: 5 } };
}

/** IDs count by what they join only, and an answer joins nothing. */
function content(
  name: string,
  blocks: readonly ContentBlock[],
  capability?: Capability,
): ResponseProbe {
  const hasCall = blocks.some((block) => 'toolUse' in block);
  const response = answerOf(blocks, hasCall ? 'tool_use' : 'end_turn');
  const holds = ({ output }: ConverseResponse) =>
    isSame(withoutIds(output.message.content), withoutIds(blocks));
  return { member: `content[].${name}`, response, holds, ...(capability && { capability }) };
}

function withoutIds(blocks: readonly ContentBlock[]): unknown {
  return blocks.map((block) =>
    'toolUse' in block ? { toolUse: { ...block.toolUse, toolUseId: '' } } : block,
  );
}

function stopped(stopReason: StopReason): ResponseProbe {
  return {
    member: `stopReason, ${stopReason}`,
    response: answerOf([{ text: 'Yes.' }], stopReason),
    holds: (back) => back.stopReason === stopReason,
  };
}

function counted(name: string, members: TokenUsage): ResponseProbe {
  return {
    member: name,
    response: { ...answerOf([{ text: 'Yes.' }], 'end_turn'), usage: members },
    holds: (back) => isSame(back.usage, members),
    inHeaders: true,
  };
}

const toolUse = {
  toolUseId: 'tooluse_0123456789abcdefABCDEF',
  name: 'search',
  input: { for: 'x' },
};
const bytes = Buffer.from('hidden');

const inputSchema = { json: { type: 'object', properties: { for: { type: 'string' } } } };

/** The tools of the calls below. */
export const offeredTools: ToolConfiguration = {
  tools: ['search', 'add'].map((name) => ({ toolSpec: { name, inputSchema } })),
};

export const responseProbes: readonly ResponseProbe[] = [
  content('text', [{ text: 'Yes.' }]),
  content('text, two in a message', [{ text: 'Yes.' }, { text: 'No.' }]),
  content('toolUse', [{ text: 'I look.' }, { toolUse }], 'tools'),
  content(
    'toolUse, two in a message',
    [{ toolUse }, { toolUse: { ...toolUse, name: 'add' } }],
    'tools',
  ),
  content('reasoningContent.reasoningText', [
    { reasoningContent: { reasoningText: { text: 'Hm.' } } },
    { text: 'Yes.' },
  ]),
  content('reasoningContent.reasoningText.signature', [
    { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
    { text: 'Yes.' },
  ]),
  content('reasoningContent.redactedContent', [
    { reasoningContent: { redactedContent: bytes } },
    { text: 'Yes.' },
  ]),
  content('citationsContent', [
    { citationsContent: { content: [{ text: 'Yes.' }], citations: [{ title: 'A page' }] } },
  ]),
  content('image', [{ image: { format: 'png', source: { bytes } } }]),
  stopped('end_turn'),
  stopped('max_tokens'),
  stopped('stop_sequence'),
  stopped('content_filtered'),
  stopped('guardrail_intervened'),
  stopped('model_context_window_exceeded'),
  counted('usage', usage),
  counted('usage.cacheReadInputTokens', { ...usage, totalTokens: 23, cacheReadInputTokens: 5 }),
  counted('usage.cacheWriteInputTokens', { ...usage, totalTokens: 23, cacheWriteInputTokens: 5 }),
];
