// The names by which metrics and traces tell requests apart, from sets that clients cannot widen.

import { resolveModelId } from '../../models/catalog/model-id.ts';
import type { Observation } from './observation.ts';

/** A place, as far as telemetry tells of it. */
export interface ObservedPlace {
  /** By the configuration. */
  readonly name: string;
  readonly type: string;
  readonly circuit: string;
  readonly queued: number;
}

/** The catalogue's ID, else the configuration's pattern: what a client makes up is one label. */
export function modelLabel({ modelId, route }: Observation): string {
  if (route !== undefined) return route.resolved?.model.modelId ?? route.pattern ?? 'unknown';
  // It was refused before it had a route.
  if (modelId === null) return 'none';
  return resolveModelId(modelId)?.model.modelId ?? 'unknown';
}

/** By the conventions for generative AI; undefined for what asks no model. */
export function genAiOperation(operation: string | null): string | undefined {
  if (operation === null) return undefined;
  return genAiOperations[operation];
}

const genAiOperations: Readonly<Record<string, string>> = {
  Converse: 'chat',
  ConverseStream: 'chat',
  CountTokens: 'count_tokens',
  InvokeModel: 'chat',
  InvokeModelWithResponseStream: 'chat',
};

/** `gen_ai.provider.name` of a place, by its type. */
export function genAiProvider(type: string | undefined): string {
  return type === undefined ? 'openconverse' : (genAiProviders[type] ?? type);
}

// The first four are the conventions' own names.
const genAiProviders: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  bedrock: 'aws.bedrock',
  mistral: 'mistral_ai',
  'openai-compatible': 'openai',
  embedded: 'openconverse.embedded',
  simulated: 'openconverse.simulated',
};

/** `error.type`: the exception's name, `left` where the client did not wait, else undefined. */
export function errorType({ exception, outcome }: Observation): string | undefined {
  if (exception !== null) return exception;
  return outcome === 'whole' ? undefined : outcome;
}
