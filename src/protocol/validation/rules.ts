// The ordered list of rules. The order is observable: the wire shows the first problem.

import type { Rule } from './rule.ts';
import { contentNotEmpty, textNotBlank } from './rules/content.ts';
import { startsWithUser } from './rules/roles.ts';
import {
  inputsAreObjects,
  toolConfigPresent,
  toolNamesUnique,
  toolResultsPaired,
} from './rules/tools.ts';

export const rules: readonly Rule[] = [
  startsWithUser,
  contentNotEmpty,
  textNotBlank,
  toolConfigPresent,
  toolNamesUnique,
  inputsAreObjects,
  toolResultsPaired,
];
