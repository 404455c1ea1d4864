// One turn of a script: which requests it fits, and what it answers.

import { isJsonObject } from '../protocol/api/json-object.ts';
import type { DocumentValue } from '../protocol/api/shape.ts';
import { shapes } from '../protocol/api/shapes.generated.ts';
import type {
  CacheDetail,
  ContentBlock,
  ConverseResponse,
  ConverseTrace,
  StopReason,
  TokenUsage,
} from '../protocol/api/types.generated.ts';
import { scriptedDelayMsMax } from '../limits.ts';
import {
  type Field,
  malformed,
  readObject,
  readOneOf,
  readShape,
  readText,
  readWholeNumber,
} from './malformed-turn.ts';
import { readError, type ScriptedError } from './scripted-error.ts';

export interface Turn {
  /** The only model that it fits; any where absent. */
  readonly modelId: string | undefined;
  readonly operations: readonly ScriptedOperation[];
  /** What the last message's text must contain; empty where any will do. */
  readonly whenText: string;
  readonly times: number | 'always';
  readonly delayMs: number;
  readonly reply: Reply;
  readonly pace: Pace;
}

export const scriptedOperations = [
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'CountTokens',
  'ListFoundationModels',
  'GetFoundationModel',
] as const;
export type ScriptedOperation = (typeof scriptedOperations)[number];

export type Reply =
  | { readonly answer: ScriptedAnswer }
  | { readonly error: ScriptedError }
  | { readonly inputTokens: number };

export interface ScriptedAnswer {
  readonly content: readonly ContentBlock[];
  readonly stopReason: StopReason;
  readonly usage: Partial<TokenUsage>;
  /** Members of the response that are passed through. */
  readonly members: Partial<Pick<ConverseResponse, PassedMember>>;
}

type PassedMember =
  | 'metrics'
  | 'trace'
  | 'additionalModelResponseFields'
  | 'performanceConfig'
  | 'serviceTier';

/** How an answer is streamed. */
export interface Pace {
  /** Code points in a delta; undefined for a token of text, 16 of a tool's input. */
  readonly chunk: number | undefined;
  readonly delayMs: number;
  readonly fault: StreamFault | undefined;
}

export interface StreamFault {
  /** How many deltas come before it. */
  readonly after: number;
  readonly error: ScriptedError;
}

const stopReasons = (shapes['StopReason']?.enum ?? []) as readonly StopReason[];

const replyKeys = ['output', 'text', 'error', 'inputTokens'] as const;
const turnKeys = [
  ...replyKeys,
  'stopReason',
  'usage',
  'metrics',
  'trace',
  'additionalModelResponseFields',
  'performanceConfig',
  'serviceTier',
  'modelId',
  'operation',
  'when',
  'times',
  'delayMs',
  'stream',
] as const;

type Fields = Partial<Record<(typeof turnKeys)[number], Field>>;

/** Throws MalformedTurn; `turn` is its index in what was sent. */
export function readTurn(value: unknown, turn: number): Turn {
  const whole: Field = { turn, key: '', name: '', value };
  const fields = readObject(whole, turnKeys);
  const { modelId, when, times, delayMs, stream } = fields;
  // Every key is read, also those that this reply has no use for: a slip must not hide.
  const answer = readAnswer(fields);
  const reply = readReply(whole, fields, answer);
  return {
    modelId: modelId && readText(modelId),
    operations: readOperations(fields, reply),
    whenText: when === undefined ? '' : readWhen(when),
    times: times === undefined ? 1 : readTimes(times),
    delayMs: delayMs === undefined ? 0 : readDelay(delayMs),
    reply,
    pace: readPace(stream),
  };
}

function readReply(whole: Field, fields: Fields, answer: ScriptedAnswer): Reply {
  const given = replyKeys.filter((key) => fields[key] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    throw malformed(
      whole,
      `It has ${found} of output, text, error, inputTokens. Give exactly one of them.`,
    );
  }
  const { error, inputTokens } = fields;
  if (error !== undefined) return { error: readError(error) };
  if (inputTokens !== undefined) return { inputTokens: readWholeNumber(inputTokens, { min: 0 }) };
  return { answer };
}

/** Which operations a turn fits; without `operation`, those that the model answers. */
function readOperations(
  { operation, inputTokens }: Fields,
  reply: Reply,
): readonly ScriptedOperation[] {
  if (operation === undefined) {
    return inputTokens === undefined ? scriptedOperations.slice(0, 4) : ['CountTokens'];
  }
  const name = readOneOf(operation, scriptedOperations);
  if ('inputTokens' in reply && name !== 'CountTokens') {
    throw malformed(operation, 'inputTokens answers only CountTokens. Remove one of the two.');
  }
  if ('answer' in reply && name === 'CountTokens') {
    throw malformed(operation, 'CountTokens answers no message. Give inputTokens or error.');
  }
  if (!('error' in reply) && (name === 'ListFoundationModels' || name === 'GetFoundationModel')) {
    throw malformed(operation, 'No model answers this operation. Give error.');
  }
  return [name];
}

