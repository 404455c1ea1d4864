// A Converse request as the plain messages that a text model can read.

import type {
  ContentBlock,
  ConverseRequest,
  GuardrailConverseContentBlock,
  SystemContentBlock,
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { Loss } from '../../protocol/loss.ts';

export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export interface Prompt {
  readonly messages: readonly PromptMessage[];
  /** What of the request the model is not told. */
  readonly losses: readonly Loss[];
}

type Request = Omit<ConverseRequest, 'modelId'>;

/** Throws ValidationException for what a text model cannot be asked at all. */
export function toPrompt(request: Request): Prompt {
  const names = toolNames(request);
  const messages: PromptMessage[] = [];
  append(messages, 'system', (request.system ?? []).map(systemText));
  for (const { role, content } of request.messages ?? []) {
    append(
      messages,
      role,
      content.map((block) => blockText(block, names)),
    );
  }
  return { messages, losses: lossesOf(request) };
}

/** Messages of one role in a row become one: chat templates know only alternating roles. */
function append(
  messages: PromptMessage[],
  role: PromptMessage['role'],
  texts: readonly (string | undefined)[],
): void {
  const present = texts.filter((text) => text !== undefined);
  if (present.length === 0) return;
  const last = messages.at(-1);
  if (last?.role !== role) {
    messages.push({ role, text: present.join('\n') });
    return;
  }
  messages[messages.length - 1] = { role, text: [last.text, ...present].join('\n') };
}

export function systemText(block: SystemContentBlock): string | undefined {
  if ('text' in block) return block.text;
  if ('guardContent' in block) return guardText(block.guardContent);
  return undefined;
}

function blockText(block: ContentBlock, names: ReadonlyMap<string, string>): string | undefined {
  if ('toolUse' in block) {
    return `Called the tool ${block.toolUse.name} with ${JSON.stringify(block.toolUse.input)}`;
  }
  if ('toolResult' in block) return toolResultText(block.toolResult, names);
  return textOfBlock(block);
}

/** Undefined for what the model is not told; throws ValidationException for what it cannot be. */
export function textOfBlock(block: ContentBlock): string | undefined {
  if ('text' in block) return block.text;
  if ('guardContent' in block) return guardText(block.guardContent);
  if ('citationsContent' in block) {
    return (block.citationsContent.content ?? []).map(({ text }) => text).join('');
  }
  if ('cachePoint' in block || 'reasoningContent' in block) return undefined;
  return refuse(block);
}

function guardText(block: GuardrailConverseContentBlock): string {
  return 'text' in block ? block.text.text : refuse(block);
}

function toolResultText(result: ToolResultBlock, names: ReadonlyMap<string, string>): string {
  const name = names.get(result.toolUseId) ?? result.toolUseId;
  const what = result.status === 'error' ? 'Error' : 'Result';
  return `${what} of the tool ${name}: ${result.content.map(resultContentText).join('\n')}`;
}

export function resultContentText(block: ToolResultContentBlock): string {
  if ('text' in block) return block.text;
  if ('json' in block) return JSON.stringify(block.json);
  return refuse(block);
}

function refuse(block: object): never {
  const [kind = 'unknown'] = Object.keys(block);
  throw new ValidationException(
    `This model doesn't support the ${kind} content block that you provided. ` +
      'Update the content block and try again.',
  );
}

/** Results name their tool by the ID of its use only. */
function toolNames(request: Request): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const block of (request.messages ?? []).flatMap(({ content }) => content)) {
    if ('toolUse' in block) names.set(block.toolUse.toolUseId, block.toolUse.name);
  }
  return names;
}

function lossesOf(request: Request): Loss[] {
  const blocks = (request.messages ?? []).flatMap(({ content }) => content);
  const cached = [...blocks, ...(request.system ?? [])].some((block) => 'cachePoint' in block);
  const reasoned = blocks.some((block) => 'reasoningContent' in block);
  const lost: readonly (readonly [present: boolean, member: string, reason: string])[] = [
    [
      request.outputConfig?.effort !== undefined,
      'outputConfig.effort',
      'The embedded model does not reason.',
    ],
    [
      request.additionalModelRequestFields !== undefined,
      'additionalModelRequestFields',
      'The embedded model has no further parameters.',
    ],
    [
      request.additionalModelResponseFieldPaths !== undefined,
      'additionalModelResponseFieldPaths',
      'The embedded model answers with no further fields.',
    ],
    [
      request.performanceConfig?.latency === 'optimized',
      'performanceConfig.latency',
      'The embedded model has one speed.',
    ],
    [cached, 'cachePoint', 'The embedded model keeps the beginning of a prompt by itself.'],
    [reasoned, 'reasoningContent', 'The embedded model is not shown earlier reasoning.'],
  ];
  return lost
    .filter(([present]) => present)
    .map(([, member, reason]) => ({
      member,
      handling: 'left out',
      reason,
    }));
}
