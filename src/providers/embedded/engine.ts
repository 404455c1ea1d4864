// The embedded model at work: loads once, then gives each request a sequence in its turn.

import type { Environment } from '../../environment.ts';
import { embeddedWaitingRequestsMax } from '../../limits.ts';
import {
  ModelErrorException,
  ServiceException,
  ServiceUnavailableException,
} from '../../protocol/errors.ts';
import { generate, type GenerationEnd, type GenerationOptions } from './generation.ts';
import type { Gpu } from './llama.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import type { TemplateMessage } from './native-tools/tool-messages.ts';
import type { CallOptions, CallStep } from './native-tools/write-calls.ts';
import type { PromptMessage } from './prompt.ts';
import type { Piece } from './reasoning.ts';
import { type Place, SlotQueue, tooManyRequests } from './slots.ts';
import { tokenizePrompt } from './tokenize.ts';
import { type Scorer, type ScorerOptions, SequenceScorer } from './tools/scorer.ts';
import type { Offer } from './tools/tool.ts';
import { reusableTokens, type Slot } from './transcript.ts';
import type { Weights } from './weights.ts';

export interface EngineOptions {
  readonly weights: Promise<Weights> | Weights;
  readonly environment: Environment;
  /** What the process may take; as much as two answers at a time need when undefined. */
  readonly memoryBytes?: number | undefined;
  readonly gpu?: Gpu | undefined;
  /** A Jinja file that takes the place of the model's own template. */
  readonly chatTemplate?: string | undefined;
}

/** Tools, and the conversation with them, for a model whose own template has tools. */
export interface ToolConversation {
  readonly messages: readonly TemplateMessage[];
  readonly offer: Offer;
}

type Given = Omit<GenerationOptions, 'prompt' | 'calls' | 'startsInReasoning'>;

export interface GenerationRequest extends Given {
  readonly messages: readonly PromptMessage[];
  /** Takes the place of the messages. */
  readonly withTools?: ToolConversation | undefined;
}

/** What of a request makes its prompt. */
type PromptRequest = Pick<GenerationRequest, 'messages' | 'withTools' | 'schema'>;

export type GenerationStep = Piece | CallStep | { readonly end: GenerationEnd };

interface Ready {
  readonly name: string;
  readonly loaded: LoadedModel;
}

export class Engine {
  readonly #queue = new SlotQueue<Slot>(embeddedWaitingRequestsMax);
  readonly #scoringQueue = new SlotQueue<ScorerOptions['sequences']>(embeddedWaitingRequestsMax);
  #scoring: Promise<void> | undefined;
  readonly #closing = new AbortController();
  readonly #ready: Promise<Ready>;
  #name: string | undefined;
  #waitingForName = 0;

  /** Loading begins at once, in the background; who comes meanwhile waits. */
  constructor(options: EngineOptions) {
    this.#ready = this.#load(options);
    // Each request is told of a failure; one that nobody asked about must not end the process.
    this.#ready.catch(() => undefined);
  }

