// An answer to a request with tools as the steps of a generation: calls, or text.

import type { Environment } from '../../../environment.ts';
import type { Message } from '../../../protocol/api/types.generated.ts';
import type { Engine, GenerationRequest, GenerationStep } from '../engine.ts';
import { StopSequences } from '../../../protocol/stream/stop-sequences.ts';
import { purposeOf } from './call-prompt.ts';
import type { Offer } from './tool.ts';
import { takeToolTurn, type ToolCall } from './turn.ts';

export interface ToolUseStep {
  readonly toolUse: { readonly toolUseId: string; readonly name: string };
  /** The input's JSON, in pieces. */
  readonly input: readonly string[];
}

export interface ToolAnswerRequest {
  readonly offer: Offer;
  readonly messages: readonly Message[];
  /** How the request would be answered without tools. */
  readonly asText: GenerationRequest;
  readonly engine: Pick<Engine, 'score' | 'generate' | 'countTokens' | 'countText'>;
  readonly environment: Environment;
}

type Steps = AsyncGenerator<GenerationStep | ToolUseStep>;

export async function* answerWithTools(request: ToolAnswerRequest): Steps {
  const { offer, messages, asText, engine, environment } = request;
  const now = environment.clock.now();
  const turn = await engine.score(asText.signal, (scorer) =>
    takeToolTurn({ ...offer, messages, now }, scorer),
  );
  if (turn !== undefined && 'calls' in turn) yield* writeCalls(turn.calls, request);
  // A sentence is no answer where a schema is to be kept.
  else if (turn === undefined || asText.schema !== undefined) yield* engine.generate(asText);
  else yield* writeText(turn.text, request);
}

/** A call that `maxTokens` would cut in two is left out: half a call is none. */
async function* writeCalls(calls: readonly ToolCall[], request: ToolAnswerRequest): Steps {
  const { maxTokens = Infinity, signal } = request.asText;
  const inputTokens = await countInput(request);
  let outputTokens = 0;
  for (const { name, input } of calls) {
    const json = JSON.stringify(input);
    const tokens = await request.engine.countText([name, json], signal);
    if (outputTokens + tokens > maxTokens) {
      yield { end: { stopReason: 'max_tokens', inputTokens, outputTokens } };
      return;
    }
    outputTokens += tokens;
    yield {
      toolUse: { toolUseId: createToolUseId(request.environment), name },
      input: inPieces(json),
    };
  }
  yield { end: { stopReason: 'tool_use', inputTokens, outputTokens } };
}

async function* writeText(text: string, request: ToolAnswerRequest): Steps {
  const { maxTokens = Infinity, stopSequences, signal } = request.asText;
  const inputTokens = await countInput(request);
  const stop = new StopSequences(stopSequences);
  let outputTokens = 0;
  for (const word of text.match(/\s*\S+/g) ?? []) {
    const tokens = await request.engine.countText([word], signal);
    if (outputTokens + tokens > maxTokens) {
      const rest = stop.end();
      if (rest !== '') yield { text: rest };
      yield { end: { stopReason: 'max_tokens', inputTokens, outputTokens } };
      return;
    }
    outputTokens += tokens;
    const piece = stop.push(word);
    if (piece !== '') yield { text: piece };
    if (stop.matched !== undefined) break;
  }
  const rest = stop.end();
  if (rest !== '') yield { text: rest };
  const stopReason = stop.matched === undefined ? 'end_turn' : 'stop_sequence';
  yield { end: { stopReason, inputTokens, outputTokens } };
}

/** What the model was given: the conversation, and each tool as it is told of it. */
async function countInput({ offer, asText, engine }: ToolAnswerRequest): Promise<number> {
  const tools = await engine.countText(offer.tools.map(purposeOf), asText.signal);
  return tools + (await engine.countTokens(asText, asText.signal));
}

export function createToolUseId({ random }: Environment): string {
  return `tooluse_${Buffer.from(random.bytes(idBytes)).toString('base64url')}`;
}

/** They make 22 characters. */
const idBytes = 16;

/** Cut before each member, as a model would write them. */
export function inPieces(json: string): string[] {
  return json.match(/.{1,24}/gsu) ?? [];
}