function readAnswer(fields: Fields): ScriptedAnswer {
  const { output, text, stopReason, usage, metrics, trace, performanceConfig } = fields;
  const { additionalModelResponseFields: additional, serviceTier } = fields;
  const content = output ? readContent(output) : [{ text: text ? readText(text) : '' }];
  const usual = content.some((block) => 'toolUse' in block) ? 'tool_use' : 'end_turn';
  return {
    content,
    stopReason: stopReason ? readOneOf(stopReason, stopReasons) : usual,
    usage: usage ? readUsage(usage) : {},
    members: {
      ...(metrics && { metrics: readShape(metrics, 'ConverseMetrics') }),
      ...(trace && { trace: readTrace(trace) }),
      ...(additional && { additionalModelResponseFields: additional.value as DocumentValue }),
      ...(performanceConfig && {
        performanceConfig: readShape(performanceConfig, 'PerformanceConfiguration'),
      }),
      ...(serviceTier && { serviceTier: readShape(serviceTier, 'ServiceTier') }),
    },
  };
}

/** Passed through as it is: a recorded trace may know more than the service model. */
function readTrace(field: Field): ConverseTrace {
  if (!isJsonObject(field.value)) throw malformed(field, 'Give an object.');
  return field.value;
}

const answerKinds = ['text', 'toolUse', 'reasoningContent', 'citationsContent'];

function readContent(field: Field): readonly ContentBlock[] {
  const { role, content } = readShape(field, 'ConverseOutput').message;
  if (role !== 'assistant') {
    throw malformed(field, 'Its message has another role: give "role": "assistant".');
  }
  for (const block of content) {
    if (!answerKinds.some((kind) => kind in block)) {
      throw malformed(field, `A model answers in blocks of ${answerKinds.join(', ')} only.`);
    }
    if ('toolUse' in block && !isJsonObject(block.toolUse.input)) {
      throw malformed(field, "A toolUse's input is an object: give {} where it has nothing.");
    }
  }
  return content;
}

const usageKeys = [
  'inputTokens',
  'outputTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  'totalTokens',
] as const;

function readUsage(field: Field): Partial<TokenUsage> {
  const { cacheDetails, ...counts } = readObject(field, [...usageKeys, ...recordedUsageKeys]);
  const usage = usageKeys.flatMap((key) => {
    const count = counts[key];
    return count === undefined ? [] : [[key, readWholeNumber(count, { min: 0 })] as const];
  });
  return {
    ...Object.fromEntries(usage),
    ...(cacheDetails && { cacheDetails: readCacheDetails(cacheDetails) }),
  };
}

function readCacheDetails(field: Field): readonly CacheDetail[] {
  if (!Array.isArray(field.value)) throw malformed(field, 'Give a list.');
  const details: readonly unknown[] = field.value;
  return details.map((value) => readShape({ ...field, value }, 'CacheDetail'));
}

// Observed in recorded responses, which can be pasted as they are; SDKs drop all but the first.
const recordedUsageKeys = [
  'cacheDetails',
  'cacheReadInputTokenCount',
  'cacheWriteInputTokenCount',
  'serverToolUsage',
] as const;

function readWhen(field: Field): string {
  const { text } = readObject(field, ['text']);
  if (text === undefined) throw malformed(field, 'Give {"text": "..."}.');
  return readText(text);
}

function readTimes(field: Field): number | 'always' {
  if (field.value === 'always') return 'always';
  const { value } = field;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw malformed(field, 'Give a whole number from 1, or "always".');
}

function readDelay(field: Field): number {
  const { value } = field;
  if (typeof value === 'number' && value >= 0 && value <= scriptedDelayMsMax) return value;
  throw malformed(field, `Give a number of milliseconds from 0 to ${scriptedDelayMsMax}.`);
}

function readPace(stream: Field | undefined): Pace {
  const fields = stream === undefined ? {} : readObject(stream, ['chunk', 'delayMs', 'fault']);
  const { chunk, delayMs, fault } = fields;
  return {
    chunk: chunk && readWholeNumber(chunk, { min: 1 }),
    delayMs: delayMs === undefined ? 0 : readDelay(delayMs),
    fault: fault && readStreamFault(fault),
  };
}

function readStreamFault(field: Field): StreamFault {
  const { after, error } = readObject(field, ['after', 'error']);
  if (after === undefined || error === undefined) {
    throw malformed(field, 'Give {"after": N, "error": ...}.');
  }
  return { after: readWholeNumber(after, { min: 0 }), error: readError(error) };
}
