// Compiled, never run: our responses and events are what the AWS SDK's types say they are. The SDK
// writes its types without readonly and with further, unknown members of each union.

import type {
  ConverseCommandOutput,
  ConverseStreamOutput as SdkEvent,
  CountTokensCommandOutput,
} from '@aws-sdk/client-bedrock-runtime';
import type { ConverseResponse, CountTokensResponse } from '../../src/protocol/api/types.generated.ts';
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
