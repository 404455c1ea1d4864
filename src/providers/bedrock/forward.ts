// The client's own bytes to Amazon Bedrock, and its answer's bytes back.

import type { HttpAnswer } from '../http/answer.ts';
import type { Forwarded, ForwardCall, ProviderOperation } from '../provider.ts';
import type { BedrockClient, Verb } from './client.ts';
import { parseAnswer } from './client.ts';
import { createConversePassing, createNativePassing, type Passing } from './passing.ts';
import { headerUsage, usageIn } from './usage.ts';

export async function forwardTo(client: BedrockClient, call: ForwardCall): Promise<Forwarded> {
  const { operation, sent, notes } = call;
  const verb = verbs[operation];
  const kept = keptOf(sent.headers);
  const answer = await client.post({ ...call, verb, body: sent.body, kept });
  const headers = answerHeaders(answer);
  if (verb.endsWith('stream')) {
    const passing =
      operation === 'ConverseStream' ? createConversePassing() : createNativePassing();
    return { headers, body: pass(answer, passing, call) };
  }
  const body = await answer.whole();
  // Nothing is encoded anew of what is read here: only that it is whole, and what it counts.
  const usage =
    verb === 'invoke'
      ? headerUsage((name) => answer.header(name))
      : usageIn(parseAnswer(answer, body));
  if (usage !== undefined) notes.usage = usage;
  return { headers, body };
}

const verbs: Readonly<Record<ProviderOperation, Verb>> = {
  Converse: 'converse',
  ConverseStream: 'converse-stream',
  CountTokens: 'count-tokens',
  InvokeModel: 'invoke',
  InvokeModelWithResponseStream: 'invoke-with-response-stream',
};

/** What the service reads of a request besides its body. */
function keptOf(headers: ForwardCall['sent']['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const isKept =
      name === 'content-type' || name === 'accept' || name.startsWith('x-amzn-bedrock-');
    if (isKept) kept[name] = value;
  }
  return kept;
}

// Recorded, and bound by the service model; the others are of one connection or one request.
const answerHeaderNames = [
  'content-type',
  'x-amzn-bedrock-cache-read-input-token-count',
  'x-amzn-bedrock-cache-write-input-token-count',
  'x-amzn-bedrock-content-type',
  'x-amzn-bedrock-input-token-count',
  'x-amzn-bedrock-invocation-latency',
  'x-amzn-bedrock-output-token-count',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-service-tier',
];

function answerHeaders(answer: HttpAnswer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of answerHeaderNames) {
    const value = answer.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** Throws what the stream breaks off with, behind what came before. */
async function* pass(
  answer: HttpAnswer,
  passing: Passing,
  { notes }: Pick<ForwardCall, 'notes'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of answer.stream()) {
    const pieces = passing.push(bytes);
    for (const piece of pieces) yield piece;
    if (passing.failure !== undefined) throw passing.failure;
    if (passing.isWhole) answer.done();
    if (passing.usage !== undefined) notes.usage = passing.usage;
  }
  passing.end();
  if (passing.usage !== undefined) notes.usage = passing.usage;
}
