// Amazon Nova, messages-v1: nearly Converse itself, as JSON. Its bytes are base64.

import type {
  ConverseResponse,
  InferenceConfiguration,
  Message,
  SystemContentBlock,
  ToolConfiguration,
} from '../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, isJsonObject, listOf, objectOf } from './native-json.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { decodeBlock, encodeBlock } from './nova/blocks.ts';
import { checkNova, checkToolSchemas } from './nova/shape.ts';
import {
  createStreamDecoder,
  createStreamEncoder,
  decodeUsage,
  encodeUsage,
  stopReasonOf,
} from './nova/stream.ts';
import { responseFields } from './response-fields.ts';
import { unsupportedField } from './unsupported.ts';

export const nova: Family = {
  carries: new Set([
    'documents',
    'images',
    'promptCaching',
    'reasoning',
    'stopSequences',
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

const known = new Set(['schemaVersion', 'system', 'messages', 'inferenceConfig', 'toolConfig']);
const knownInference = new Set([
  'maxTokens',
  'max_new_tokens',
  'temperature',
  'topP',
  'stopSequences',
]);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNova(native);
  const { system, messages, toolConfig, inferenceConfig } = native;
  const value: Conversation = {
    messages: listOf(messages).map(decodeMessage),
    ...(system !== undefined && { system: system as readonly SystemContentBlock[] }),
    ...(toolConfig !== undefined && { toolConfig: toolConfig as ToolConfiguration }),
    ...decodeInference(inferenceConfig),
    ...decodeAdditional(native),
  };
  return { value, losses: [] };
}

function decodeMessage(native: unknown): Message {
  const { role, content } = objectOf(native);
  const blocks = listOf(content).flatMap((block) => decodeBlock(block) ?? []);
  return { role: role === 'assistant' ? 'assistant' : 'user', content: blocks };
}

function decodeInference(native: unknown): Pick<Conversation, 'inferenceConfig'> {
  if (!isJsonObject(native)) return {};
  const { maxTokens, max_new_tokens: oldMaxTokens, temperature, topP, stopSequences } = native;
  const members = { maxTokens: maxTokens ?? oldMaxTokens, temperature, topP, stopSequences };
  const inferenceConfig: InferenceConfiguration = compact(members);
  const isFurtherOnly = Object.keys(inferenceConfig).length === 0 && Object.keys(native).length > 0;
  return isFurtherOnly ? {} : { inferenceConfig };
}

/** What Converse has no member for: of the request, and of its inferenceConfig, such as `topK`. */
function decodeAdditional(native: JsonObject): Pick<Conversation, 'additionalModelRequestFields'> {
  const inferenceConfig = Object.fromEntries(
    Object.entries(objectOf(native['inferenceConfig'])).filter(([it]) => !knownInference.has(it)),
  );
  const further = Object.keys(inferenceConfig).length > 0 ? { inferenceConfig } : {};
  const { additionalModelRequestFields: rest } = additionalOf(native, known);
  const fields = { ...further, ...objectOf(rest) };
  if (Object.keys(fields).length === 0) return {};
  return { additionalModelRequestFields: fields as { readonly [key: string]: DocumentValue } };
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const { messages = [], system, inferenceConfig, toolConfig } = request;
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const native = compact({
    schemaVersion: 'messages-v1',
    system: system?.flatMap((block, at) => encodeBlock(block, `system.${at}`, losses)),
    messages: messages.map((message, at) => encodeMessage(message, `messages.${at}`, losses)),
    inferenceConfig,
    toolConfig: toolConfig && encodeTools(toolConfig, losses),
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function encodeMessage({ role, content }: Message, path: string, losses: Losses): JsonObject {
  if (role === 'system') throw unsupportedField(`${path}.role`);
  const blocks = content.flatMap((block, at) =>
    encodeBlock(block, `${path}.content.${at}`, losses),
  );
  return { role, content: blocks };
}

function encodeTools(toolConfig: ToolConfiguration, losses: Losses): JsonObject {
  checkToolSchemas(toolConfig);
  const tools = toolConfig.tools.flatMap((tool, at): readonly JsonObject[] => {
    const path = `toolConfig.tools.${at}`;
    if ('cachePoint' in tool) {
      losses.add(`${path}.cachePoint`, 'left out', 'the native format caches no tools');
      return [];
    }
    if (!('toolSpec' in tool)) return [{ ...tool }];
    const { strict, ...toolSpec } = tool.toolSpec;
    if (strict !== undefined) {
      const reason = 'the native format does not hold calls to their schemas';
      losses.add(`${path}.toolSpec.strict`, 'left out', reason);
    }
    return [{ toolSpec }];
  });
  return { ...toolConfig, tools };
}

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const { content } = objectOf(objectOf(native['output'])['message']);
  const blocks = listOf(content).flatMap((block) => decodeBlock(block) ?? []);
  const hasToolUse = blocks.some((block) => 'toolUse' in block);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason: stopReasonOf(native['stopReason'], hasToolUse),
    usage: decodeUsage(native['usage']) ?? invocationUsage(native) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: [] };
}

function encodeResponse({ output, stopReason, usage }: ConverseResponse): Converted<JsonObject> {
  const losses = createLosses();
  const message = encodeMessage(output.message, 'output.message', losses);
  return {
    value: { output: { message }, stopReason, usage: encodeUsage(usage) },
    losses: losses.list,
  };
}
