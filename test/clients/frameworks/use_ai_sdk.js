// The AI SDK with @ai-sdk/amazon-bedrock: a text, its stream, and a tool that it calls. Prints what
// came as JSON.

import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { z } from 'zod';

const bedrock = createAmazonBedrock({ baseURL: process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME });
const model = bedrock('us.anthropic.claude-sonnet-4-20250514-v1:0');
const prompt = '[[call get_weather {"city": "Zürich"}]]';

const calls = [];
const tools = {
  get_weather: tool({
    description: 'Tells the weather of a city.',
    inputSchema: z.object({ city: z.string() }),
    execute({ city }) {
      calls.push(['get_weather', { city }]);
      return `54F in ${city}`;
    },
  }),
};
const loop = { model, tools, prompt, stopWhen: isStepCount(2) };

const whole = await generateText({ model, instructions: 'Be brief.', prompt: 'Grüße an alle' });
const pieces = await Array.fromAsync(streamText({ model, prompt: 'one two three' }).textStream);
const answered = await generateText(loop);
const streamed = await streamText(loop).text;

console.log(
  JSON.stringify({
    converse: whole.text,
    usage: whole.usage.totalTokens,
    stream: pieces,
    calls: calls.slice(0, 1),
    streamedCalls: calls.slice(1),
    tools: answered.text,
    streamedTools: streamed,
  }),
);
