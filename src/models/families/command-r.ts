// Cohere Command R: a message and its history, a preamble, tools with Python's types.

import type { SystemContentBlock } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import { decodeResponse, encodeResponse } from './command-r/answer.ts';
import { decodeTurns } from './command-r/decode-messages.ts';
import { encodeTurns } from './command-r/encode-messages.ts';
import { checkCommandR } from './command-r/shape.ts';
import { createStreamDecoder, createStreamEncoder } from './command-r/stream.ts';
import { decodeTools, encodeTools } from './command-r/tools.ts';
import type { Conversation, Family } from './family.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { plainText } from './plain-text.ts';

export const commandR: Family = {
  carries: new Set(['stopSequences', 'system', 'tools']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

const known = new Set([
  'message',
  'chat_history',
  'preamble',
  'tools',
  'tool_results',
  'max_tokens',
  'temperature',
  'p',
  'stop_sequences',
]);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkCommandR(native);
  const losses = createLosses();
  const system = systemOf(native);
  const tools = decodeTools(native['tools'], losses);
  const stopSequences = textsOf(native['stop_sequences']);
  const inferenceConfig = compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
  const value: Conversation = {
    messages: decodeTurns(native),
    ...(system.length > 0 && { system }),
    ...(tools.length > 0 && { toolConfig: { tools } }),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, isForced(native) ? knownWithStep : known),
  };
  return { value, losses: losses.list };
}

const knownWithStep = new Set([...known, 'force_single_step']);

/** Documented: words beside results are taken in a single step only, so the step says no more. */
function isForced(native: JsonObject): boolean {
  return native['message'] !== '' && listOf(native['tool_results']).length > 0;
}

function systemOf(native: JsonObject): readonly SystemContentBlock[] {
  const entries = listOf(native['chat_history']).map(objectOf);
  const further = entries.filter(({ role }) => role === 'SYSTEM').map(({ message }) => message);
  return [native['preamble'], ...further].flatMap((value) => {
    const text = stringOf(value) ?? '';
    return text === '' ? [] : [{ text }];
  });
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const { messages = [], system = [], toolConfig, inferenceConfig = {} } = request;
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
  const { history, message, toolResults } = encodeTurns(messages, losses);
  const native = compact({
    message,
    chat_history: history.length > 0 ? history : undefined,
    preamble: system.length > 0 ? plainText(system, 'system', losses) : undefined,
    tools: toolConfig && encodeTools(toolConfig, losses),
    tool_results: toolResults.length > 0 ? toolResults : undefined,
    force_single_step: toolResults.length > 0 && message !== '' ? true : undefined,
    max_tokens: maxTokens,
    temperature,
    p: topP,
    stop_sequences: stopSequences,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}
