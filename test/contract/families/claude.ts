// The normal form of Claude: nearly everything comes back as it was.

import fc from 'fast-check';
import { claude } from '../../../src/models/families/claude.ts';
import type { Conversation } from '../../../src/models/families/family.ts';
import type { DocumentValue } from '../../../src/protocol/api/shape.ts';
import type {
  Citation,
  CitationLocation,
  ContentBlock,
  InferenceConfiguration,
  Message,
} from '../../../src/protocol/api/types.generated.ts';
import { anyInput, anyText } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

const context = { modelId: 'anthropic.claude-sonnet-4-20250514-v1:0', maxTokens: 64_000 };

const texts = anyText.map((text): ContentBlock => ({ text }));

const reasoning = fc.oneof(
  fc.tuple(anyText, fc.base64String({ minLength: 4 })).map(([text, signature]): ContentBlock => ({
    reasoningContent: { reasoningText: { text, signature } },
  })),
  anyText.map((text): ContentBlock => ({ reasoningContent: { reasoningText: { text } } })),
  fc
    .uint8Array({ minLength: 1, maxLength: 9 })
    .map((bytes): ContentBlock => ({ reasoningContent: { redactedContent: Buffer.from(bytes) } })),
);

const range = { start: 0, end: 9 };
const locations: readonly CitationLocation[] = [
  { documentChar: { documentIndex: 1, ...range } },
  { documentPage: { documentIndex: 0, ...range } },
  { documentChunk: { documentIndex: 0, ...range } },
];
const citations = fc
  .tuple(anyText, fc.constantFrom(...locations))
  .map(([text, location]): Citation => ({ title: 'a', sourceContent: [{ text }], location }));

const cited = fc
  .tuple(anyText, fc.array(citations, { minLength: 1, maxLength: 2 }))
  .map(([text, found]): ContentBlock => ({
    citationsContent: { content: [{ text }], citations: found },
  }));

const ids = fc.stringMatching(/^toolu_bdrk_[A-Za-z0-9]{24}$/);

const calls = fc
  .tuple(ids, anyInput)
  .map(([toolUseId, input]): ContentBlock => ({ toolUse: { toolUseId, name: 'search', input } }));

const ownCalls = fc.tuple(ids, anyInput).map(([toolUseId, input]): ContentBlock => ({
  toolUse: { toolUseId, name: 'web_search', input, type: 'server_tool_use' },
}));

/** A search brings hits, however many; other tools bring one object. */
const ownResults = fc.oneof(
  fc.tuple(ids, fc.array(anyInput, { maxLength: 2 })).map(([toolUseId, hits]): ContentBlock => {
    const content = hits.map((json) => ({ json }));
    return { toolResult: { toolUseId, content, type: 'web_search_tool_result' } };
  }),
  fc.tuple(ids, anyInput).map(([toolUseId, json]): ContentBlock => ({
    toolResult: { toolUseId, content: [{ json }], type: 'code_execution_tool_result' },
  })),
);

export const claudeForm: NormalForm = {
  name: 'claude',
  family: claude,
  context,
  parts: {
    system: true,
    tools: true,
    toolChoices: ['auto', 'any', 'tool'],
    images: true,
    documents: true,
    reasoning: true,
    redactedReasoning: true,
    cachePoints: true,
    stopReasons: [
      'end_turn',
      'max_tokens',
      'stop_sequence',
      'content_filtered',
      'model_context_window_exceeded',
    ],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
    answerBlocks: fc.oneof(texts, reasoning, cited, calls, ownCalls, ownResults),
    additional: fc.constantFrom(
      undefined,
      { top_k: 5, anthropic_beta: ['a-1'], metadata: { user_id: 'u' } },
      { thinking: { type: 'enabled', budget_tokens: 1024 }, output_config: { x: 1 } },
      { tools: [{ type: 'bash_20250124', name: 'bash' }] },
    ) as fc.Arbitrary<DocumentValue>,
  },
  request: (request) => settle({ ...request, messages: (request.messages ?? []).map(onceCached) }),
  response: (response) => response,
  settle,
};

/** One cache point after a block is as good as several. */
function onceCached({ role, content }: Message): Message {
  const isAgain = (block: ContentBlock, at: number) =>
    'cachePoint' in block && 'cachePoint' in (content[at - 1] ?? {});
  return { role, content: content.filter((block, at) => !isAgain(block, at)) };
}

/** JSON is text to the model, an answer always has a limit, and says which sequence ended it. */
function settle({ messages = [], inferenceConfig, ...request }: Conversation): Conversation {
  const { stopSequences } = inferenceConfig ?? {};
  const config: InferenceConfiguration = { maxTokens: context.maxTokens, ...inferenceConfig };
  return {
    ...request,
    messages: messages.map(({ role, content }) => ({ role, content: content.map(asText) })),
    inferenceConfig: config,
    ...(stopSequences && { additionalModelResponseFieldPaths: ['/stop_sequence'] }),
  };
}

function asText(block: ContentBlock): ContentBlock {
  if (!('toolResult' in block)) return block;
  const content = block.toolResult.content.map((item) =>
    'json' in item ? { text: JSON.stringify(item.json) } : item,
  );
  return { toolResult: { ...block.toolResult, content } };
}
