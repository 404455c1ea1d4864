// One answer on one sequence: reasoning, then text, JSON of a schema, or calls of tools.

import type { Token } from 'node-llama-cpp';

import type { StopReason } from '../../protocol/api/types.generated.ts';
import { AnswerText } from './answer-text.ts';
import { Detokenizer } from './detokenizer.ts';
import type { LoadedModel } from './loaded-model.ts';
import { CallWatcher } from './native-tools/call-watcher.ts';
import { type CallOptions, type CallStep, writeCalls } from './native-tools/write-calls.ts';
import { type Piece, reasoningEnd, ReasoningSplitter } from './reasoning.ts';
import type { GrammarSchema } from './structured-output.ts';
import { type Slot, Transcript, type TranscriptOptions } from './transcript.ts';

export interface GenerationOptions extends TranscriptOptions {
  readonly stopSequences: readonly string[];
  /** The answer is JSON of this schema. */
  readonly schema?: GrammarSchema | undefined;
  /** The tools that the model may call, as its own template has it. */
  readonly calls?: CallOptions | undefined;
  /** Whether the prompt ends inside of reasoning; undefined where the model has no tags for it. */
  readonly startsInReasoning?: boolean | undefined;
}

export interface GenerationEnd {
  readonly stopReason: StopReason;
  readonly inputTokens: number;
  /** Tokens of the answer, those of a stop sequence too, the one that only ends it not. */
  readonly outputTokens: number;
}

interface Answer {
  readonly loaded: LoadedModel;
  readonly transcript: Transcript;
  readonly options: GenerationOptions;
}

type Steps = AsyncGenerator<Piece | CallStep, StopReason>;

/** Yields pieces as they are made, never empty, and calls when they are whole. */
export async function* generate(
  loaded: LoadedModel,
  slot: Slot,
  options: GenerationOptions,
): AsyncGenerator<Piece | CallStep, GenerationEnd> {
  const transcript = new Transcript(loaded, slot, options);
  const stopReason = yield* writeAnswer({ loaded, transcript, options });
  const { inputTokens, outputTokens } = transcript;
  return { stopReason, inputTokens, outputTokens };
}

/** What is held to a form from its first word on comes behind the reasoning. */
async function* writeAnswer(answer: Answer): Steps {
  const { calls, schema } = answer.options;
  const isForced = calls !== undefined && calls.choice !== 'auto';
  if (!isForced && schema === undefined) return yield* writeText(answer);
  yield* writeReasoning(answer);
  if (isForced) return yield* writeForced(answer, calls);
  return calls === undefined ? yield* writeJson(answer) : yield* writeCallsOrJson(answer, calls);
}

async function* writeText(answer: Answer): Steps {
  const { transcript, options } = answer;
  const text = createText(answer, options.calls);
  for await (const token of transcript.write('beginning')) {
    yield* text.push(token);
    if (text.isEnded) break;
  }
  yield* text.end();
  if (text.isStopped) return 'stop_sequence';
  if (options.calls !== undefined && text.call !== undefined) {
    return yield* writeFound(answer, text, options.calls);
  }
  return transcript.hasRoom ? 'end_turn' : transcript.fullReason;
}

function createText({ loaded, options }: Answer, calls: CallOptions | undefined): AnswerText {
  const { stopSequences, startsInReasoning } = options;
  const watcher = calls && new CallWatcher({ format: calls.format, names: namesOf(calls) });
  const { detokenize } = loaded;
  return new AnswerText({ detokenize, stopSequences, startsInReasoning, watcher });
}

function namesOf({ tools }: CallOptions): readonly string[] {
  return tools.map(({ name }) => name);
}

/** The call's beginning is written anew, in the tokens that the model knows it by. */
async function* writeFound(
  { loaded, transcript, options }: Answer,
  { call }: AnswerText,
  calls: CallOptions,
): Steps {
  if (call === undefined) return 'end_turn';
  const { format, name } = call.opening;
  transcript.keep(call.tokens);
  transcript.append(`${call.rest}${format.opening}`);
  const begun = { format, name };
  return yield* writeCalls({ loaded, transcript, calls, sampling: options.sampling }, begun);
}

async function* writeForced({ loaded, transcript, options }: Answer, calls: CallOptions): Steps {
  transcript.append(calls.format.opening);
  const begun = { format: calls.format, name: undefined };
  return yield* writeCalls({ loaded, transcript, calls, sampling: options.sampling }, begun);
}

async function* writeJson({ loaded, transcript, options }: Answer): Steps {
  const { schema, stopSequences } = options;
  if (schema === undefined || !transcript.hasRoom) return transcript.fullReason;
  const { detokenize } = loaded;
  const json = new AnswerText({ detokenize, stopSequences, isJson: true });
  for await (const token of transcript.write(await loaded.createGrammar(schema))) {
    yield* json.push(token);
    if (json.isEnded) break;
  }
  yield* json.end();
  if (json.isStopped) return 'stop_sequence';
  return json.isWhole || transcript.hasRoom ? 'end_turn' : transcript.fullReason;
}

/** The model decides whether to call; what it would say instead is written again as JSON. */
async function* writeCallsOrJson(answer: Answer, calls: CallOptions): Steps {
  const { transcript, loaded } = answer;
  const begun = transcript.length;
  const watcher = new CallWatcher({ format: calls.format, names: namesOf(calls) });
  const text = new AnswerText({ detokenize: loaded.detokenize, stopSequences: [], watcher });
  for await (const token of transcript.write('beginning')) {
    if (text.push(token).length > 0 || text.isEnded) break;
  }
  if (text.call !== undefined) {
    transcript.keep(begun);
    transcript.append(calls.format.opening);
    const opening = { format: calls.format, name: text.call.opening.name };
    return yield* writeCalls({ ...answer, calls, sampling: answer.options.sampling }, opening);
  }
  transcript.keep(begun);
  return yield* writeJson(answer);
}

/** Reasoning that the template has begun is written to its end, and closed where it has none. */
async function* writeReasoning({ loaded, transcript, options }: Answer): AsyncGenerator<Piece> {
  if (options.startsInReasoning !== true) return;
  const splitter = new ReasoningSplitter(true);
  const detokenizer = new Detokenizer<Token>(loaded.detokenize);
  for await (const token of transcript.write('text')) {
    const pieces = splitter.push(detokenizer.push(token));
    yield* pieces.filter((piece) => 'reasoning' in piece);
    if (splitter.isClosed) return;
  }
  yield* splitter.end();
  if (transcript.hasRoom) transcript.append(reasoningEnd);
}
