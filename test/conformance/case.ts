// What a conformance case is: a request, and what the service answers to it, as data.

import { readFileSync } from 'node:fs';

/** Where an expectation is known from. */
export const sources = {
  M: 'the service model',
  R: 'recorded traffic',
  F: 'reported from the field',
  D: "Amazon's documentation",
  I: 'inferred: the words are ours, or those of like cases',
  O: 'our own: here the service differs, or does not say',
} as const;
export type Source = keyof typeof sources;

export const modes = {
  open: 'as it comes',
  aws: 'under `fidelity: aws`',
  strict: 'with `strict`',
  limited: 'where the model has text only',
  strictLimited: 'with `strict`, where the model has text only',
} as const;
export type Mode = keyof typeof modes;

export type NativeOperation = 'InvokeModel' | 'InvokeModelWithResponseStream';
export type CaseOperation = 'Converse' | 'ConverseStream' | 'CountTokens' | NativeOperation;

export interface Case {
  readonly operation: CaseOperation;
  /** The member that it is about: `messages[].content[].text`. */
  readonly member: string;
  /** What is checked, in a few words. */
  readonly check: string;
  readonly source: Source;
  readonly mode?: Mode;
  readonly modelId?: string;
  /** The JSON that the body is the text of; a native request's own. */
  readonly body: unknown;
  /** The body itself, where it is no JSON. */
  readonly text?: string;
  /** What is sent in headers, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The exact message, of a ValidationException unless it says otherwise; absent: accepted. */
  readonly refused?: string | Refused;
  /** What the answer must hold where it is accepted; of a stream `{ chunks }` or `{ events }`. */
  readonly answer?: object;
  /** What the answer's headers must hold. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** What `x-openconverse-loss` must contain. */
  readonly loss?: string;
  /** What `x-openconverse-hint` must contain. */
  readonly hint?: string;
}

export interface Refused {
  readonly status: number;
  readonly error: string;
  readonly message: string;
}

/** Whether the body is in the model's own format. */
export function isNative({ operation }: Case): boolean {
  return operation.startsWith('InvokeModel');
}

export const defaultModelId = 'anthropic.claude-sonnet-4-20250514';

/** The exception that a case expects; undefined where the request is accepted. */
export function refusalOf({ refused }: Case): Refused | undefined {
  if (typeof refused !== 'string') return refused;
  return { status: 400, error: 'ValidationException', message: refused };
}

/**
 * Cases in a file of one JSON object a line. `{"$text": "a", "times": 65}` is a long text and
 * `{"$list": "a", "times": 11}` a long list.
 */
export function readCases(name: string): readonly Case[] {
  const text = readFileSync(new URL(`${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line, writeOut) as Case);
}

function writeOut(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('times' in value)) return value;
  const { $text: text, $list: item, times } = value as Repeated;
  return text === undefined ? Array.from({ length: times }, () => item) : text.repeat(times);
}

interface Repeated {
  readonly $text?: string;
  readonly $list?: unknown;
  readonly times: number;
}