  /** The model's name, once it can answer. Throws ThrottlingException when too many wait for it. */
  async name(signal: AbortSignal): Promise<string> {
    if (this.#name !== undefined) return this.#name;
    if (this.#waitingForName >= embeddedWaitingRequestsMax) throw tooManyRequests();
    this.#waitingForName += 1;
    try {
      const { name } = await abortable(this.#ready, this.#either(signal));
      return name;
    } finally {
      this.#waitingForName -= 1;
    }
  }

  /** Whether the model's own template has tools. Throws as `name` does. */
  async hasTools(signal: AbortSignal): Promise<boolean> {
    const { loaded } = await abortable(this.#ready, this.#either(signal));
    return loaded.tools !== undefined;
  }

  async countTokens(request: PromptRequest, signal: AbortSignal): Promise<number> {
    const { loaded } = await abortable(this.#ready, this.#either(signal));
    const { tokens } = await tokenizePrompt(partsOf(request, loaded), {
      tokenize: loaded.tokenize,
      tokensMax: Infinity,
      signal,
    });
    return tokens.length;
  }

  /**
   * Nothing happens before the first pull, nor beyond what is pulled. Ending the iterator or
   * aborting the signal frees the sequence for the next request.
   */
  async *generate(request: GenerationRequest): AsyncGenerator<GenerationStep> {
    const signal = this.#either(request.signal);
    signal.throwIfAborted();
    const place = this.#queue.enter();
    const turn = new Turn(place, signal);
    try {
      const { loaded } = await abortable(this.#ready, signal);
      const prompt = await tokenizePrompt(partsOf(request, loaded), {
        tokenize: loaded.tokenize,
        tokensMax: loaded.contextTokens - 1,
        signal,
      });
      const slot = await place.take((slot) => reusableTokens(slot, prompt));
      const startsInReasoning = loaded.startsInReasoning(prompt.tokens);
      const calls = callsOf(request, loaded);
      const options = { ...request, prompt, calls, startsInReasoning, signal };
      yield* turn.run(generate(loaded, slot, options));
    } finally {
      turn.end();
    }
  }

  /** Tokens of texts that are written beside the conversation. */
  async countText(texts: readonly string[], signal: AbortSignal): Promise<number> {
    const { loaded } = await abortable(this.#ready, this.#either(signal));
    return texts.reduce((sum, text) => sum + loaded.tokenize(text).length, 0);
  }

  /** Runs an action that asks how likely texts are; one at a time, in the order of arrival. */
  async score<T>(request: AbortSignal, action: (scorer: Scorer) => Promise<T>): Promise<T> {
    const signal = this.#either(request);
    signal.throwIfAborted();
    const place = this.#scoringQueue.enter();
    const leave = (): void => place.leave(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      const { loaded } = await abortable(this.#ready, signal);
      this.#scoring ??= this.#openScoring(loaded);
      await abortable(this.#scoring, signal);
      const sequences = await place.take(() => 0);
      // From here on the sequences compute: they are given back when that has ended.
      signal.removeEventListener('abort', leave);
      return await action(new SequenceScorer({ ...loaded, sequences, signal }));
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ServiceException) throw cause;
      throw new ModelErrorException('The embedded model failed while it answered.', { cause });
    } finally {
      signal.removeEventListener('abort', leave);
      place.leave();
    }
  }

  async #openScoring(loaded: LoadedModel): Promise<void> {
    const sequences = await loaded.createScoringSequences();
    this.#scoringQueue.open([sequences.map((sequence) => ({ sequence, read: [] }))]);
  }

  async close(): Promise<void> {
    this.#closing.abort(new ServiceUnavailableException('The embedded model is shut down.'));
    const ready = await this.#ready.catch(() => undefined);
    await ready?.loaded.close();
  }

  #either(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  async #load({ weights, ...options }: EngineOptions): Promise<Ready> {
    try {
      const { name, path, folder } = await weights;
      this.#closing.signal.throwIfAborted();
      const { gpu = 'auto' } = options;
      const loaded = await loadModel({ memoryBytes: undefined, ...options, path, folder, gpu });
      this.#queue.open(loaded.sequences.map((sequence) => ({ sequence, readEnds: [] })));
      this.#name = name;
      return { name, loaded };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ServiceUnavailableException(`The embedded model cannot answer. ${why}`, { cause });
    }
  }
}

function partsOf({ messages, withTools, schema }: PromptRequest, loaded: LoadedModel) {
  if (withTools !== undefined && loaded.tools !== undefined) {
    const { tools, choice } = withTools.offer;
    // What is held to a form from its first word on has no place for reasoning.
    const reasons = schema === undefined && choice === 'auto';
    return loaded.tools.write({ messages: withTools.messages, tools, reasons });
  }
  return schema === undefined ? loaded.template(messages) : loaded.plainTemplate(messages);
}

function callsOf({ withTools }: PromptRequest, { tools }: LoadedModel): CallOptions | undefined {
  return withTools && tools && { ...withTools.offer, format: tools.style.format };
}

/** One request's use of its place: it is given up at the first moment that it safely can be. */
class Turn {
  readonly #place: Place<Slot>;
  readonly #signal: AbortSignal;
  /** While the sequence computes, nobody else may have it. */
  #computing = false;

  constructor(place: Place<Slot>, signal: AbortSignal) {
    this.#place = place;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  async *run(
    steps: AsyncGenerator<Piece | CallStep, GenerationEnd>,
  ): AsyncGenerator<GenerationStep> {
    try {
      for (;;) {
        const { done, value } = await this.#compute(() => steps.next());
        // The next request need not wait until this one's end has been read.
        if (done === true) this.end();
        yield done === true ? { end: value } : value;
        if (done === true) return;
        this.#signal.throwIfAborted();
      }
    } finally {
      await steps.return({ stopReason: 'end_turn', inputTokens: 0, outputTokens: 0 });
    }
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#place.leave();
  }

  // A reader may abort and never pull again: then nothing but this gives the sequence back.
  readonly #onAbort = (): void => {
    if (!this.#computing) this.#place.leave(this.#signal.reason);
  };

  async #compute<T>(action: () => Promise<T>): Promise<T> {
    this.#computing = true;
    try {
      const result = await action();
      this.#signal.throwIfAborted();
      return result;
    } catch (cause) {
      this.#signal.throwIfAborted();
      if (cause instanceof ServiceException) throw cause;
      throw new ModelErrorException('The embedded model failed while it answered.', { cause });
    } finally {
      this.#computing = false;
    }
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => {
    signal.removeEventListener('abort', abort);
  });
}
