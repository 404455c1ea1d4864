// What the simulated model answers without a script: a pure function of the request.

import type { DocumentValue } from '../protocol/api/shape.ts';
import type {
  ContentBlock,
  ConverseRequest,
  ConverseResponse,
  ToolResultBlock,
  ToolResultContentBlock,
} from '../protocol/api/types.generated.ts';
import { ValidationException } from '../protocol/errors.ts';
import { cutText } from './cut.ts';
import { lastMessageText } from './request-texts.ts';
import { sample } from './sample.ts';
import { countInputTokens, countOutputTokens } from './tokens.ts';
import { chooseToolCalls, type ToolCall } from './tool-calls.ts';
import { createToolUseIds } from './tool-use-id.ts';

type Request = Omit<ConverseRequest, 'modelId'>;

export interface Answer extends Pick<ConverseResponse, 'stopReason' | 'usage'> {
  readonly content: readonly ContentBlock[];
}

/** The first that applies: a call that the request asks for, JSON, tool results, an echo. */
export function answer(request: Request): Answer {
  const calls = chooseToolCalls(request);
  const { content, stopReason } =
    calls.length > 0 ? answerCalls(request, calls) : answerText(request);
  const inputTokens = countInputTokens(request);
  const outputTokens = countOutputTokens(content);
  const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  return { content, stopReason, usage };
}

function answerCalls(request: Request, calls: readonly ToolCall[]): Omit<Answer, 'usage'> {
  const ids = createToolUseIds(request, calls.length);
  const content = calls.map(({ name, input }, index) => ({
    toolUse: { toolUseId: ids[index] ?? '', name, input },
  }));
  return { content, stopReason: 'tool_use' };
}

function answerText(request: Request): Omit<Answer, 'usage'> {
  const { text, stopReason } = cutText(wholeText(request), request.inferenceConfig);
  // Cut to nothing it is still one block: programs read the text of the first.
  return { content: [{ text }], stopReason };
}

function wholeText(request: Request): string {
  const format = request.outputConfig?.textFormat;
  if (format !== undefined) {
    return JSON.stringify(sample(parseSchema(format.structure.jsonSchema.schema)));
  }
  const results = toolResults(request);
  if (results.length > 0) return results.map(describeResult).join('\n');
  return `echo: ${lastMessageText(request)}`;
}

function parseSchema(text: string): DocumentValue {
  try {
    return JSON.parse(text) as DocumentValue;
  } catch (error) {
    throw new ValidationException(
      'The value at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON. ' +
        'Provide a JSON schema as text and try again.',
      { cause: error },
    );
  }
}

function toolResults(request: Request): readonly ToolResultBlock[] {
  const content = request.messages?.at(-1)?.content ?? [];
  return content.flatMap((block) => ('toolResult' in block ? [block.toolResult] : []));
}

function describeResult({ status, content }: ToolResultBlock): string {
  const label = status === 'error' ? 'error' : 'result';
  return `${label}: ${content.map(describeResultBlock).join(' ')}`;
}

function describeResultBlock(block: ToolResultContentBlock): string {
  if ('text' in block) return block.text;
  if ('json' in block) return JSON.stringify(block.json);
  return `[${Object.keys(block)[0]}]`;
}
