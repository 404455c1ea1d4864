// Anthropic Claude: the Messages format, which has a member for nearly all that Converse has.

import type {
  InferenceConfiguration,
  Message,
  OutputConfig,
} from '../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import { decodeResponse, encodeResponse } from './claude/answer.ts';
import { markCachePoints } from './claude/cache-points.ts';
import type { Place } from './claude/cache-points.ts';
import { fromNativeContent } from './claude/content-from-native.ts';
import { toNativeBlock, toNativeContent } from './claude/content-to-native.ts';
import { checkRequestShape } from './claude/request-shape.ts';
import { createStreamDecoder } from './claude/stream-decoder.ts';
import { createStreamEncoder } from './claude/stream-encoder.ts';
import { fromNativeTools, toNativeTools } from './claude/tools.ts';
import type { Conversation, Family, FamilyContext } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import {
  compact,
  isJsonObject,
  listOf,
  numberOf,
  objectOf,
  parseNative,
  textsOf,
} from './native-json.ts';

export const claude: Family = {
  carries: new Set([
    'documents',
    'images',
    'promptCaching',
    'reasoning',
    'stopSequences',
    'structuredOutput',
    'system',
    'tools',
  ]),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

const known = new Set([
  'anthropic_version',
  'max_tokens',
  'messages',
  'output_config',
  'stop_sequences',
  'system',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
]);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkRequestShape(native);
  const losses = createLosses();
  const system = fromNativeSystem(native['system'], losses);
  const { toolConfig, additional } = fromNativeTools(native);
  const { outputConfig, remainder } = fromNativeOutput(objectOf(native['output_config']));
  const unknown = { ...native, ...additional, output_config: remainder };
  const rest = additionalOf(compact(unknown), notIn(additional, remainder));
  const inferenceConfig = fromNativeInference(native);
  const request: Conversation = {
    messages: fromNativeMessages(listOf(native['messages']), losses),
    ...(system.length > 0 && { system }),
    inferenceConfig,
    ...(toolConfig !== undefined && { toolConfig }),
    ...(outputConfig !== undefined && { outputConfig }),
    ...rest,
    // Native answers say which sequence ended them; Converse says it where it is asked to.
    ...(inferenceConfig.stopSequences !== undefined && {
      additionalModelResponseFieldPaths: ['/stop_sequence'],
    }),
  };
  return { value: request, losses: losses.list };
}

/** The members that Converse has, but for those of which something remains. */
function notIn(additional: JsonObject, output: JsonObject | undefined): ReadonlySet<string> {
  const remains = new Set(Object.keys(additional));
  if (output !== undefined) remains.add('output_config');
  return new Set([...known].filter((name) => !remains.has(name)));
}

function fromNativeSystem(system: unknown, losses: Losses): NonNullable<Conversation['system']> {
  if (system === '') return [];
  const blocks = fromNativeContent(system, { path: 'system', losses });
  return blocks.flatMap((block) => ('text' in block || 'cachePoint' in block ? [block] : []));
}

function fromNativeMessages(messages: readonly unknown[], losses: Losses): readonly Message[] {
  return messages.map((message, at): Message => {
    const { role, content } = objectOf(message);
    const place = { path: `messages.${at}.content`, losses };
    return {
      role: role === 'assistant' || role === 'system' ? role : 'user',
      content: fromNativeContent(content, place),
    };
  });
}

function fromNativeInference(native: JsonObject): InferenceConfiguration {
  const stopSequences = textsOf(native['stop_sequences']);
  return compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
}

interface Output {
  readonly outputConfig?: OutputConfig;
  readonly remainder?: JsonObject | undefined;
}

function fromNativeOutput({ effort, format, ...rest }: JsonObject): Output {
  const { type, schema, ...others } = objectOf(format);
  const isSchema = type === 'json_schema' && isJsonObject(schema);
  const outputConfig: OutputConfig = {
    ...(isSchema && { textFormat: textFormat(schema) }),
    ...(typeof effort === 'string' && { effort }),
  };
  const left = isSchema ? others : objectOf(format);
  const remainder = { ...rest, ...(Object.keys(left).length > 0 && { format: left }) };
  return {
    ...(Object.keys(outputConfig).length > 0 && { outputConfig }),
    remainder: Object.keys(remainder).length > 0 ? remainder : undefined,
  };
}

function textFormat(schema: JsonObject): NonNullable<OutputConfig['textFormat']> {
  return { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } };
}

function encodeRequest(request: Conversation, context: FamilyContext): Converted<JsonObject> {
  const { messages = [], system = [], inferenceConfig = {}, toolConfig, outputConfig } = request;
  const losses = createLosses();
  const added = objectOf(request.additionalModelRequestFields);
  const { maxTokens, temperature, topP, stopSequences = [] } = inferenceConfig;
  const native = compact({
    // Documented: the one version that Bedrock takes.
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: maxTokens ?? context.maxTokens,
    system: system.length > 0 ? toNativeSystem(system, { path: 'system', losses }) : undefined,
    messages: messages.map(({ role, content }, at) => {
      const place = { path: `messages.${at}.content`, losses };
      return { role, content: toNativeContent(content, place) };
    }),
    temperature,
    top_p: topP,
    stop_sequences: stopSequences.length > 0 ? stopSequences : undefined,
    ...toNativeTools(toolConfig, added, { path: 'toolConfig', losses }),
    output_config: outputConfig && toNativeOutput(outputConfig, losses),
  });
  return { value: mergeAdditional(native, withoutTools(request)), losses: losses.list };
}

/** The tools among the additional fields stand with the others already. */
function withoutTools(request: Conversation): Conversation {
  const { tools, ...rest } = objectOf(request.additionalModelRequestFields);
  if (!Array.isArray(tools)) return request;
  return { ...request, additionalModelRequestFields: rest as DocumentValue };
}

function toNativeSystem(
  system: NonNullable<Conversation['system']>,
  place: Place,
): readonly JsonObject[] {
  return markCachePoints(system, place, toNativeBlock);
}

function toNativeOutput({ textFormat, effort }: OutputConfig, losses: Losses): JsonObject {
  if (textFormat === undefined) return compact({ effort });
  const { schema, name, description } = textFormat.structure.jsonSchema;
  const path = 'outputConfig.textFormat.structure.jsonSchema';
  for (const [member, value] of Object.entries({ name, description })) {
    if (value === undefined) continue;
    losses.add(`${path}.${member}`, 'left out', 'the native format has no such member');
  }
  const parsed = parseNative(schema);
  if (!isJsonObject(parsed)) {
    throw new ValidationException(`The value at ${path}.schema is not the JSON text of an object.`);
  }
  return compact({ format: { type: 'json_schema', schema: parsed }, effort });
}
