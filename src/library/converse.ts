// The library's face: the Converse API as functions of this process.

import type { Loose } from '../protocol/api/input.ts';
import type {
  ConverseRequest,
  ConverseResponse,
  ConverseStreamRequest,
  CountTokensRequest,
  CountTokensResponse,
} from '../protocol/api/types.generated.ts';
import type { Loss } from '../protocol/loss.ts';
import type { ConverseStreamEvent } from '../protocol/stream/events.ts';
import type { JournalEntry } from '../simulation/journal.ts';
import type { EngineSource } from './engine-source.ts';
import type { ScriptedTurn } from './scripted-turn.ts';

/** Under this key a Converse keeps what `requestHandler` needs of it. */
export const engineSource = Symbol('openconverse.engineSource');

export interface Converse extends AsyncDisposable {
  /** The whole answer to a conversation. Throws the exceptions of the service. */
  converse(input: Loose<ConverseRequest>, options?: CallOptions): Promise<ConverseResult>;
  /**
   * The answer as events, while it is made. What fails before the first event throws here, what
   * fails later throws from the stream. Leaving the loop ends the generation.
   */
  converseStream(
    input: Loose<ConverseStreamRequest>,
    options?: CallOptions,
  ): Promise<ConverseStreamResult>;
  /** How many input tokens a request would be. */
  countTokens(input: Loose<CountTokensRequest>, options?: CallOptions): Promise<CountTokensResult>;
  /** The text that a model answers to one prompt. `maxTokens` is 512 unless said otherwise. */
  chat(
    ...parameters: [
      modelId: string,
      prompt: string,
      system?: string,
      maxTokens?: number,
      options?: CallOptions,
    ]
  ): Promise<string>;
  /**
   * Appends turns to the script of the simulated model and says how many wait. Throws where no
   * model is simulated.
   */
  script(...turns: readonly ScriptedTurn[]): Promise<number>;
  /** The requests that the simulated model remembers, oldest first. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Forgets script and journal. */
  reset(): Promise<void>;
  /** Ends what is still running and gives back the model's memory. */
  close(): Promise<void>;
  /** @internal */
  readonly [engineSource]: EngineSource;
}

export interface CallOptions {
  /** Ends the call: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export type ConverseResult = ConverseResponse & Answered;
export type CountTokensResult = CountTokensResponse & Answered;

export interface ConverseStreamResult extends Answered {
  readonly stream: AsyncIterable<ConverseStreamEvent>;
}

export interface Answered {
  readonly $metadata: ResultMetadata;
}

/** How a call was answered. */
export interface ResultMetadata {
  readonly httpStatusCode: number;
  readonly requestId: string;
  /** What answered: `embedded/smollm2-135m-instruct; stand-in`, `simulated`. */
  readonly servedBy: string | undefined;
  /** What of the request could not be carried. */
  readonly losses: readonly Loss[];
  /** What to do better next time, though it was answered. */
  readonly hint: string | undefined;
}
