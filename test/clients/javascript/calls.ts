// Makes the calls that stdin lists, with one unmodified client of the AWS SDK for JavaScript and
// its default handler, and prints what came of each, as boto3/calls.py does.

import { text } from 'node:stream/consumers';
import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type {
  ConverseCommandInput,
  InvokeModelCommandInput,
  InvokeModelCommandOutput,
} from '@aws-sdk/client-bedrock-runtime';
import type { Call } from '../job.ts';

interface Job {
  readonly calls: readonly Call[];
  /** The signatures leave the body out. */
  readonly unsigned?: boolean;
}

const job = JSON.parse(await text(process.stdin)) as Job;
const client = new BedrockRuntimeClient({});
if (job.unsigned === true) leaveBodyOut();
for (const call of job.calls) console.log(JSON.stringify(await outcomeOf(call)));
client.destroy();

/** What the SDK does for the operations that are marked so. */
function leaveBodyOut(): void {
  client.middlewareStack.add(
    (next) => (given) => {
      const { headers } = given.request as { readonly headers: Record<string, string> };
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(given);
    },
    { step: 'build' },
  );
}

async function outcomeOf(call: Call): Promise<object> {
  return call.operation.startsWith('converse') ? converse(call) : invoke(call);
}

async function converse({ operation, input }: Call): Promise<object> {
  const given = input as unknown as ConverseCommandInput;
  const events: object[] = [];
  try {
    if (operation === 'converse') return { output: await client.send(new ConverseCommand(given)) };
    const { stream } = await client.send(new ConverseStreamCommand(given));
    for await (const event of stream ?? []) events.push(event);
    return { events };
  } catch (error) {
    return { ...(operation === 'converse_stream' && { events }), error: describe(error) };
  }
}

async function invoke({ operation, input }: Call): Promise<object> {
  const body = JSON.stringify(input['body']);
  const given = { ...input, body } as unknown as InvokeModelCommandInput;
  const chunks: unknown[] = [];
  try {
    if (operation === 'invoke_model') {
      const answer = await client.send(new InvokeModelCommand(given));
      return {
        native: JSON.parse(answer.body.transformToString()) as object,
        head: headOf(answer),
      };
    }
    const answer = await client.send(new InvokeModelWithResponseStreamCommand(given));
    for await (const event of answer.body ?? []) {
      const bytes = event.chunk?.bytes;
      if (bytes !== undefined) chunks.push(JSON.parse(Buffer.from(bytes).toString()));
    }
    return { chunks, head: headOf(answer) };
  } catch (error) {
    return { ...(operation !== 'invoke_model' && { chunks }), error: describe(error) };
  }
}

function headOf(answer: Omit<InvokeModelCommandOutput, 'body' | 'contentType'> & Typed): object {
  const { contentType, performanceConfigLatency, serviceTier } = answer;
  return { contentType, performanceConfigLatency, serviceTier };
}

interface Typed {
  readonly contentType: string | undefined;
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message } = error;
  if (!(error instanceof BedrockRuntimeServiceException)) return { name, message, modeled: false };
  const status = error.$metadata?.httpStatusCode;
  return { name, message, status, modeled: error.constructor !== BedrockRuntimeServiceException };
}
