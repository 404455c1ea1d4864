// One answer of a model without tools of its own to a request that offers some.

import type { Message } from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import { answerFrom } from './answer.ts';
import { type Conversation, readConversation } from './conversation.ts';
import { planCalls } from './plan.ts';
import type { JsonObject } from './schema.ts';
import type { Scorer } from './scorer.ts';
import type { Choice, OfferedTool } from './tool.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** What to do: call tools, say what they brought, or answer as without tools. */
export type ToolTurn =
  | { readonly calls: readonly ToolCall[] }
  | { readonly text: string }
  | undefined;

export interface ToolTurnRequest {
  readonly tools: readonly OfferedTool[];
  readonly choice: Choice;
  readonly messages: readonly Message[];
  /** When the last message was sent, in milliseconds. */
  readonly now: number;
}

/** The same request always gets the same: nothing is drawn by lot. */
export async function takeToolTurn(request: ToolTurnRequest, scorer: Scorer): Promise<ToolTurn> {
  const conversation = clipped(readConversation(request.messages), scorer);
  const calls = await planCalls({ ...request, conversation, scorer });
  if (calls.length > 0)
    return { calls: calls.map(({ tool, input }) => ({ name: tool.name, input })) };
  if (request.choice !== 'auto') {
    throw new ModelErrorException(
      'Model produced invalid sequence as part of ToolUse. ' +
        'Please refer to the model tool use troubleshooting guide.',
      { hint: "No input was found that is valid against the tool's inputSchema." },
    );
  }
  if (!conversation.hasNewResults) return undefined;
  return { text: await answerFrom(conversation.asked, conversation.calls, scorer) };
}

/** What a long message says before its end still holds values, but is not scored. */
function clipped(conversation: Conversation, scorer: Scorer): Conversation {
  const asked = scorer.clip(conversation.asked);
  if (asked === conversation.asked) return conversation;
  return { ...conversation, asked, before: [conversation.asked, ...conversation.before] };
}
