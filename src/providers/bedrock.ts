// Amazon Bedrock itself: it takes Converse, and the client's own bytes where nothing was changed.

import type { Capability } from '../models/catalog/model.ts';
import type { ConverseResponse } from '../protocol/api/types.generated.ts';
import { isJsonObject } from '../protocol/api/json-object.ts';
import { decode } from '../protocol/stream/decoder.ts';
import { decodeBlobs } from '../protocol/wire/blobs.ts';
import { encodeJson } from '../protocol/wire/rest-json.ts';
import type { BedrockOptions } from './bedrock/client.ts';
import { createClient, malformed, parseAnswer } from './bedrock/client.ts';
import { createEventDecoder } from './bedrock/event-decoder.ts';
import { forwardTo } from './bedrock/forward.ts';
import { reads } from './bedrock/reads.ts';
import type { Provider, ProviderCall } from './provider.ts';

export function createBedrockProvider(options: BedrockOptions): Provider {
  const client = createClient(options);

  return {
    capabilities,
    async send(call) {
      const body = encodeJson(call.request);
      const answer = await client.post({ ...call, verb: 'converse', body });
      const value = parseAnswer(answer, await answer.whole());
      return checkResponse(decodeBlobs('ConverseResponse', value), answer.origin);
    },
    async stream(call) {
      const body = encodeJson(call.request);
      const answer = await client.post({ ...call, verb: 'converse-stream', body });
      return decode(reads(answer), createEventDecoder());
    },
    async countTokens(call) {
      const body = encodeJson({ input: { converse: countedMembers(call) } });
      const answer = await client.post({ ...call, verb: 'count-tokens', body });
      const { inputTokens } = parseAnswer(answer, await answer.whole());
      if (typeof inputTokens === 'number') return inputTokens;
      throw malformed('no number of input tokens', answer.origin);
    },
    forward: (call) => forwardTo(client, call),
    models: (signal) => client.models(signal),
    health: (signal) => client.check(signal),
    close: () => client.close(),
  };
}

// What a model there lacks the service refuses in its own words: nothing is emulated.
const capabilities: ReadonlySet<Capability> = new Set<Capability>([
  'documents',
  'images',
  'promptCaching',
  'reasoning',
  'stopSequences',
  'structuredOutput',
  'system',
  'tools',
]);

/** Of a conversation what the service counts. */
function countedMembers({ request }: ProviderCall): object {
  const { messages, system, toolConfig, additionalModelRequestFields } = request;
  return { messages, system, toolConfig, additionalModelRequestFields };
}

/** Without these members it is no answer, whatever else it holds. */
function checkResponse(value: unknown, origin: string): ConverseResponse {
  const output = isJsonObject(value) ? value['output'] : undefined;
  const message = isJsonObject(output) ? output['message'] : undefined;
  const content = isJsonObject(message) ? message['content'] : undefined;
  if (!Array.isArray(content)) throw malformed('no message', origin);
  // Answers are read leniently: what is there is taken for what the service says it is.
  return value as ConverseResponse;
}
