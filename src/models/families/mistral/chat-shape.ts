// The shape of a request to Mistral's chat models, checked as the service checks it.

import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf } from '../native-json.ts';
import type { NativeShape } from '../native-shape.ts';
import { checkNative } from '../native-shape.ts';

const text: NativeShape = { type: 'string' };
const flag: NativeShape = { type: 'boolean' };
const json: NativeShape = { type: 'object', properties: {}, open: true };

const imageUrl: NativeShape = {
  type: 'anyOf',
  shapes: [text, { type: 'object', required: ['url'], properties: { url: text, detail: text } }],
};

const textChunk: NativeShape = {
  type: 'object',
  required: ['type'],
  properties: { type: text, text },
};

const chunk: NativeShape = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['text', 'image_url', 'thinking'] },
    text,
    image_url: imageUrl,
    thinking: { type: 'anyOf', shapes: [text, { type: 'array', items: textChunk }] },
    closed: flag,
  },
};

const call: NativeShape = {
  type: 'object',
  required: ['function'],
  properties: {
    id: text,
    type: { type: 'string', enum: ['function'] },
    index: { type: 'integer' },
    function: {
      type: 'object',
      required: ['name', 'arguments'],
      properties: { name: text, arguments: { type: 'anyOf', shapes: [text, json] } },
    },
  },
};

const message: NativeShape = {
  type: 'object',
  required: ['role'],
  properties: {
    role: { type: 'string', enum: ['system', 'user', 'assistant', 'tool'] },
    content: { type: 'anyOf', shapes: [text, { type: 'array', items: chunk }] },
    tool_calls: { type: 'array', items: call },
    tool_call_id: text,
    name: text,
    prefix: flag,
  },
};

const tool: NativeShape = {
  type: 'object',
  required: ['function'],
  properties: {
    type: { type: 'string', enum: ['function'] },
    function: {
      type: 'object',
      required: ['name'],
      properties: { name: text, description: text, parameters: json, strict: flag },
    },
  },
};

const toolChoice: NativeShape = {
  type: 'anyOf',
  shapes: [
    { type: 'string', enum: ['auto', 'any', 'none', 'required'] },
    {
      type: 'object',
      required: ['function'],
      properties: {
        type: { type: 'string', enum: ['function'] },
        function: { type: 'object', required: ['name'], properties: { name: text } },
      },
    },
  ],
};

const responseFormat: NativeShape = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['text', 'json_object', 'json_schema'] },
    json_schema: {
      type: 'object',
      required: ['schema'],
      properties: { name: text, description: text, schema: json, strict: flag },
    },
  },
};

const penalty: NativeShape = { type: 'number', minimum: -2, maximum: 2 };

// Documented: "Mistral AI chat completion", and the maker's own API for what came later.
const request: NativeShape = {
  type: 'object',
  required: ['messages'],
  properties: {
    messages: { type: 'array', items: message, minItems: 1 },
    tools: { type: 'array', items: tool },
    tool_choice: toolChoice,
    max_tokens: { type: 'integer', minimum: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    stop: { type: 'anyOf', shapes: [{ type: 'array', items: text, maxItems: 10 }, text] },
    response_format: responseFormat,
    frequency_penalty: penalty,
    presence_penalty: penalty,
    // Converse has one answer.
    n: { type: 'integer', minimum: 1, maximum: 1 },
    parallel_tool_calls: flag,
    prompt_mode: text,
    random_seed: { type: 'integer', minimum: 0 },
    reasoning_effort: text,
    safe_prompt: flag,
  },
};

/** The request without members that are null, which mean nothing. Throws ValidationException. */
export function checkChat(native: JsonObject): JsonObject {
  const { messages } = native;
  const given = withoutNulls(native);
  const checked = Array.isArray(messages)
    ? {
        ...given,
        messages: listOf(messages).map((it) => (isJsonObject(it) ? withoutNulls(it) : it)),
      }
    : given;
  checkNative(checked, request);
  checkResults(listOf(checked['messages']));
  return checked;
}

function withoutNulls(native: JsonObject): JsonObject {
  const members = Object.entries(native).map(([name, value]) => [name, value ?? undefined]);
  return compact(Object.fromEntries(members) as JsonObject);
}

/** A result names the call that it answers. */
function checkResults(messages: readonly unknown[]): void {
  for (const [at, native] of messages.entries()) {
    const { role, tool_call_id: id } = objectOf(native);
    if (role === 'tool' && id === undefined) {
      throw new ValidationException(
        `Malformed input request: #/messages/${at}: required key [tool_call_id] not found, ` +
          'please reformat your input and try again.',
      );
    }
  }
}
