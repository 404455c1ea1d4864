// The shape of Nova's native request, messages-v1, as a client's body is checked against it.

import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf } from '../native-json.ts';
import { checkNative } from '../native-shape.ts';
import type { NativeShape } from '../native-shape.ts';

/** Throws ValidationException in the service's words. */
export function checkNova(native: JsonObject): void {
  checkNative(native, requestShape);
  for (const [at, message] of listOf(native['messages']).entries()) {
    for (const [index, block] of listOf(objectOf(message)['content']).entries()) {
      checkBlock(objectOf(block), `#/messages/${at}/content/${index}`);
    }
  }
  const [first, ...others] = definitionsOf(objectOf(native['toolConfig']));
  if (first !== undefined) throw malformed(first, others.length);
}

/** Reported from the field: inner schemas must stand where they are meant. */
export function checkToolSchemas(toolConfig: object): void {
  const [first, ...others] = definitionsOf({ ...toolConfig });
  if (first === undefined) return;
  throw new ValidationException(
    `The model returned the following errors: ${malformed(first, others.length).message}`,
    { hint: 'Write the definitions out where the schema refers to them.' },
  );
}

const text: NativeShape = { type: 'string' };

function object(
  properties: Readonly<Record<string, NativeShape>>,
  required: readonly string[] = [],
): NativeShape {
  return { type: 'object', properties, required };
}

const anyObject: NativeShape = { type: 'object', properties: {}, open: true };

const source = object({
  bytes: text,
  s3Location: object({ uri: text, bucketOwner: text }, ['uri']),
});

function media(...formats: readonly string[]): NativeShape {
  return object({ format: { type: 'string', enum: formats }, source }, ['format', 'source']);
}

const image = media('png', 'jpeg', 'gif', 'webp');
const video = media('mkv', 'mov', 'mp4', 'webm', 'three_gp', 'flv', 'mpeg', 'mpg', 'wmv');
const audioFormats = ['mp3', 'opus', 'wav', 'aac', 'flac', 'mp4', 'ogg', 'mkv'];
const documentFormats = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'];

const cachePoint = object({ type: { type: 'string', enum: ['default'] } }, ['type']);

// Reported from the field: no cache point, and recorded: no document, within a tool's result.
const toolResultContent = object({ text, json: { type: 'any' }, image, video });

const contentBlock = object({
  text,
  image,
  video,
  audio: media(...audioFormats),
  document: object({ format: { type: 'string', enum: documentFormats }, name: text, source }, [
    'format',
    'name',
    'source',
  ]),
  toolUse: object({ toolUseId: text, name: text, input: { type: 'any' }, type: text }, [
    'toolUseId',
    'name',
    'input',
  ]),
  toolResult: object(
    {
      toolUseId: text,
      content: { type: 'array', items: toolResultContent },
      status: { type: 'string', enum: ['success', 'error'] },
      type: text,
    },
    ['toolUseId', 'content'],
  ),
  reasoningContent: object({
    reasoningText: object({ text, signature: text }, ['text']),
    redactedContent: text,
  }),
  // Of the models that look things up: what they answered is sent back as it came.
  citationsContent: anyObject,
  cachePoint,
});

const tool = object({
  toolSpec: object(
    { name: text, description: text, inputSchema: object({ json: anyObject }, ['json']) },
    ['name', 'inputSchema'],
  ),
  systemTool: object({ name: text }, ['name']),
});

// Documented: "Request and response schema" of Amazon Nova; further members of the request and of
// its inferenceConfig are newer models' settings and let be.
const requestShape: NativeShape = {
  type: 'object',
  required: ['messages'],
  open: true,
  properties: {
    schemaVersion: { type: 'string', enum: ['messages-v1'] },
    system: { type: 'array', items: object({ text, cachePoint }) },
    messages: {
      type: 'array',
      items: object(
        {
          role: { type: 'string', enum: ['user', 'assistant'] },
          content: { type: 'array', items: contentBlock },
        },
        ['role', 'content'],
      ),
    },
    inferenceConfig: {
      type: 'object',
      open: true,
      properties: {
        maxTokens: { type: 'integer', minimum: 1 },
        max_new_tokens: { type: 'integer', minimum: 1 },
        temperature: { type: 'number', minimum: 0, maximum: 1 },
        topP: { type: 'number', minimum: 0, maximum: 1 },
        topK: { type: 'integer', minimum: 0 },
        stopSequences: { type: 'array', items: text, maxItems: 4 },
      },
    },
    toolConfig: object(
      {
        tools: { type: 'array', items: tool, minItems: 1 },
        toolChoice: object({
          auto: object({}),
          any: object({}),
          tool: object({ name: text }, ['name']),
        }),
      },
      ['tools'],
    ),
  },
};

/** A block is of one kind, and its bytes are base64 text. */
function checkBlock(block: JsonObject, path: string): void {
  const kinds = Object.keys(block);
  if (kinds.length < 1) throw malformed(`${path}: minimum size: [1], found: [0]`, 0);
  if (kinds.length > 1) throw malformed(`${path}: maximum size: [1], found: [${kinds.length}]`, 0);
  for (const [kind, value] of Object.entries(block)) {
    // What a tool takes and gives is its own, whatever it looks like.
    if (kind === 'json' || kind === 'toolUse') continue;
    const { source: place, content, redactedContent } = objectOf(value);
    checkBase64(redactedContent, `${path}/${kind}/redactedContent`);
    checkBase64(objectOf(place)['bytes'], `${path}/${kind}/source/bytes`);
    for (const [at, inner] of listOf(content).entries()) {
      checkBlock(objectOf(inner), `${path}/${kind}/content/${at}`);
    }
  }
}

function checkBase64(value: unknown, path: string): void {
  if (typeof value !== 'string' || base64.test(value)) return;
  throw malformed(`${path}: expected base64 text`, 0);
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Every schema of a tool that holds definitions, which the service takes for strange members. */
function definitionsOf(toolConfig: JsonObject): readonly string[] {
  return listOf(toolConfig['tools']).flatMap((tool, at) => {
    const { json } = objectOf(objectOf(objectOf(tool)['toolSpec'])['inputSchema']);
    const path = `#/toolConfig/tools/${at}/toolSpec/inputSchema/json`;
    return ['$defs', 'definitions']
      .filter((name) => isJsonObject(json) && Object.hasOwn(json, name))
      .map((name) => `${path}: extraneous key [${name}] is not permitted`);
  });
}

function malformed(violation: string, others: number): ValidationException {
  const told = others === 0 ? violation : `${others + 1} schema violations found`;
  return new ValidationException(
    `Malformed input request: ${told}, please reformat your input and try again.`,
  );
}
