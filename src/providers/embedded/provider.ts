// The embedded provider: a small language model inside the server's own process.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import { assemble } from '../../protocol/stream/assemble.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Provider, ProviderCall } from '../provider.ts';
import { reportLosses } from '../provider.ts';
import { Engine, type EngineOptions, type GenerationRequest } from './engine.ts';
import type { GenerationEnd } from './generation.ts';
import { type AnswerStep, withIds } from './native-tools/native-answer.ts';
import { toTemplateMessages } from './native-tools/tool-messages.ts';
import { toPrompt } from './prompt.ts';
import type { Piece } from './reasoning.ts';
import { toSampling } from './sampling.ts';
import { readTextFormat } from './structured-output.ts';
import { purposeOf } from './tools/call-prompt.ts';
import { answerWithTools, type ToolUseStep } from './tools/tool-answer.ts';
import { type Offer, readOffer } from './tools/tool.ts';

/** The model loads in the background from here on; the first request waits for it. */
export function createEmbeddedProvider(options: EngineOptions): Provider {
  const engine = new Engine(options);
  const { environment } = options;

  async function stream(call: ProviderCall): Promise<ConverseEventStream> {
    const { request, notes, signal } = call;
    const started = environment.clock.monotonic();
    const { messages, losses } = toPrompt(request);
    const offer = readOffer(request.toolConfig);
    const schema = readTextFormat(request);
    reportLosses(notes, [...losses, ...offer.losses]);
    notes.servedBy = `embedded/${await engine.name(signal)}`;
    const { inferenceConfig = {} } = request;
    const asText = {
      messages,
      sampling: toSampling(inferenceConfig, environment),
      maxTokens: inferenceConfig.maxTokens,
      stopSequences: inferenceConfig.stopSequences ?? [],
      schema,
      signal,
    };
    const steps = withIds(await answer(request, offer, asText), environment);
    return toEvents(steps, () => Math.round(environment.clock.monotonic() - started));
  }

  /** Here the method is chosen: the template's own tools, else the scores of any model. */
  async function answer(request: Request, offer: Offer, asText: GenerationRequest) {
    if (offer.tools.length === 0) return engine.generate(asText);
    if (await engine.hasTools(asText.signal)) {
      const withTools = { messages: toTemplateMessages(request), offer };
      return engine.generate({ ...asText, withTools });
    }
    const { messages = [] } = request;
    return answerWithTools({ offer, messages, asText, engine, environment });
  }

  return {
    capabilities: new Set(['reasoning', 'stopSequences', 'structuredOutput', 'system', 'tools']),
    stream,
    send: async (call): Promise<ConverseResponse> => assemble(await stream(call)),
    async countTokens({ request, notes, signal }) {
      const { messages } = toPrompt(request);
      const offer = readOffer(request.toolConfig);
      const schema = readTextFormat(request);
      notes.servedBy = `embedded/${await engine.name(signal)}`;
      if (offer.tools.length > 0 && (await engine.hasTools(signal))) {
        const withTools = { messages: toTemplateMessages(request), offer };
        return engine.countTokens({ messages, withTools, schema }, signal);
      }
      const tools = await engine.countText(offer.tools.map(purposeOf), signal);
      return tools + (await engine.countTokens({ messages, schema }, signal));
    },
    close: () => engine.close(),
  };
}

type Request = ProviderCall['request'];

/** One batch a piece; the message's start travels with the first, its end with the end. */
export async function* toEvents(
  steps: AsyncIterable<AnswerStep>,
  latencyMs: () => number,
): ConverseEventStream {
  const blocks = new Blocks();
  let opening: ConverseStreamEvent[] = [{ messageStart: { role: 'assistant' } }];
  for await (const step of steps) {
    if ('end' in step) yield [...opening, ...blocks.close(), ...endEvents(step.end, latencyMs())];
    else if ('toolUse' in step) yield [...opening, ...blocks.addToolUse(step)];
    else yield [...opening, ...blocks.add(step)];
    opening = [];
  }
}

/** Which block is open: reasoning has one of its own, before the text's. */
class Blocks {
  #index = 0;
  #open: 'text' | 'reasoning' | undefined;

  add(piece: Piece): ConverseStreamEvent[] {
    const kind = 'text' in piece ? 'text' : 'reasoning';
    const closed = this.#open === kind ? [] : this.close();
    this.#open = kind;
    const delta =
      'text' in piece ? { text: piece.text } : { reasoningContent: { text: piece.reasoning } };
    return [...closed, { contentBlockDelta: { contentBlockIndex: this.#index, delta } }];
  }

  addToolUse({ toolUse, input }: ToolUseStep): ConverseStreamEvent[] {
    const closed = this.close();
    const contentBlockIndex = this.#index;
    this.#index += 1;
    return [
      ...closed,
      { contentBlockStart: { contentBlockIndex, start: { toolUse } } },
      ...input.map((piece) => ({
        contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input: piece } } },
      })),
      { contentBlockStop: { contentBlockIndex } },
    ];
  }

  /** A stop sequence at the very beginning leaves no text, and then there is no block to close. */
  close(): ConverseStreamEvent[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    this.#index += 1;
    return [{ contentBlockStop: { contentBlockIndex: this.#index - 1 } }];
  }
}

function endEvents(
  { stopReason, inputTokens, outputTokens }: GenerationEnd,
  latencyMs: number,
): ConverseStreamEvent[] {
  const totalTokens = inputTokens + outputTokens;
  return [
    { messageStop: { stopReason } },
    { metadata: { usage: { inputTokens, outputTokens, totalTokens }, metrics: { latencyMs } } },
  ];
}
