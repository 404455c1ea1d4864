// The shape of a client's request in the Messages format, and how the service refuses another.

import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf } from '../native-json.ts';
import type { NativeShape } from '../native-shape.ts';
import { violationsOf } from '../native-shape.ts';

const text: NativeShape = { type: 'string' };
const integer: NativeShape = { type: 'integer' };
const flag: NativeShape = { type: 'boolean' };
const any: NativeShape = { type: 'any' };
const open: NativeShape = { type: 'object', properties: {}, open: true };
const list: NativeShape = { type: 'array', items: any };
const nullableText: NativeShape = nullable(text);
const cacheControl: NativeShape = nullable({
  type: 'object',
  required: ['type'],
  properties: { type: oneOf('ephemeral'), ttl: oneOf('5m', '1h') },
});
const citations: NativeShape = nullable({ type: 'object', properties: { enabled: flag } });

function nullable(shape: NativeShape): NativeShape {
  return { type: 'anyOf', shapes: [shape, { type: 'null' }] };
}

function oneOf(...values: readonly string[]): NativeShape {
  return { type: 'string', enum: values };
}

function textOr(items: NativeShape): NativeShape {
  return { type: 'anyOf', shapes: [{ type: 'array', items }, text] };
}

/** A block and its members; each may be a cache point. */
function block(required: readonly string[], properties: Record<string, NativeShape>): NativeShape {
  const all = { type: text, cache_control: cacheControl, ...properties };
  return { type: 'object', required, properties: all };
}

// Documented: Anthropic's Messages API without `model` and `stream`, which the service refuses.
const requestShape: NativeShape = {
  type: 'object',
  required: ['max_tokens', 'messages', 'anthropic_version'],
  properties: {
    anthropic_version: text,
    anthropic_beta: { type: 'array', items: text },
    max_tokens: { type: 'integer', minimum: 1 },
    messages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: oneOf('user', 'assistant', 'system'), content: textOr(open) },
      },
    },
    system: textOr(
      block(['type', 'text'], { type: oneOf('text'), text, citations: { type: 'null' } }),
    ),
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    top_k: integer,
    stop_sequences: { type: 'array', items: text },
    tools: { type: 'array', items: open },
    tool_choice: {
      type: 'object',
      required: ['type'],
      properties: {
        type: oneOf('auto', 'any', 'tool', 'none'),
        name: text,
        disable_parallel_tool_use: flag,
      },
    },
    cache_control: cacheControl,
    container: any,
    context_management: open,
    fallbacks: any,
    inference_geo: nullableText,
    mcp_servers: list,
    metadata: { type: 'object', properties: { user_id: nullableText } },
    output_config: open,
    output_format: any,
    service_tier: text,
    speed: nullableText,
    thinking: { type: 'object', required: ['type'], properties: { type: text }, open: true },
    user_profile_id: text,
  },
};

const resultBlocks = new Set(['text', 'image', 'document', 'search_result']);

const blockShapes: Readonly<Record<string, NativeShape>> = {
  text: block(['text'], { text, citations: nullable({ type: 'array', items: open }) }),
  image: block(['source'], {
    source: {
      type: 'object',
      required: ['type', 'media_type', 'data'],
      properties: { type: oneOf('base64'), media_type: text, data: text },
    },
  }),
  document: block(['source'], {
    source: {
      type: 'object',
      required: ['type'],
      properties: {
        type: oneOf('base64', 'text', 'content'),
        media_type: oneOf('application/pdf', 'text/plain'),
        data: text,
        content: textOr(open),
      },
    },
    title: nullableText,
    context: nullableText,
    citations,
  }),
  search_result: block(['source', 'title', 'content'], {
    source: text,
    title: text,
    content: { type: 'array', items: open },
    citations,
  }),
  thinking: block(['thinking'], { thinking: text, signature: text }),
  redacted_thinking: block(['data'], { data: text }),
  tool_use: block(['id', 'name', 'input'], {
    id: text,
    name: text,
    input: open,
    caller: any,
    toolset_name: nullableText,
  }),
  server_tool_use: block(['id', 'name', 'input'], {
    id: text,
    name: text,
    input: open,
    caller: any,
  }),
  tool_result: block(['tool_use_id'], {
    tool_use_id: text,
    content: textOr(open),
    is_error: flag,
    toolset_name: nullableText,
  }),
  tool_addition: block(['tool'], { tool: open }),
  tool_removal: block(['tool'], { tool: open }),
};

const serverResultShape = block(['tool_use_id', 'content'], {
  tool_use_id: text,
  content: any,
  caller: any,
});

/** Throws ValidationException in the service's words. */
export function checkRequestShape(native: JsonObject): void {
  const violations = [
    ...violationsOf(native, requestShape, '#'),
    ...listOf(native['messages']).flatMap((message, at) => {
      const content = isJsonObject(message) ? message['content'] : undefined;
      return contentViolations(content, `#/messages/${at}/content`);
    }),
  ];
  if (violations.length > 0) throw refusalOf(violations, native);
}

function contentViolations(content: unknown, path: string): readonly string[] {
  return listOf(content).flatMap((item, at) => {
    return isJsonObject(item) ? blockViolations(item, `${path}/${at}`) : [];
  });
}

function blockViolations(native: JsonObject, path: string): readonly string[] {
  const { type, content } = native;
  if (typeof type !== 'string') return [`${path}: required key [type] not found`];
  const shape = shapeOf(type);
  if (shape === undefined) return [`${path}/type: ${type} is not a valid enum value`];
  const own = violationsOf(native, shape, path);
  return type === 'tool_result' ? [...own, ...resultViolations(content, `${path}/content`)] : own;
}

function shapeOf(type: string): NativeShape | undefined {
  if (Object.hasOwn(blockShapes, type)) return blockShapes[type];
  return type.endsWith('_tool_result') ? serverResultShape : undefined;
}

function resultViolations(content: unknown, path: string): readonly string[] {
  const misplaced = listOf(content).flatMap((item, at) => {
    const type = isJsonObject(item) ? item['type'] : undefined;
    if (typeof type !== 'string' || resultBlocks.has(type)) return [];
    return [`${path}/${at}/type: ${type} is not a valid enum value`];
  });
  return misplaced.length > 0 ? misplaced : contentViolations(content, path);
}

const toldMax = 10;

/** Reported from the field: all violations in a row, behind that of the older format. */
function refusalOf(violations: readonly string[], native: JsonObject): ValidationException {
  const older =
    native['messages'] === undefined
      ? ''
      : '#: subject must not be valid against schema {"required":["messages"]}';
  const told = violations.slice(0, toldMax).join('');
  return new ValidationException(
    `Malformed input request: ${older}${told}, please reformat your input and try again.`,
    hintOf(native),
  );
}

function hintOf(native: JsonObject): { hint?: string } {
  if (native['inferenceConfig'] === undefined && native['toolConfig'] === undefined) return {};
  return {
    hint: "This is Converse's format; InvokeModel takes the model's own, or call Converse.",
  };
}
