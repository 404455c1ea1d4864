// The shape of Command R's native request, as a client's body is checked against it.

import type { NativeShape } from '../native-shape.ts';

const text: NativeShape = { type: 'string' };

const call: NativeShape = {
  type: 'object',
  required: ['name', 'parameters'],
  properties: { name: text, parameters: { type: 'object', properties: {}, open: true } },
};

const toolResults: NativeShape = {
  type: 'array',
  items: {
    type: 'object',
    required: ['call', 'outputs'],
    properties: {
      call,
      outputs: { type: 'array', items: { type: 'object', properties: {}, open: true } },
    },
  },
};

const historyEntry: NativeShape = {
  type: 'object',
  required: ['role'],
  properties: {
    role: { type: 'string', enum: ['USER', 'CHATBOT', 'SYSTEM', 'TOOL'] },
    message: text,
    tool_calls: { type: 'array', items: call },
    tool_results: toolResults,
  },
};

/** A tool's parameters are a Python signature, not a JSON Schema. */
const parameter: NativeShape = {
  type: 'object',
  required: ['type'],
  properties: { description: text, type: text, required: { type: 'boolean' } },
};

const tool: NativeShape = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1 },
    description: text,
    // Checked by definitionsShape.
    parameter_definitions: { type: 'any' },
  },
};

/** The definitions of one tool, whose names are the tool's own. */
export function definitionsShape(names: readonly string[]): NativeShape {
  return { type: 'object', properties: Object.fromEntries(names.map((it) => [it, parameter])) };
}

// Documented: "Cohere Command R and Command R+ models". What the service adds with its newer
// models (documents, connectors, citations ...) is let be and sent on.
export const requestShape: NativeShape = {
  type: 'object',
  required: ['message'],
  open: true,
  properties: {
    message: text,
    chat_history: { type: 'array', items: historyEntry },
    preamble: text,
    max_tokens: { type: 'integer', minimum: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    p: { type: 'number', minimum: 0, maximum: 1 },
    k: { type: 'number', minimum: 0, maximum: 500 },
    stop_sequences: { type: 'array', items: text, maxItems: 5 },
    tools: { type: 'array', items: tool },
    tool_results: toolResults,
    search_queries_only: { type: 'boolean' },
    force_single_step: { type: 'boolean' },
    return_prompt: { type: 'boolean' },
    raw_prompting: { type: 'boolean' },
  },
};
