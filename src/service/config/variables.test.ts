// Variables in a configuration file, where YAML would take their braces for its own.

import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillVariables, quoteVariables } from './variables.ts';

test.each([
  ['{ apiKey: ${KEY} }', { apiKey: 'secret' }],
  ['{ apiKey: ${KEY}, type: a }', { apiKey: 'secret', type: 'a' }],
  ['apiKey: ${KEY}', { apiKey: 'secret' }],
  ['apiKey: ${KEY} # of the team', { apiKey: 'secret' }],
  ['apiKey: "${KEY}"', { apiKey: 'secret' }],
  ['url: http://${KEY}.local/v1', { url: 'http://secret.local/v1' }],
  ['{ keys: [ ${KEY}, b ] }', { keys: ['secret', 'b'] }],
  ['- ${KEY}', ['secret']],
])('%s is read with its variable', (yaml, value) => {
  expect(fillVariables(parse(quoteVariables(yaml)), { KEY: 'secret' })).toEqual(value);
});
