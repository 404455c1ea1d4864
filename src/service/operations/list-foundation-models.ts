// ListFoundationModels: the catalogue and what the places list by themselves, filtered.

import type { ListFoundationModelsRequest } from '../../protocol/api/types.generated.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { models } from '../../models/catalog/models.ts';
import type { ModelDescription } from './foundation-model.ts';
import { describeLiveModel, describeModel } from './foundation-model.ts';
import type { Operation } from './operation.ts';

export const listFoundationModels: Operation = async (input, context) => {
  const filter = checkShape('ListFoundationModelsRequest', input);
  await context.scriptedFault('ListFoundationModels', '');
  const { region, live } = context;
  const summaries = [
    ...models.map((model) => describeModel(model, region)),
    ...(await live.list()).map((model) => describeLiveModel(model, region)),
  ];
  return { body: { modelSummaries: summaries.filter((summary) => fits(summary, filter)) } };
};

function fits(summary: ModelDescription, filter: ListFoundationModelsRequest): boolean {
  const { byProvider, byOutputModality, byInferenceType, byCustomizationType } = filter;
  return (
    (byProvider === undefined ||
      summary.providerName?.toLowerCase() === byProvider.toLowerCase()) &&
    holds(summary.outputModalities, byOutputModality) &&
    holds(summary.inferenceTypesSupported, byInferenceType) &&
    holds(summary.customizationsSupported, byCustomizationType)
  );
}

function holds<T>(values: readonly T[] | undefined, wanted: T | undefined): boolean {
  return wanted === undefined || values?.includes(wanted) === true;
}
