// Mistral's chat models: messages with images, reasoning, tools and a schema for the answer.

import type { ToolChoice, ToolConfiguration } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { Conversation, Family } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import { decodeResponse, encodeResponse } from './mistral/chat-answer.ts';
import { fromNativeMessages } from './mistral/chat-from-native.ts';
import { checkChat } from './mistral/chat-shape.ts';
import { createStreamDecoder } from './mistral/chat-stream-decoder.ts';
import { createStreamEncoder } from './mistral/chat-stream-encoder.ts';
import { toNativeMessages } from './mistral/chat-to-native.ts';
import { fromNativeTool, toNativeTools } from './mistral/native-tools.ts';
import { fromResponseFormat, toResponseFormat } from './mistral/output-format.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';

export const mistralChat: Family = {
  carries: new Set(['images', 'reasoning', 'stopSequences', 'structuredOutput', 'system', 'tools']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

const known = new Set([
  'max_tokens',
  'messages',
  'response_format',
  'stop',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
]);

function decodeRequest(body: JsonObject): Converted<Conversation> {
  const native = checkChat(body);
  const losses = createLosses();
  const { messages, system } = fromNativeMessages(listOf(native['messages']), losses);
  const { outputConfig, remainder: format } = fromResponseFormat(native['response_format']);
  const { toolConfig, remainder: choice } = fromNativeToolConfig(native);
  const inferenceConfig = fromNativeInference(native);
  const rest = compact({
    ...Object.fromEntries(Object.entries(native).filter(([name]) => !known.has(name))),
    response_format: format,
    tool_choice: choice,
  });
  const value: Conversation = {
    messages,
    ...(system.length > 0 && { system }),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...(toolConfig !== undefined && { toolConfig }),
    ...(outputConfig !== undefined && { outputConfig }),
    ...additionalOf(rest, new Set()),
  };
  return { value, losses: losses.list };
}

function fromNativeInference(native: JsonObject): JsonObject {
  const stopSequences = textsOf(native['stop']);
  return compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
}

interface ReadTools {
  readonly toolConfig?: ToolConfiguration;
  /** A choice that Converse cannot say. */
  readonly remainder?: unknown;
}

function fromNativeToolConfig({ tools: native, tool_choice: choice }: JsonObject): ReadTools {
  const tools = listOf(native).flatMap((tool) => fromNativeTool(tool) ?? []);
  if (tools.length === 0) return { remainder: choice };
  const toolChoice = fromNativeChoice(choice);
  return toolChoice === undefined
    ? { toolConfig: { tools }, remainder: choice }
    : { toolConfig: { tools, toolChoice } };
}

/** Undefined for what Converse cannot say: that no tool may be called. */
function fromNativeChoice(choice: unknown): ToolChoice | undefined {
  if (choice === 'auto') return { auto: {} };
  // The maker's API: two words for one thing.
  if (choice === 'any' || choice === 'required') return { any: {} };
  const name = stringOf(objectOf(objectOf(choice)['function'])['name']);
  return name === undefined ? undefined : { tool: { name } };
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const losses = createLosses();
  leaveOut(request, ['outputConfig.effort'], losses);
  const { maxTokens, temperature, topP, stopSequences = [] } = request.inferenceConfig ?? {};
  const native = compact({
    messages: toNativeMessages(request, losses),
    ...toNativeToolConfig(request.toolConfig, losses),
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences.length > 0 ? stopSequences : undefined,
    response_format: toResponseFormat(request.outputConfig),
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function toNativeToolConfig(toolConfig: ToolConfiguration | undefined, losses: Losses): JsonObject {
  if (toolConfig === undefined) return {};
  const tools = toNativeTools(
    toolConfig,
    ({ name, description, inputSchema, strict }) =>
      compact({ name, description, parameters: inputSchema.json, strict }),
    losses,
  );
  const { toolChoice } = toolConfig;
  return { tools, tool_choice: toolChoice && toNativeChoice(toolChoice) };
}

function toNativeChoice(choice: ToolChoice): string | JsonObject {
  if ('tool' in choice) return { type: 'function', function: { name: choice.tool.name } };
  return 'any' in choice ? 'any' : 'auto';
}
