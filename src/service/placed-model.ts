// What a place knows a model by and speaks with it, where the configuration does not say it.

import type { FamilyName } from '../models/catalog/model.ts';
import { makerNameOf } from '../models/catalog/maker-names.ts';
import type { Resolved } from '../models/catalog/model-id.ts';
import type { ProviderConfig } from './config.ts';

export interface Placing {
  readonly type: ProviderConfig['type'] | undefined;
  /** As the client sent it. */
  readonly modelId: string;
  readonly resolved: Resolved | undefined;
  /** Where the place is, of those that have regions. */
  readonly region: string;
}

export function placedId({ type, modelId, resolved, region }: Placing): string {
  if (resolved === undefined) return modelId;
  if (type === 'bedrock') return officialId(modelId, resolved, region);
  const isMaker = type === 'anthropic' || type === 'mistral';
  return (isMaker ? makerNameOf(resolved.model.modelId, type) : undefined) ?? modelId;
}

/** What the native requests of a model are in that only its place knows. */
export function familyAt(type: ProviderConfig['type'] | undefined): FamilyName {
  if (type === 'anthropic') return 'claude';
  // Servers of OpenAI's format speak it whatever the model was made for.
  return type === 'mistral' ? 'mistral-chat' : 'openai-chat';
}

/** Bedrock knows none of our aliases, and takes some models by an inference profile only. */
function officialId(modelId: string, resolved: Resolved, region: string): string {
  const { model, inferenceProfileId, isOfficial } = resolved;
  if (inferenceProfileId !== null) return modelId;
  const profile = model.profileOnly ? profileNear(model.inferenceProfileIds, region) : undefined;
  return profile ?? (isOfficial ? modelId : model.modelId);
}

/** The profile that keeps a request nearest to its region. */
function profileNear(profiles: readonly string[] = [], region: string): string | undefined {
  const near = geographies.find(({ of }) => of.test(region))?.names ?? [];
  for (const geography of [...near, 'global']) {
    const found = profiles.find((profile) => profile.startsWith(`${geography}.`));
    if (found !== undefined) return found;
  }
  return undefined;
}

// Documented: the geographies of cross-region inference, the narrower one first.
const geographies = [
  { of: /^us-gov-/, names: ['us-gov'] },
  { of: /^us-/, names: ['us'] },
  { of: /^ca-/, names: ['ca', 'us'] },
  { of: /^eu-/, names: ['eu'] },
  { of: /^ap-northeast-[13]$/, names: ['jp', 'apac'] },
  { of: /^ap-southeast-[24]$/, names: ['au', 'apac'] },
  { of: /^ap-south-/, names: ['in', 'apac'] },
  { of: /^ap-/, names: ['apac'] },
] as const;
