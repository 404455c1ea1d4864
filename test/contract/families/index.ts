// The normal forms, one a family and template.

import { cohereCommandForm, j2Form } from './bare-prompts.ts';
import { claudeForm } from './claude.ts';
import type { NormalForm } from './normal-form.ts';
import { novaForm } from './nova.ts';
import { titanTextForm } from './titan-text.ts';

export const normalForms: readonly NormalForm[] = [
  claudeForm,
  cohereCommandForm,
  j2Form,
  novaForm,
  titanTextForm,
];
