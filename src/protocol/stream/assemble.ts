// Puts the events of a Converse stream together into the whole response.

import type {
  Citation,
  ContentBlock,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ToolResultContentBlock,
} from '../api/types.generated.ts';
import type { DocumentValue } from '../api/shape.ts';
import { ModelErrorException } from '../errors.ts';
import type { ConverseEventStream } from './events.ts';
import { createGrammar } from './grammar.ts';

/** Reads the stream to its end. Throws InternalServerException for events out of order. */
export async function assemble(stream: ConverseEventStream): Promise<ConverseResponse> {
  const grammar = createGrammar();
  const content: ContentBlock[] = [];
  let block = createBlock();
  const response: Partial<Mutable<ConverseResponse>> = {};
  for await (const batch of stream) {
    for (const event of batch) {
      grammar.push(event);
      if ('contentBlockStart' in event) {
        block.start = event.contentBlockStart.start;
      } else if ('contentBlockDelta' in event) {
        block.deltas.push(event.contentBlockDelta.delta);
      } else if ('contentBlockStop' in event) {
        content.push(closeBlock(block));
        block = createBlock();
      } else if ('messageStop' in event) {
        Object.assign(response, event.messageStop);
      } else if ('metadata' in event) {
        Object.assign(response, event.metadata);
      }
    }
  }
  grammar.end();
  const { stopReason = 'end_turn', usage, metrics, ...rest } = response;
  if (usage === undefined || metrics === undefined) throw new Error('grammar.end saw metadata');
  const message = { content, role: 'assistant' } as const;
  return { ...rest, metrics, output: { message }, stopReason, usage };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface OpenBlock {
  start: ContentBlockStart | undefined;
  readonly deltas: ContentBlockDelta[];
}

function createBlock(): OpenBlock {
  return { start: undefined, deltas: [] };
}

function closeBlock({ start, deltas }: OpenBlock): ContentBlock {
  if (start !== undefined && 'toolUse' in start) {
    const text = deltas.map((delta) => ('toolUse' in delta ? delta.toolUse.input : '')).join('');
    return { toolUse: { ...start.toolUse, input: parseToolInput(text) } };
  }
  if (start !== undefined && 'toolResult' in start) {
    const content: ToolResultContentBlock[] = deltas.flatMap((delta) =>
      'toolResult' in delta ? delta.toolResult : [],
    );
    return { toolResult: { ...start.toolResult, content } };
  }
  if (start !== undefined) return closeImage(start.image.format, deltas);
  if (deltas.some((delta) => 'reasoningContent' in delta)) return closeReasoning(deltas);
  return closeText(deltas);
}

function parseToolInput(text: string): DocumentValue {
  if (text === '') return {};
  try {
    return JSON.parse(text) as DocumentValue;
  } catch (error) {
    // Documented: what a model writes as a tool's input need not be JSON.
    throw new ModelErrorException(
      'Model produced invalid sequence as part of ToolUse. ' +
        'Please refer to the model tool use troubleshooting guide.',
      { cause: error },
    );
  }
}

function closeImage(
  format: 'png' | 'jpeg' | 'gif' | 'webp',
  deltas: readonly ContentBlockDelta[],
): ContentBlock {
  const parts = deltas.flatMap((delta) => {
    const source = 'image' in delta ? delta.image.source : undefined;
    return source !== undefined && 'bytes' in source ? [source.bytes] : [];
  });
  return { image: { format, source: { bytes: Buffer.concat(parts) } } };
}

function closeReasoning(deltas: readonly ContentBlockDelta[]): ContentBlock {
  let text = '';
  let signature: string | undefined;
  const redacted: Uint8Array[] = [];
  for (const delta of deltas) {
    if (!('reasoningContent' in delta)) continue;
    const part = delta.reasoningContent;
    if ('text' in part) text += part.text;
    else if ('signature' in part) signature = (signature ?? '') + part.signature;
    else redacted.push(part.redactedContent);
  }
  if (redacted.length > 0)
    return { reasoningContent: { redactedContent: Buffer.concat(redacted) } };
  const reasoningText = signature === undefined ? { text } : { signature, text };
  return { reasoningContent: { reasoningText } };
}

function closeText(deltas: readonly ContentBlockDelta[]): ContentBlock {
  let text = '';
  const citations: Citation[] = [];
  for (const delta of deltas) {
    if ('text' in delta) text += delta.text;
    else if ('citation' in delta) citations.push(toCitation(delta.citation));
  }
  if (citations.length === 0) return { text };
  return { citationsContent: { content: [{ text }], citations } };
}

function toCitation({ sourceContent, ...citation }: CitationsDelta): Citation {
  if (sourceContent === undefined) return citation;
  return { ...citation, sourceContent: sourceContent.map(({ text = '' }) => ({ text })) };
}

type CitationsDelta = Extract<ContentBlockDelta, { citation: unknown }>['citation'];
