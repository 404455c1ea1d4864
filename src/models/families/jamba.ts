// AI21 Jamba: OpenAI's format in small, with texts only and the counts in the last chunk.

import type { Family } from './family.ts';
import type { NativeShape } from './native-shape.ts';
import { createOpenaiChat } from './openai-chat.ts';

// Documented: "AI21 Labs Jamba models", and the maker's own reference for tools and documents.
const requestShape: NativeShape = {
  type: 'object',
  required: ['messages'],
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role'],
        properties: {
          role: { type: 'string', enum: ['system', 'user', 'assistant', 'tool'] },
          content: { type: 'anyOf', shapes: [{ type: 'string' }, { type: 'null' }] },
        },
        open: true,
      },
    },
    max_tokens: { type: 'integer', minimum: 0, maximum: 4096 },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    stop: {
      type: 'anyOf',
      shapes: [{ type: 'array', items: { type: 'string' }, maxItems: 16 }, { type: 'string' }],
    },
    n: { type: 'integer', minimum: 1, maximum: 16 },
    frequency_penalty: { type: 'number' },
    presence_penalty: { type: 'number' },
    tools: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'function'],
        properties: {
          type: { type: 'string', enum: ['function'] },
          function: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, description: { type: 'string' } },
            open: true,
          },
        },
        open: true,
      },
    },
  },
  open: true,
};

export const jamba: Family = createOpenaiChat(
  {
    namesModel: false,
    maxTokensMember: 'max_tokens',
    reasoningField: 'none',
    developerRole: false,
    contentParts: false,
    carriesFiles: false,
    carriesSchemas: false,
    carriesEffort: false,
    streamUsage: 'last-chunk',
  },
  requestShape,
);
