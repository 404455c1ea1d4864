// The normal forms, one a family and template.

import { anthropicTextLegacyForm } from './anthropic-text-legacy.ts';
import { cohereCommandForm, j2Form } from './bare-prompts.ts';
import { claudeForm } from './claude.ts';
import { commandRForm } from './command-r.ts';
import { deepseekR1Form } from './deepseek-r1.ts';
import { llamaForms } from './llama.ts';
import { mistralChatForm } from './mistral-chat.ts';
import {
  mistralFirstForm,
  mistralSecondForm,
  mistralSeventhForm,
  mistralThirdForm,
} from './mistral.ts';
import type { NormalForm } from './normal-form.ts';
import { novaForm } from './nova.ts';
import { gptOssForm, jambaForm, openaiChatForm, openaiTagsForm } from './openai-chat.ts';
import { titanTextForm } from './titan-text.ts';

export const normalForms: readonly NormalForm[] = [
  anthropicTextLegacyForm,
  claudeForm,
  cohereCommandForm,
  commandRForm,
  deepseekR1Form,
  j2Form,
  jambaForm,
  ...llamaForms,
  mistralChatForm,
  mistralFirstForm,
  mistralSecondForm,
  mistralThirdForm,
  mistralSeventhForm,
  novaForm,
  openaiChatForm,
  openaiTagsForm,
  gptOssForm,
  titanTextForm,
];
