// The registry of emulations, and how they are put around a request and its answer.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { Loss } from '../../protocol/loss.ts';
import { assemble } from '../../protocol/stream/assemble.ts';
import { decode, pushAll } from '../../protocol/stream/decoder.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { unfold } from '../../protocol/stream/unfold.ts';
import type { Capability } from '../catalog/model.ts';
import type { Conversation } from '../families/family.ts';
import { documents } from './documents.ts';
import type { Emulation, EmulationContext, Stage } from './emulation.ts';
import { reasoning } from './reasoning.ts';
import { stopSequences } from './stop-sequences.ts';
import { structuredOutput } from './structured-output.ts';
import { system } from './system.ts';
import { tools } from './tools.ts';

/** In the order in which a request goes through them: tools write system text, for instance. */
export const emulations = {
  documents,
  tools,
  structuredOutput,
  system,
  stopSequences,
  reasoning,
} as const satisfies Partial<Record<Capability, Emulation>>;

export interface Emulated {
  readonly request: Conversation;
  readonly losses: readonly Loss[];
  readonly response: (response: ConverseResponse) => Promise<ConverseResponse>;
  readonly stream: (events: ConverseEventStream) => ConverseEventStream;
}

/**
 * Emulates what the request needs and the route lacks. Throws ValidationException where that cannot
 * be done, such as for a document that cannot be read.
 */
export async function emulate(
  request: Conversation,
  carried: ReadonlySet<Capability>,
  context: EmulationContext,
): Promise<Emulated> {
  const losses: Loss[] = [];
  const createStages: (() => Stage)[] = [];
  let value = request;
  for (const [capability, emulation] of entries) {
    if (carried.has(capability) || !emulation.isNeeded(value)) continue;
    const asked = value;
    const converted = await emulation.apply(value, context);
    value = converted.value;
    losses.push(...converted.losses);
    const createStage = emulation.createStage?.bind(emulation);
    // What was done last to the request is undone first in the answer.
    if (createStage !== undefined) createStages.unshift(() => createStage(asked, context));
  }
  return { request: value, losses, ...undoing(createStages) };
}

const entries = Object.entries(emulations) as readonly (readonly [Capability, Emulation])[];

function undoing(createStages: readonly (() => Stage)[]): Pick<Emulated, 'response' | 'stream'> {
  return {
    async response(response) {
      if (createStages.length === 0) return response;
      const events = [...unfold(response, whole)];
      const staged = createStages.reduce(throughStage, events);
      return assemble(batchOf(staged));
    },
    stream: (events) => createStages.reduce((source, create) => decode(source, create()), events),
  };
}

const whole = {
  splitText: (text: string) => [text],
  splitInput: (json: string) => [json],
};

function throughStage(
  events: readonly ConverseStreamEvent[],
  create: () => Stage,
): ConverseStreamEvent[] {
  const stage = create();
  return [...pushAll(events, stage), ...stage.end()];
}

async function* batchOf(events: readonly ConverseStreamEvent[]): ConverseEventStream {
  yield events;
}
