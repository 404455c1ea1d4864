// The ordered list of rules. The order is observable: the wire shows the first problem.

import type { ContentBlock } from '../api/types.generated.ts';
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
  resultsAreObjects,
  schemasAreObjects,
  toolChoiceOffered,
  toolConfigPresent,
  toolNamesUnique,
} from './rules/tools.ts';

interface OrderedRule {
  readonly rule: Rule;
  /** The kind of content block that it is about: without one it has nothing to say. */
  readonly kind?: KindOfBlock;
}

type KindOfBlock = keyof UnionOf<ContentBlock>;
type UnionOf<T> = (T extends unknown ? (value: T) => void : never) extends (
  value: infer All,
) => void
  ? All
  : never;

// What was seen together was seen in this order: who speaks, that something is said, then tools,
// their results, and media. Among the rest the order is ours.
export const rules: readonly OrderedRule[] = [
  { rule: startsWithUser },
  { rule: rolesAlternate },
  { rule: contentNotEmpty },
  { rule: textNotBlank, kind: 'text' },
  { rule: guardTextNotBlank, kind: 'guardContent' },
  { rule: blocksFitRole },
  { rule: toolConfigPresent },
  { rule: toolNamesUnique },
  { rule: toolChoiceOffered },
  { rule: toolChoiceOnce },
  { rule: schemasAreObjects },
  { rule: inputsAreObjects, kind: 'toolUse' },
  { rule: resultsAreObjects, kind: 'toolResult' },
  { rule: requestFieldsAreObject },
  { rule: errorResultsHaveContent, kind: 'toolResult' },
  { rule: toolResultsPaired },
  { rule: documentsHaveText, kind: 'document' },
  { rule: documentNamesAllowed, kind: 'document' },
  { rule: documentNamesUnique, kind: 'document' },
  { rule: documentsFew, kind: 'document' },
  { rule: documentsSmall, kind: 'document' },
  { rule: documentTypesMatch, kind: 'document' },
  { rule: cachePointsPlaced, kind: 'cachePoint' },
  { rule: cachePointsFew },
  { rule: schemaIsJson },
  { rule: pointersValid },
  { rule: guardrailComplete },
];
