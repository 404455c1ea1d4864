// Compiled, never run: our responses and events are what the AWS SDK's types say they are. The SDK
// writes its types without readonly and with further, unknown members of each union.

import type {
  BedrockRuntimeClientConfig,
  ConverseCommandInput,
  ConverseCommandOutput,
  ConverseStreamCommandInput,
  ConverseStreamCommandOutput,
  ConverseStreamOutput as SdkEvent,
  CountTokensCommandInput,
  CountTokensCommandOutput,
} from '@aws-sdk/client-bedrock-runtime';
import type { Converse, ConverseResult, ConverseStreamResult } from '../../src/library/converse.ts';
import type { RequestHandler } from '../../src/library/request-handler.ts';
import type { Loose } from '../../src/protocol/api/input.ts';
import type {
  ConverseRequest,
  ConverseResponse,
  ConverseStreamRequest,
  CountTokensRequest,
  CountTokensResponse,
} from '../../src/protocol/api/types.generated.ts';
import type { ConverseStreamEvent } from '../../src/protocol/stream/events.ts';

type Writable<T> = T extends Uint8Array | Date
  ? T
  : T extends readonly (infer Item)[]
    ? Writable<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Writable<T[Key]> }
      : T;

type Assignable<From extends To, To> = From;

export type Response = Assignable<
  Writable<ConverseResponse>,
  Omit<ConverseCommandOutput, '$metadata'>
>;
export type Event = Assignable<Writable<ConverseStreamEvent>, SdkEvent>;
export type Tokens = Assignable<
  Writable<CountTokensResponse>,
  Omit<CountTokensCommandOutput, '$metadata'>
>;

// What is written for the SDK is a request of ours as it stands.
export type Request = Assignable<ConverseCommandInput, Loose<ConverseRequest>>;
export type StreamRequest = Assignable<ConverseStreamCommandInput, Loose<ConverseStreamRequest>>;
export type TokensRequest = Assignable<CountTokensCommandInput, Loose<CountTokensRequest>>;

// And strict requests are loose ones.
export type Strict = Assignable<ConverseRequest, Loose<ConverseRequest>>;

// The library answers as the client does, and its handler is one of the client's.
export type Result = Assignable<Writable<ConverseResult>, ConverseCommandOutput>;
export type StreamResult = Assignable<
  Writable<Pick<ConverseStreamResult, '$metadata'>>,
  Pick<ConverseStreamCommandOutput, '$metadata'>
>;
export type Handler = Assignable<
  RequestHandler,
  NonNullable<BedrockRuntimeClientConfig['requestHandler']>
>;

/** Loose is not shapeless: what is wrong in every SDK is wrong here. */
export function refused(converse: Converse): readonly Promise<unknown>[] {
  const modelId = 'amazon.nova-lite-v1:0';
  const text = 'Hello';
  return [
    converse.converse({ modelId, messages: [{ role: 'user', content: [{ text }] }] }),
    // @ts-expect-error A message has a role.
    converse.converse({ modelId, messages: [{ content: [{ text }] }] }),
    // @ts-expect-error There is no such role.
    converse.converse({ modelId, messages: [{ role: 'tool', content: [{ text }] }] }),
    // @ts-expect-error A text is text.
    converse.converse({ modelId, messages: [{ role: 'user', content: [{ text: 1 }] }] }),
    // @ts-expect-error This is Claude's own format.
    converse.converse({ modelId, messages: [{ role: 'user', content: text }] }),
    // @ts-expect-error The member is maxTokens.
    converse.converse({ modelId, inferenceConfig: { max_tokens: 1 } }),
    // @ts-expect-error A request names its model.
    converse.converse({ messages: [] }),
  ];
}
