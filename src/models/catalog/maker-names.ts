// What makers call their models, which the service's IDs hold as a rule.

// From the makers' own lists, late in 2026: those that are no part of the service's ID.
const makerNames: Readonly<Record<string, string>> = {
  'anthropic.claude-instant-v1': 'claude-instant-1.2',
  'anthropic.claude-v2:1': 'claude-2.1',
  'mistral.devstral-2-123b': 'devstral-2512',
  'mistral.ministral-3-14b-instruct': 'ministral-14b-2512',
  'mistral.ministral-3-3b-instruct': 'ministral-3b-2512',
  'mistral.ministral-3-8b-instruct': 'ministral-8b-2512',
  'mistral.mistral-7b-instruct-v0:2': 'open-mistral-7b',
  'mistral.mistral-large-3-675b-instruct': 'mistral-large-2512',
  'mistral.mixtral-8x7b-instruct-v0:1': 'open-mixtral-8x7b',
  // The service dates it by its own release.
  'mistral.pixtral-large-2502-v1:0': 'pixtral-large-2411',
  'mistral.voxtral-mini-3b-2507': 'voxtral-mini-2507',
  'mistral.voxtral-small-24b-2507': 'voxtral-small-2507',
};

/** `anthropic.NAME-v1:0` of the maker `anthropic` is NAME; undefined where it is another's. */
export function makerNameOf(modelId: string, maker: string): string | undefined {
  if (!modelId.startsWith(`${maker}.`)) return undefined;
  const name = modelId.slice(maker.length + 1);
  return makerNames[modelId] ?? name.replace(/-v\d+(?::\d+)?$/, '');
}
