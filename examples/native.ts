// InvokeModel through AWS's own client: a request in the model's native format, here Llama's, and
// the answer in it, whatever model answers.

import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { createConverse, requestHandler } from '../src/index.ts';

await using converse = createConverse({ simulated: true });

const client = new BedrockRuntimeClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  requestHandler: requestHandler(converse),
});

const { body } = await client.send(
  new InvokeModelCommand({
    modelId: 'meta.llama3-1-8b-instruct-v1:0',
    body: JSON.stringify({ prompt: 'Why is the sky blue?', max_gen_len: 5 }),
  }),
);

const { generation } = JSON.parse(body.transformToString()) as { generation: string };
console.log(generation);
