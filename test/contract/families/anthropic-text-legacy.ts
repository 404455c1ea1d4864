// The normal form of Claude's older format: each message is one text, and nothing is counted.

import { anthropicTextLegacy } from '../../../src/models/families/anthropic-text-legacy.ts';
import type { Conversation } from '../../../src/models/families/family.ts';
import type {
  ContentBlock,
  ConverseResponse,
  SystemContentBlock,
} from '../../../src/protocol/api/types.generated.ts';
import type { NormalForm } from './normal-form.ts';

const context = { modelId: 'anthropic.claude-v2:1', maxTokens: 8191 };

export const anthropicTextLegacyForm: NormalForm = {
  name: 'anthropic-text-legacy',
  family: anthropicTextLegacy,
  context,
  parts: {
    system: true,
    // Which sequence ended an answer the drawn ones do not say.
    stopReasons: ['end_turn', 'max_tokens'],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
  },
  request({ messages = [], system, ...request }) {
    return settle({
      messages: messages.map(({ role, content }) => ({ role, content: joined(content) })),
      ...(system && { system: joined(system) }),
      ...request,
    });
  },
  response: ({ output, ...response }) =>
    uncounted({
      ...response,
      output: { message: { role: 'assistant', content: joined(output.message.content) } },
    }),
  settle,
  settleResponse: uncounted,
};

/** An answer always has a limit, and says which sequence ended it. */
function settle({ inferenceConfig, ...request }: Conversation): Conversation {
  const { stopSequences } = inferenceConfig ?? {};
  return {
    ...request,
    inferenceConfig: { maxTokens: context.maxTokens, ...inferenceConfig },
    ...(stopSequences && { additionalModelResponseFieldPaths: ['/stop', '/stop_sequence'] }),
  };
}

/** The headers count, not the body. */
function uncounted(response: ConverseResponse): ConverseResponse {
  return { ...response, usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 } };
}

function joined(content: readonly (ContentBlock | SystemContentBlock)[]) {
  return [{ text: content.map(textOf).join('\n') }];
}

function textOf(block: ContentBlock | SystemContentBlock): string {
  if ('text' in block) return block.text;
  throw new Error('The format takes text only');
}
