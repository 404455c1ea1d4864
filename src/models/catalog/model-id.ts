// Model identifiers: their forms (IDs, inference profiles, ARNs), and the model each stands for.

import { shapes } from '../../protocol/api/shapes.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { FoundationModel } from './model.ts';
import { models } from './models.ts';
import { nearest } from './nearest.ts';

export interface Resolved {
  readonly model: FoundationModel;
  /** The inference profile named, such as `us.anthropic.claude-opus-4-20250514-v1:0`. */
  readonly inferenceProfileId: string | null;
  /** An AWS spelling, not one of the aliases that only this service knows. */
  readonly isOfficial: boolean;
}

// The geographies that prefix a system-defined inference profile.
const geographies = ['us', 'eu', 'apac', 'jp', 'au', 'ca', 'in', 'us-gov', 'global'];

const byId = new Map<string, { readonly model: FoundationModel; readonly isOfficial: boolean }>();
for (const model of models) {
  byId.set(model.modelId, { model, isOfficial: true });
  for (const alias of model.aliases ?? []) byId.set(alias, { model, isOfficial: false });
}

// The runtime's form of a custom model's ARN has no room for a colon, so what follows one in the
// ID of its base model is left out there.
const byBaseName = new Map<string, FoundationModel>();
for (const model of models) {
  const name = baseName(model.modelId);
  if (!byBaseName.has(name)) byBaseName.set(name, model);
}

const conversationalModelId = new RegExp(`^(?:${shapes['ConversationalModelId']?.pattern})$`);
const conversationalModelIdMax = 2048;

/** What the service says of an ID that it does not take. Recorded. */
export const invalidModelId = 'The provided model identifier is invalid.';

/**
 * Throws ValidationException for an ID that has none of the service's forms. Operations check it
 * before the rest of their shape, which would answer with the whole pattern.
 */
export function checkModelIdForm(input: { readonly modelId?: unknown }): void {
  const { modelId } = input;
  if (typeof modelId !== 'string' || hasForm(modelId)) return;
  throw new ValidationException(invalidModelId, { hint: hintOf(modelId) });
}

/** The control plane names a custom model with a colon in its base model, the runtime without. */
function hintOf(modelId: string): string {
  const runtimeArn = modelId.replace(/(:custom-model\/[^/:]+)[^/]*\//, '$1/');
  if (runtimeArn !== modelId && hasForm(runtimeArn)) {
    return `Here the ARN of a custom model is written ${runtimeArn}.`;
  }
  return 'A model ID holds letters, digits, hyphens, dots and colons; an ARN begins with arn:aws:bedrock:.';
}

function hasForm(modelId: string): boolean {
  return modelId.length <= conversationalModelIdMax && conversationalModelId.test(modelId);
}

/**
 * The model that an ID, a profile's ID or an ARN of either stands for, and the base model of a
 * custom model's ARN; undefined for none. Other ARNs hold a number only: it is the configuration
 * that may know them.
 */
export function resolveModelId(modelId: string): Resolved | undefined {
  const name = nameInArn(modelId);
  if (name === undefined) return undefined;
  const known = modelId.includes(':custom-model/') ? resolveCustom(name) : resolveBaseId(name);
  if (known !== undefined) return { ...known, inferenceProfileId: null };
  const geography = geographies.find((prefix) => name.startsWith(`${prefix}.`));
  if (geography === undefined) return undefined;
  const inner = resolveBaseId(name.slice(geography.length + 1));
  if (inner === undefined) return undefined;
  const isOfficial = inner.model.inferenceProfileIds?.includes(name) === true;
  return { model: inner.model, inferenceProfileId: name, isOfficial };
}

/** The part of an ARN that names a catalogue model or a profile; the text itself if it is none. */
export function nameInArn(modelId: string): string | undefined {
  if (!modelId.startsWith('arn:')) return modelId;
  const resource = modelId.split(':').slice(5).join(':');
  const [kind = '', ...rest] = resource.split('/');
  if (kind === 'foundation-model' || kind === 'inference-profile') return rest.join('/');
  // arn:...:custom-model/<base model>/<id>
  return kind === 'custom-model' ? rest[0] : undefined;
}

/** A custom model speaks as its base model does. */
function resolveCustom(base: string): Omit<Resolved, 'inferenceProfileId'> | undefined {
  const model = byBaseName.get(base);
  return model === undefined ? resolveBaseId(base) : { model, isOfficial: true };
}

function baseName(modelId: string): string {
  return modelId.split(':', 1)[0] ?? modelId;
}

/** With a context-window suffix (`:28k`, `:0:200k`) the ID stands for the same model. */
function resolveBaseId(id: string): Omit<Resolved, 'inferenceProfileId'> | undefined {
  return byId.get(id) ?? byId.get(id.replace(/:\d+k$/, ''));
}

/** The known IDs nearest to a wrong one, best first. */
export function nearestModelIds(modelId: string, count: number): string[] {
  // Longer than any ID: what follows cannot bring it nearer, and the work stays bounded.
  const wanted = (nameInArn(modelId) ?? modelId).toLowerCase().slice(0, 128);
  return nearest(wanted, byId.keys(), count);
}

/** `arn:aws:bedrock:REGION::foundation-model/ID`. */
export function foundationModelArn(region: string, modelId: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
}
