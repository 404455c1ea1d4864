// The normal form of Nova: the request itself, as the format is Converse's own.

import fc from 'fast-check';
import { nova } from '../../../src/models/families/nova.ts';
import type { NormalForm } from './normal-form.ts';

export const novaForm: NormalForm = {
  name: 'nova',
  family: nova,
  context: { modelId: 'amazon.nova-2-lite-v1:0', maxTokens: 64_000 },
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
      'guardrail_intervened',
      'malformed_tool_use',
    ],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
    additional: fc.constantFrom(undefined as never, {
      inferenceConfig: { topK: 20 },
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
    }),
  },
  request: (request) => request,
  response: (response) => response,
};
