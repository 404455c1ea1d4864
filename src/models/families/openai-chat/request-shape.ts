// The shape of a client's request in OpenAI's format; each role has a message of its own.

import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf } from '../native-json.ts';
import type { NativeShape } from '../native-shape.ts';
import { checkViolations, violationsOf } from '../native-shape.ts';

const text: NativeShape = { type: 'string' };
const flag: NativeShape = nullable({ type: 'boolean' });
const open: NativeShape = { type: 'object', properties: {}, open: true };
const nothing: NativeShape = { type: 'null' };

function nullable(shape: NativeShape): NativeShape {
  return { type: 'anyOf', shapes: [shape, { type: 'null' }] };
}

function oneOf(...values: readonly string[]): NativeShape {
  return { type: 'string', enum: values };
}

function object(required: readonly string[], properties: Record<string, NativeShape>): NativeShape {
  return { type: 'object', required, properties, open: true };
}

const part = object(['type'], { type: text, text });
const content: NativeShape = {
  type: 'anyOf',
  shapes: [text, { type: 'array', items: part, minItems: 1 }],
};

// Written as JSON, not as its text, by some clients.
const callArguments: NativeShape = { type: 'anyOf', shapes: [text, open, nothing] };

const call = object(['id', 'function'], {
  id: text,
  type: oneOf('function'),
  function: object(['name'], { name: text, arguments: callArguments }),
});

const roles: Readonly<Record<string, NativeShape>> = {
  developer: object(['content'], { content }),
  system: object(['content'], { content }),
  user: object(['content'], { content }),
  assistant: object([], {
    content: nullable(content),
    refusal: nullable(text),
    tool_calls: nullable({ type: 'array', items: call }),
    reasoning_content: nullable(text),
    reasoning: nullable(text),
    // Calls without IDs, which no result can name.
    function_call: nothing,
  }),
  tool: object(['content', 'tool_call_id'], { content, tool_call_id: text }),
};

const message = object(['role'], { role: oneOf(...Object.keys(roles)) });

const penalty = nullable({ type: 'number', minimum: -2, maximum: 2 });

/** Documented: OpenAI, "Create chat completion". Servers have members of their own besides. */
export const requestShape: NativeShape = object(['messages'], {
  messages: { type: 'array', items: message, minItems: 1 },
  model: text,
  max_completion_tokens: nullable({ type: 'integer', minimum: 1 }),
  max_tokens: nullable({ type: 'integer', minimum: 1 }),
  temperature: nullable({ type: 'number', minimum: 0, maximum: 2 }),
  top_p: nullable({ type: 'number', minimum: 0, maximum: 1 }),
  stop: {
    type: 'anyOf',
    shapes: [{ type: 'array', items: text }, text, nothing],
  },
  tools: { type: 'array', items: object(['type'], { type: text, function: toolFunction() }) },
  tool_choice: { type: 'anyOf', shapes: [text, open, nothing] },
  parallel_tool_calls: flag,
  reasoning_effort: nullable(text),
  response_format: nullable(
    object(['type'], { type: oneOf('text', 'json_object', 'json_schema'), json_schema: open }),
  ),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  service_tier: nullable(text),
  stream: flag,
});

function toolFunction(): NativeShape {
  return object(['name'], { name: text, description: nullable(text), strict: flag });
}

/** Throws ValidationException in the service's words. */
export function checkRequest(native: JsonObject, shape: NativeShape): void {
  checkViolations([
    ...violationsOf(native, shape, '#'),
    ...listOf(native['messages']).flatMap((item, at) => {
      const role = isJsonObject(item) ? item['role'] : undefined;
      const own = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : undefined;
      return own === undefined ? [] : violationsOf(item, own, `#/messages/${at}`);
    }),
  ]);
}
