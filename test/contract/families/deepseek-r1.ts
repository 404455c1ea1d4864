// The normal form of DeepSeek-R1: one text a message; an answer's text, then its reasoning.

import { deepseekR1 } from '../../../src/models/families/deepseek-r1.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import { listOf, objectOf } from '../../../src/models/families/native-json.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
} from '../../../src/protocol/api/types.generated.ts';
import type { NormalForm } from './normal-form.ts';

export const deepseekR1Form: NormalForm = {
  name: 'deepseek-r1',
  family: deepseekR1,
  context: { modelId: 'deepseek.r1-v1:0', maxTokens: 8192 },
  parts: {
    system: true,
    reasoning: true,
    redactedReasoning: true,
    cachePoints: true,
    stopReasons: ['end_turn', 'max_tokens'],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
  },
  request({ messages = [], system, ...request }) {
    const before = (system ?? []).flatMap((block) => ('text' in block ? [block.text] : []));
    return {
      ...request,
      messages: messages.map(({ role, content }): Message => ({
        role,
        content: [{ text: textsOf(content).join('\n') }],
      })),
      ...(before.length > 0 && { system: [{ text: before.join('\n') }] }),
    };
  },
  response(response) {
    const { content } = response.output.message;
    return answer(response, [...textBlocks(textsOf(content)), ...reasoningBlocks(content)]);
  },
  // What is reasoned after the text began has no place in a stream.
  streamed(response) {
    const { content } = response.output.message;
    const at = content.findIndex((block) => 'text' in block);
    const first = at === -1 ? content : content.slice(0, at);
    return answer(response, [...reasoningBlocks(first), ...textBlocks(textsOf(content))]);
  },
  settleResponse(response) {
    const { content } = response.output.message;
    return answer(response, [...textBlocks(textsOf(content)), ...reasoningBlocks(content)]);
  },
  split: (chunks, pieces) => chunks.flatMap((chunk) => splitChunk(chunk, pieces)),
};

/** The headers count, not the body. */
function answer(response: ConverseResponse, content: readonly ContentBlock[]): ConverseResponse {
  return {
    ...response,
    output: { message: { role: 'assistant', content } },
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  };
}

function textsOf(content: readonly ContentBlock[]): readonly string[] {
  return content.flatMap((block) => ('text' in block ? [block.text] : []));
}

function textBlocks(texts: readonly string[]): readonly ContentBlock[] {
  return texts.length > 0 ? [{ text: texts.join('\n') }] : [];
}

function reasoningBlocks(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const texts = content.flatMap((block) =>
    'reasoningContent' in block && 'reasoningText' in block.reasoningContent
      ? [block.reasoningContent.reasoningText.text]
      : [],
  );
  if (texts.length === 0) return [];
  return [{ reasoningContent: { reasoningText: { text: texts.join('\n') } } }];
}

function splitChunk(
  chunk: JsonObject,
  pieces: (text: string) => readonly string[],
): readonly JsonObject[] {
  const { text, stop_reason: reason } = objectOf(listOf(chunk['choices'])[0]);
  if (typeof text !== 'string' || text === '' || reason !== null) return [chunk];
  return pieces(text).map((piece) => ({ choices: [{ text: piece, stop_reason: null }] }));
}
