// The seven model IDs of the guide, as it prints them.

export const guideModelIds = [
  'anthropic.claude-sonnet-4-20250514',
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'anthropic.claude-opus-4-20250514',
  'meta.llama3-1-70b-instruct-v1:0',
  'meta.llama3-1-8b-instruct-v1:0',
  'mistral.mistral-large-2407-v1:0',
  'mistral.mistral-small-2402-v1:0',
] as const;
