// The operations served, by their names in the service model.

import type { OperationName } from '../../protocol/wire/rest-json.ts';
import { converse } from './converse.ts';
import { converseStream } from './converse-stream.ts';
import { countTokens } from './count-tokens.ts';
import { getFoundationModel } from './get-foundation-model.ts';
import { invokeModel } from './invoke-model.ts';
import { invokeModelWithResponseStream } from './invoke-model-with-response-stream.ts';
import { listFoundationModels } from './list-foundation-models.ts';
import type { Operation } from './operation.ts';

export const operations = {
  Converse: converse,
  ConverseStream: converseStream,
  CountTokens: countTokens,
  GetFoundationModel: getFoundationModel,
  InvokeModel: invokeModel,
  InvokeModelWithResponseStream: invokeModelWithResponseStream,
  ListFoundationModels: listFoundationModels,
} as const satisfies Partial<Record<OperationName, Operation>>;

export type ServedOperation = keyof typeof operations;

export function isServed(name: OperationName): name is ServedOperation {
  return name in operations;
}
