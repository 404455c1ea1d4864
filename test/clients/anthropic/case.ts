// A question to Anthropic's clients for Bedrock, what must come of it, and what the cases share.
// Each has a text of its own, by which its turns of the script and its requests are known.

import type { Call, Kind, Outcome } from './job.ts';

export interface Case {
  /** A present-tense sentence. */
  readonly name: string;
  readonly call: Call;
  /** What the simulated model is told for this question. */
  readonly script?: readonly object[];
  /** The outcome, in part. */
  readonly expected: object;
  /** The types of a stream's events; a type with a number came so often in a row. */
  readonly types?: readonly (readonly [type: string, times?: number])[];
  /** The statuses that the server answers, in order; one 200 where absent. */
  readonly statuses?: readonly number[];
  /** What the server was sent, in part. */
  readonly sent?: object;
}

export const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
export const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
export const tool = {
  name: 'get_weather',
  description: 'Tells the weather.',
  input_schema: schema,
};
const place = { city: 'Zürich' };
export const use = { type: 'tool_use', id: 'tooluse_1', name: 'get_weather', input: place };

export const text = (value: string) => ({ type: 'text', text: value });

export function ask(kind: Kind, question: string | readonly object[], input: object = {}): Call {
  const messages = [{ role: 'user', content: question }];
  return { kind, input: { model, max_tokens: 2000, messages, ...input } };
}

/** Each type of a stream's events with how often it came in a row. */
export function typesOf({ events = [] }: Outcome): Case['types'] {
  const runs: [string, number][] = [];
  for (const { type } of events) {
    const last = runs.at(-1);
    if (last?.[0] === type) last[1] += 1;
    else runs.push([type, 1]);
  }
  return runs.map(([type, times]) => (times === 1 ? [type] : [type, times]));
}

/** The text by which the question is known. */
export function textOf({ input }: Call): string {
  const [first] = input['messages'] as readonly { readonly content: string | readonly object[] }[];
  const content = first?.content ?? '';
  if (typeof content === 'string') return content;
  return (content[0] as { readonly text: string }).text;
}
