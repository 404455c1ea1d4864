// IDs of models that no catalogue has: they are named for the place where they run.

import { liveModelIdCharsMax } from '../../limits.ts';

/**
 * The ID of a model that a place lists: its provider's name, a dot, and the model's own name there
 * in what an ID of the service may hold. `llama3.2:3b` of `ollama` is `ollama.llama3-2-3b`.
 */
export function liveModelId(provider: string, name: string): string {
  return `${plain(provider)}.${plain(name)}`;
}

/**
 * An ID's two parts in the form of `liveModelId`, whatever their spelling: who writes
 * `ollama.llama3.2:3b` means the same. Undefined where there are no two.
 */
export function normalLiveId(modelId: string): string | undefined {
  const dot = modelId.indexOf('.');
  const [provider, name] = [modelId.slice(0, dot), modelId.slice(dot + 1)];
  if (dot < 1 || plain(name) === '') return undefined;
  return liveModelId(provider, name);
}

function plain(text: string): string {
  return text
    .slice(0, liveModelIdCharsMax)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
