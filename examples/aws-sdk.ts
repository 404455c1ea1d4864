// AWS's own client, answered in this process: no socket, no endpoint, any credentials. What a test
// of an application does; here it tries what the application does when it is throttled.

import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { createConverse, requestHandler } from '../src/index.ts';

await using converse = createConverse({ simulated: true });

const client = new BedrockRuntimeClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  requestHandler: requestHandler(converse),
});

await converse.script({ error: 'ThrottlingException' }, { text: 'Second time lucky.' });

const { output, $metadata } = await client.send(
  new ConverseCommand({
    modelId: 'mistral.mistral-large-2407-v1:0',
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  }),
);

console.log(output?.message?.content?.[0]?.text, `after ${$metadata.attempts} attempts`);
