// The tool that models behind real servers are given, and the call that their grammars must write.

import type { Tool } from '@aws-sdk/client-bedrock-runtime';
import { expect } from 'vitest';

const tools: Tool[] = [
  {
    toolSpec: {
      name: 'get_weather',
      description: 'Tells the weather of a city.',
      inputSchema: {
        json: {
          type: 'object',
          properties: { city: { type: 'string', enum: ['Seattle', 'Bern'] } },
          required: ['city'],
          additionalProperties: false,
        },
      },
    },
  },
];

export const offered = { tools };
export const forced = { tools, toolChoice: { any: {} } };

export const call = {
  name: 'get_weather',
  input: { city: expect.stringMatching(/^(Seattle|Bern)$/) as unknown },
};
