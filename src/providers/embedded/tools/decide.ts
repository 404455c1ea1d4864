// Decides whether a message asks for a tool, and for which, by how likely the message is for each.

import { evidenceFor } from './evidence.ts';
import { callExamples, contrast, messageOf, purposeOf } from './call-prompt.ts';
import type { Scorer } from './scorer.ts';
import type { OfferedTool } from './tool.ts';

export interface Asked {
  readonly text: string;
  /** Where values may stand, if that is more than the text. */
  readonly known?: string;
}

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
  asked: Asked,
  scorer: Scorer,
): Promise<Decision | undefined> {
  const message = messageOf(asked.text);
  const idle = await scorer.score(callExamples + contrast, message);
  const decision = await mostLikely(tools, asked, scorer);
  return decision && { ...decision, score: decision.score - idle - threshold };
}

/** The tool that suits the message best, if one must be called. */
export async function mostLikely(
  tools: readonly OfferedTool[],
  { text, known = text }: Asked,
  scorer: Scorer,
): Promise<Decision | undefined> {
  const message = messageOf(text);
  // The likeliest comes last: then its prompt is still there when its input is to be chosen, even
  // where there are more tools than sequences.
  const ordered = tools
    .map((tool) => ({ tool, evidence: evidenceOf(tool, known) }))
    .toSorted((a, b) => a.evidence - b.evidence);
  const mostEvidence = ordered.at(-1)?.evidence ?? 0;
  let best: Decision | undefined;
  for (const { tool, evidence } of ordered) {
    // Reading a purpose takes a sixth of a second, and hardly ever makes up for so much.
    if (evidence <= mostEvidence - fillableWeight) continue;
    const score = evidence + (await scorer.score(callExamples + purposeOf(tool), message));
    if (best === undefined || score > best.score) best = { tool, score };
  }
  return best;
}

function evidenceOf(tool: OfferedTool, text: string): number {
  const { fillable, mentioned } = evidenceFor(tool, text);
  return fillableWeight * fillable + mentionedWeight * mentioned;
}

// In units of a logarithm of a probability; found on the tuning half of bench/tools.
const fillableWeight = 12;
const mentionedWeight = 3;
const threshold = 11.5;
