// What a span says of a request, by the conventions for generative AI.

import type { Attributes } from '@opentelemetry/api';
import type { ContentBlock } from '../../protocol/api/types.generated.ts';
import type { Observation } from './observation.ts';
import { errorType, genAiOperation } from './labels.ts';
import { messageOf } from './streamed-message.ts';
import type { ShownBlock } from './streamed-message.ts';

/** `chat MODEL`; the operation's name where no model is asked. */
export function spanName({ operation }: Observation, modelId: string): string {
  const name = genAiOperation(operation);
  if (name === undefined) return operation ?? 'unknown operation';
  return `${name} ${modelId}`.trim();
}

/** What was asked for. Members that are undefined are left out by the SDK. */
export function requestAttributes(observation: Observation): Attributes {
  const { operation, modelId, request, requestId } = observation;
  const { maxTokens, temperature, topP, stopSequences } = request?.inferenceConfig ?? {};
  return {
    'gen_ai.operation.name': genAiOperation(operation),
    'gen_ai.request.model': modelId ?? undefined,
    'gen_ai.request.max_tokens': maxTokens,
    'gen_ai.request.temperature': temperature,
    'gen_ai.request.top_p': topP,
    'gen_ai.request.stop_sequences': stopSequences && [...stopSequences],
    'aws.request_id': requestId,
    'rpc.system': 'aws-api',
    'rpc.method': operation ?? undefined,
  };
}

/** What came of it. */
export function resultAttributes(observation: Observation, capturesMessages: boolean): Attributes {
  const { usage, stopReason, attempts, status, firstByteMs } = observation;
  return {
    'gen_ai.response.model': attempts.at(-1)?.place.model.id,
    'gen_ai.response.finish_reasons': stopReason === undefined ? undefined : [stopReason],
    'gen_ai.response.time_to_first_chunk':
      firstByteMs === undefined ? undefined : firstByteMs / 1_000,
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cacheReadInputTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteInputTokens,
    'http.response.status_code': status ?? undefined,
    'error.type': errorType(observation),
    'openconverse.served_by': observation.notes.servedBy,
    'openconverse.losses': observation.notes.losses.length || undefined,
    ...(capturesMessages && messageAttributes(observation)),
  };
}

/** Contents, for whoever asked for them in the environment. */
function messageAttributes({ request, events, answeredBody, stopReason }: Observation): Attributes {
  const messages = (request?.messages ?? []).map(({ role, content }) => ({
    role,
    parts: content.map(partOf),
  }));
  const system = (request?.system ?? []).flatMap((block) =>
    'text' in block ? [{ type: 'text', content: block.text }] : [],
  );
  const parts =
    events.length > 0 ? messageOf(events).map(streamedPart) : contentIn(answeredBody).map(partOf);
  const answer = [{ role: 'assistant', parts, finish_reason: stopReason }];
  return {
    'gen_ai.input.messages': JSON.stringify(messages),
    'gen_ai.system_instructions': system.length > 0 ? JSON.stringify(system) : undefined,
    'gen_ai.output.messages': parts.length > 0 ? JSON.stringify(answer) : undefined,
  };
}

function partOf(block: ContentBlock): object {
  if ('text' in block) return { type: 'text', content: block.text };
  if ('toolUse' in block) {
    const { toolUseId: id, name, input } = block.toolUse;
    return { type: 'tool_call', id, name, arguments: input };
  }
  if ('toolResult' in block) {
    const { toolUseId: id, content } = block.toolResult;
    const response = content.map((part) => ('text' in part ? part.text : Object.keys(part)[0]));
    return { type: 'tool_call_response', id, response };
  }
  // Bytes are not for a trace.
  return { type: Object.keys(block)[0] };
}

function streamedPart({ kind, text, name, id }: ShownBlock): object {
  if (kind === 'toolUse') return { type: 'tool_call', id, name, arguments: text };
  return { type: kind, content: text };
}

/** Of a Converse answer; a native one is not taken apart. */
function contentIn(body: unknown): readonly ContentBlock[] {
  const { output } = Object(body) as {
    readonly output?: { readonly message?: { readonly content?: readonly ContentBlock[] } };
  };
  return output?.message?.content ?? [];
}
