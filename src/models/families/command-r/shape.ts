// The shape of Command R's native request, as a client's body is checked against it.

import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf } from '../native-json.ts';
import { checkNative } from '../native-shape.ts';
import type { NativeShape } from '../native-shape.ts';

/** Throws ValidationException in the service's words. */
export function checkCommandR(native: JsonObject): void {
  const names = listOf(native['tools']).flatMap((tool) =>
    Object.keys(objectOf(objectOf(tool)['parameter_definitions'])),
  );
  const properties = { ...members, tools: { type: 'array', items: toolShape(names) } as const };
  checkNative(native, { type: 'object', required: ['message'], open: true, properties });
}

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

/** The names of a tool's parameters are its own: those of the request are what may stand there. */
function toolShape(parameters: readonly string[]): NativeShape {
  const definitions = Object.fromEntries(parameters.map((name) => [name, parameter]));
  return {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 1 },
      description: text,
      parameter_definitions: { type: 'object', properties: definitions },
    },
  };
}

// Documented: "Cohere Command R and Command R+ models". What the service adds with its newer
// models (documents, connectors, citations ...) is let be and sent on.
const members: Readonly<Record<string, NativeShape>> = {
  message: text,
  chat_history: { type: 'array', items: historyEntry },
  preamble: text,
  max_tokens: { type: 'integer', minimum: 1 },
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  p: { type: 'number', minimum: 0, maximum: 1 },
  k: { type: 'number', minimum: 0, maximum: 500 },
  stop_sequences: { type: 'array', items: text, maxItems: 5 },
  tool_results: toolResults,
  search_queries_only: { type: 'boolean' },
  force_single_step: { type: 'boolean' },
  return_prompt: { type: 'boolean' },
  raw_prompting: { type: 'boolean' },
};
