// Pieces that the cases of native formats are made of.

import type { Case } from '../case.ts';
import { base64 } from '../build.ts';

/** A case of one family: its body, and what comes of it. */
export interface NativeRow extends Pick<Case, 'check' | 'hint' | 'loss' | 'refused' | 'source'> {
  /** The member of the body that it is about; the body as a whole where absent. */
  readonly member?: string;
  readonly body: object;
  /** What the whole answer holds; absent where only the stream is asked for. */
  readonly answer?: object;
  /** What the chunks of the streamed answer hold, each in its place. */
  readonly chunks?: readonly object[];
  /** What CountTokens says of the body. */
  readonly inputTokens?: number;
  readonly modelId?: string;
}

export interface NativeFamily {
  readonly name: string;
  readonly modelId: string;
}

/** Each row by the operations that it says something of; a refusal is the same in all of them. */
export function nativeCases(family: NativeFamily, rows: readonly NativeRow[]): readonly Case[] {
  return rows.flatMap((row) => casesOf(family, row));
}

function casesOf({ name, modelId }: NativeFamily, row: NativeRow): readonly Case[] {
  const { member, answer, chunks, inputTokens, ...rest } = row;
  const isRefused = rest.refused !== undefined;
  const item = { modelId, ...rest, member: member === undefined ? name : `${name}: ${member}` };
  const cases: Case[] = [];
  if (isRefused || answer !== undefined) {
    cases.push({ operation: 'InvokeModel', ...item, ...(answer && { answer }) });
  }
  if (isRefused || chunks !== undefined) {
    const stream = { operation: 'InvokeModelWithResponseStream', ...item } as const;
    cases.push({ ...stream, ...(chunks && { answer: { chunks } }) });
  }
  if (isRefused || inputTokens !== undefined) {
    const { loss: _loss, ...counted } = item;
    cases.push({
      operation: 'CountTokens',
      ...counted,
      body: { input: { invokeModel: { body: base64(JSON.stringify(row.body)) } } },
      ...(inputTokens !== undefined && { answer: { inputTokens } }),
    });
  }
  return cases;
}

/** The service's words for a body that has not the format's shape. */
export function malformed(violation: string): string {
  return `Malformed input request: ${violation}, please reformat your input and try again.`;
}

export const missing = (name: string, path = '#') =>
  malformed(`${path}: required key [${name}] not found`);
export const extraneous = (name: string, path = '#') =>
  malformed(`${path}: extraneous key [${name}] is not permitted`);
export const wrongType = (path: string, expected: string, found: string) =>
  malformed(`${path}: expected type: ${expected}, found: ${found}`);
export const tooSmall = (path: string, value: number, bound: number) =>
  malformed(`${path}: ${value} is not greater or equal to ${bound}`);
export const tooLarge = (path: string, value: number, bound: number) =>
  malformed(`${path}: ${value} is not less or equal to ${bound}`);

export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};

/** What makes the simulated model call the tool, if it is offered. */
export const callWeather = '[[call get_weather {"city": "Bern"}]]';
