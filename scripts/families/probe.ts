// Asks a family what becomes of a member: encoded, sent over the wire, decoded.

import { createEnvironment } from '../../src/environment.ts';
import type { EmulationContext } from '../../src/models/emulation/emulation.ts';
import { emulate, emulations } from '../../src/models/emulation/index.ts';
import type { AnswerContext, Conversation } from '../../src/models/families/family.ts';
import type { JsonObject } from '../../src/models/families/native-json.ts';
import type { Message } from '../../src/protocol/api/types.generated.ts';
import { ServiceException } from '../../src/protocol/errors.ts';
import type { Loss } from '../../src/protocol/loss.ts';
import { normalForms } from '../../test/contract/families/index.ts';
import type { NormalForm } from '../../test/contract/families/normal-form.ts';
import type { RequestProbe } from './request-probes.ts';
import { offeredTools } from './response-probes.ts';
import type { ResponseProbe } from './response-probes.ts';
import { isSame } from './same.ts';

/** `lost` is what must not be: neither carried nor told. */
export type Outcome =
  | 'carried'
  | 'changed'
  | 'emulated'
  | 'in headers'
  | 'left out'
  | 'lost'
  | 'refused';

export type Asked = Pick<NormalForm, 'context' | 'family' | 'name' | 'settle'>;

/** The families, those with several templates once for each. */
export const askedFamilies: readonly Asked[] = normalForms;

export async function probeRequest(probe: RequestProbe, asked: Asked): Promise<Outcome> {
  const { family, context } = asked;
  return outcomeOf(async () => {
    const emulated = await emulate(probe.request, family.carries, emulation);
    const { value, losses } = family.encodeRequest(emulated.request, context);
    const told = worstOf([...emulated.losses, ...losses]);
    if (told !== undefined) return told;
    const back = family.decodeRequest(overTheWire(value), context).value;
    return probe.holds(back) || isSettled(back, probe.request, asked) ? 'carried' : 'lost';
  });
}

/** Differences that the family's contract says need not be told. */
function isSettled(back: Conversation, request: Conversation, { settle }: Asked): boolean {
  return settle !== undefined && isSame(settle(back), settle(request));
}

const emulation: EmulationContext = {
  clock: createEnvironment().clock,
  signal: new AbortController().signal,
  createToolUseId: () => 'tooluse_0123456789abcdefABCDEF',
};

export async function probeResponse(probe: ResponseProbe, asked: Asked): Promise<Outcome> {
  const { family } = asked;
  if (isEmulated(probe, asked)) return 'emulated';
  return outcomeOf(async () => {
    const context = answerContext(asked);
    const { value, losses } = family.encodeResponse(probe.response, context);
    const told = worstOf(losses);
    if (told !== undefined) return told;
    const back = family.decodeResponse(overTheWire(value), context).value;
    if (probe.holds(back)) return 'carried';
    return probe.inHeaders === true ? 'in headers' : 'lost';
  });
}

/** Of what the family does not carry the service finds some in the answer's text. */
function isEmulated({ capability }: ResponseProbe, { family }: Asked): boolean {
  return capability !== undefined && capability in emulations && !family.carries.has(capability);
}

async function outcomeOf(ask: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await ask();
  } catch (error) {
    // A refusal is an answer; anything else is a fault of ours.
    if (error instanceof ServiceException) return 'refused';
    throw error;
  }
}

function worstOf(losses: readonly Loss[]): Outcome | undefined {
  if (losses.some(({ handling }) => handling === 'left out')) return 'left out';
  if (losses.some(({ handling }) => handling === 'emulated')) return 'emulated';
  return losses.length > 0 ? 'changed' : undefined;
}

function answerContext({ context, family }: Asked): AnswerContext {
  // Calls are read out of a text only where tools were offered.
  const request = { messages, ...(family.carries.has('tools') && { toolConfig: offeredTools }) };
  return {
    ...context,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0123456789abcdefABCDEF',
  };
}

const messages: readonly Message[] = [{ role: 'user', content: [{ text: 'Hello' }] }];

function overTheWire(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
