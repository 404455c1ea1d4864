// The ordered list of rules. The order is observable: the wire shows the first problem.

import type { Rule } from './rule.ts';
import { cachePointsFew, cachePointsPlaced } from './rules/cache-points.ts';
import {
  blocksFitRole,
  contentNotEmpty,
  guardTextNotBlank,
  textNotBlank,
} from './rules/content.ts';
import { documentTypesMatch } from './rules/document-types.ts';
import {
  documentNamesAllowed,
  documentNamesUnique,
  documentsFew,
  documentsHaveText,
  documentsSmall,
} from './rules/documents.ts';
import {
  guardrailComplete,
  pointersValid,
  requestFieldsAreObject,
  toolChoiceOnce,
} from './rules/fields.ts';
import { startsWithUser, rolesAlternate } from './rules/roles.ts';
import { schemaIsJson } from './rules/structured-output.ts';
import { errorResultsHaveContent, toolResultsPaired } from './rules/tool-results.ts';
import {
  inputsAreObjects,
  toolChoiceOffered,
  toolConfigPresent,
  toolNamesUnique,
} from './rules/tools.ts';

// What was seen together was seen in this order: who speaks, that something is said, then tools,
// their results, and media. Among the rest the order is ours.
export const rules: readonly Rule[] = [
  startsWithUser,
  rolesAlternate,
  contentNotEmpty,
  textNotBlank,
  guardTextNotBlank,
  blocksFitRole,
  toolConfigPresent,
  toolNamesUnique,
  toolChoiceOffered,
  toolChoiceOnce,
  inputsAreObjects,
  requestFieldsAreObject,
  errorResultsHaveContent,
  toolResultsPaired,
  documentsHaveText,
  documentNamesAllowed,
  documentNamesUnique,
  documentsFew,
  documentsSmall,
  documentTypesMatch,
  cachePointsPlaced,
  cachePointsFew,
  schemaIsJson,
  pointersValid,
  guardrailComplete,
];
