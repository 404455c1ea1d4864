// Decides whether a message asks for a tool, and for which, by how likely the message is for each.

import { evidenceFor } from './evidence.ts';
import { callExamples, contrasts, messageOf, purposeOf } from './call-prompt.ts';
import type { Scorer } from './scorer.ts';
import type { OfferedTool } from './tool.ts';

export interface Decision {
  readonly tool: OfferedTool;
  /** Above 0 the message asks for the tool. */
  readonly score: number;
}

/**
 * A model that was never trained for tools cannot say whether one is needed, but it can say how
 * likely a message is from somebody who wants this tool, and from somebody who only talks. To the
 * difference is added what the message holds literally. Measured: docs/embedded.md.
 */
export async function decide(
  tools: readonly OfferedTool[],
  text: string,
  scorer: Scorer,
): Promise<Decision | undefined> {
  const message = messageOf(text);
  let idle = -Infinity;
  for (const contrast of contrasts) {
    idle = Math.max(idle, await scorer.score(callExamples + contrast, message));
  }
  const decision = await mostLikely(tools, text, scorer);
  return decision && { ...decision, score: decision.score - idle - threshold };
}

/** The tool that suits the message best, if one must be called. */
export async function mostLikely(
  tools: readonly OfferedTool[],
  text: string,
  scorer: Scorer,
): Promise<Decision | undefined> {
  let best: Decision | undefined;
  for (const tool of tools) {
    const likelihood = await scorer.score(callExamples + purposeOf(tool), messageOf(text));
    const { fillable, mentioned } = evidenceFor(tool, text);
    const score = likelihood + fillableWeight * fillable + mentionedWeight * mentioned;
    if (best === undefined || score > best.score) best = { tool, score };
  }
  return best;
}

// In units of a logarithm of a probability; found on the tuning half of bench/tools.
const fillableWeight = 6;
const mentionedWeight = 1;
const threshold = 6.75;
