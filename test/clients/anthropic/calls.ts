// Makes the calls that stdin lists, with one unmodified AnthropicBedrock client, and prints what
// came of each: the protocol of job.ts, as calls.py does.

import { text } from 'node:stream/consumers';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { APIError } from '@anthropic-ai/bedrock-sdk/core/error';
import type { Call, Failure, Outcome } from './job.ts';

type Given = Parameters<AnthropicBedrock['messages']['parse']>[0];
type GivenBeta = Parameters<AnthropicBedrock['beta']['messages']['parse']>[0];

const client = new AnthropicBedrock();
const { calls } = JSON.parse(await text(process.stdin)) as { readonly calls: readonly Call[] };
for (const call of calls) console.log(JSON.stringify(await outcomeOf(call)));

async function outcomeOf({ kind, input }: Call): Promise<Outcome> {
  const given = input as unknown as Given;
  const events: Outcome['events'] & object[] = [];
  try {
    if (kind === 'create') return { message: await client.messages.create(given) };
    if (kind === 'beta') {
      const givenBeta = input as unknown as GivenBeta;
      return { message: await client.beta.messages.create(givenBeta) };
    }
    if (kind === 'accumulate') return await accumulate(given);
    for await (const event of await client.messages.create({ ...given, stream: true })) {
      events.push(event);
    }
    return { events };
  } catch (error) {
    return { ...(kind === 'events' && { events }), error: describe(error) };
  }
}

async function accumulate(given: Given): Promise<Outcome> {
  const stream = client.messages.stream(given);
  let told = '';
  stream.on('text', (piece) => (told += piece));
  return { message: await stream.finalMessage(), text: told };
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { class: typeof error, message: String(error) };
  const { constructor, message } = error;
  if (!(error instanceof APIError)) return { class: constructor.name, message };
  const status = error.status as number | undefined;
  const told = { class: constructor.name, message, body: error.error as unknown };
  return status === undefined ? told : { ...told, status };
}
