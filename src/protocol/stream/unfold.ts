// Takes a whole response apart into the events that the service would have streamed it in.

import type {
  CitationsContentBlock,
  ContentBlock,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ReasoningContentBlock,
} from '../api/types.generated.ts';
import type { ConverseStreamEvent } from './events.ts';

export interface UnfoldOptions {
  /** The deltas of text and of reasoning; joined, they are the text. */
  readonly splitText: (text: string) => readonly string[];
  /** The deltas of the JSON of a tool's input. */
  readonly splitInput: (json: string) => readonly string[];
}

/** The events in the service's order. `metrics` is read last, so that it may still be measured. */
export function* unfold(
  response: ConverseResponse,
  options: UnfoldOptions,
): Generator<ConverseStreamEvent, void, undefined> {
  const { output, stopReason, additionalModelResponseFields } = response;
  yield { messageStart: { role: output.message.role } };
  for (const [contentBlockIndex, block] of output.message.content.entries()) {
    const start = startOf(block);
    if (start !== undefined) yield { contentBlockStart: { start, contentBlockIndex } };
    for (const delta of deltasOf(block, options)) {
      yield { contentBlockDelta: { delta, contentBlockIndex } };
    }
    yield { contentBlockStop: { contentBlockIndex } };
  }
  yield {
    messageStop: {
      stopReason,
      ...(additionalModelResponseFields !== undefined && { additionalModelResponseFields }),
    },
  };
  yield { metadata: metadataOf(response) };
}

function metadataOf(response: ConverseResponse) {
  const { usage, metrics, trace, performanceConfig, serviceTier } = response;
  return {
    usage,
    metrics,
    ...(trace && { trace }),
    ...(performanceConfig && { performanceConfig }),
    ...(serviceTier && { serviceTier }),
  };
}

// Observed: text and reasoning have no contentBlockStart; their first delta opens the block.
function startOf(block: ContentBlock): ContentBlockStart | undefined {
  if ('toolUse' in block) {
    const { input: _, ...toolUse } = block.toolUse;
    return { toolUse };
  }
  if ('toolResult' in block) {
    const { content: _, ...toolResult } = block.toolResult;
    return { toolResult };
  }
  return 'image' in block ? { image: { format: block.image.format } } : undefined;
}

function* deltasOf(block: ContentBlock, options: UnfoldOptions): Generator<ContentBlockDelta> {
  if ('text' in block) yield* textDeltas(block.text, options);
  else if ('toolUse' in block) {
    for (const input of options.splitInput(JSON.stringify(block.toolUse.input))) {
      yield { toolUse: { input } };
    }
  } else if ('reasoningContent' in block) {
    yield* reasoningDeltas(block.reasoningContent, options);
  } else if ('citationsContent' in block) {
    yield* citationDeltas(block.citationsContent, options);
  } else if ('toolResult' in block) {
    const content = block.toolResult.content.flatMap((inner) =>
      'text' in inner || 'json' in inner ? [inner] : [],
    );
    yield { toolResult: content };
  } else if ('image' in block) yield { image: { source: block.image.source } };
  else throw new Error(`A stream cannot carry ${Object.keys(block)[0]}.`);
}

/** An empty text is one empty delta: something must open its block. */
function* textDeltas(text: string, { splitText }: UnfoldOptions): Generator<ContentBlockDelta> {
  if (text === '') yield { text };
  for (const piece of splitText(text)) yield { text: piece };
}

function* reasoningDeltas(
  reasoning: ReasoningContentBlock,
  { splitText }: UnfoldOptions,
): Generator<ContentBlockDelta> {
  if (!('reasoningText' in reasoning)) {
    yield { reasoningContent: { redactedContent: reasoning.redactedContent } };
    return;
  }
  const { text, signature } = reasoning.reasoningText;
  if (text === '' && signature === undefined) yield { reasoningContent: { text } };
  for (const piece of splitText(text)) yield { reasoningContent: { text: piece } };
  if (signature !== undefined) yield { reasoningContent: { signature } };
}

function* citationDeltas(
  { content = [], citations = [] }: CitationsContentBlock,
  options: UnfoldOptions,
): Generator<ContentBlockDelta> {
  const text = content.map((part) => part.text).join('');
  if (text !== '' || citations.length === 0) yield* textDeltas(text, options);
  for (const citation of citations) yield { citation };
}
