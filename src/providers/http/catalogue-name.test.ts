import { expect, test } from 'vitest';
import { catalogueName } from './catalogue-name.ts';

test.each([
  ['anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4-20250514'],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4-20250514'],
  ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['meta.llama3-8b-instruct-v1:0', 'meta.llama3-8b-instruct-v1:0'],
])('%s is %s at its maker', (id, name) => {
  expect(catalogueName(id, 'anthropic')).toBe(name);
});
