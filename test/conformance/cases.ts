// All conformance cases: those of the service model's constraints, and those of what it cannot say.

import { backendCases } from './backend-cases.ts';
import { capabilityCases } from './capability-cases.ts';
import type { Case } from './case.ts';
import { readCases } from './case.ts';
import { claudeCases } from './claude-cases.ts';
import { documentCases } from './document-cases.ts';
import { emulatedCases } from './emulated-cases.ts';
import { memberCases } from './member-cases.ts';
import { chatCases } from './native/chats.ts';
import { claudeNativeCases } from './native/claude.ts';
import { doorCases } from './native/door.ts';
import { novaCases } from './native/nova.ts';
import { promptCases } from './native/prompts.ts';
import { textCases } from './native/texts.ts';
import { ruleCases } from './rule-cases.ts';
import { wholeCases } from './whole-cases.ts';

export const cases: readonly Case[] = [
  ...readCases('constraints-of-request'),
  ...readCases('constraints-of-messages'),
  ...ruleCases,
  ...documentCases,
  ...memberCases,
  ...capabilityCases,
  ...backendCases,
  ...claudeCases,
  ...wholeCases,
  ...emulatedCases,
  ...doorCases,
  ...claudeNativeCases,
  ...promptCases,
  ...textCases,
  ...chatCases,
  ...novaCases,
];
