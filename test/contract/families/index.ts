// The normal forms, one a family and template.

import type { NormalForm } from './normal-form.ts';
import { titanTextForm } from './titan-text.ts';

export const normalForms: readonly NormalForm[] = [titanTextForm];
