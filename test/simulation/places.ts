// Places that fail in every way that a place can, by chance: the world around an engine.

import type { Clock } from '../../src/environment.ts';
import * as exceptions from '../../src/protocol/errors.ts';
import type { ConverseEventStream } from '../../src/protocol/stream/events.ts';
import type { Provider, ProviderCall } from '../../src/providers/provider.ts';
import type { Chance } from './chance.ts';

export const fates = [
  'whole',
  'whole',
  'whole',
  'throttles',
  'asks for patience',
  'is unavailable',
  'breaks',
  'denies',
  'refuses',
  'stalls',
  'stalls and hears nothing',
  // What begins to answer, and does not come to its end.
  'is cut',
  'ends early',
  'stalls in the middle',
] as const;
export type Fate = (typeof fates)[number];

/** One call that came to a place. */
export interface PlaceCall {
  readonly id: string;
  readonly place: string;
  /** What the client wrote: the name of its request. */
  readonly request: string;
  readonly fate: Fate;
  /** The place works for it, and has not heard that it need not. */
  isOpen: boolean;
}

export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  /** All that came, in the order of their coming. */
  readonly calls: PlaceCall[];
  /** The places where nothing works now. */
  readonly down: Set<string>;
}

export function createPlace(name: string, world: World): Provider {
  return {
    capabilities: new Set(['system']),
    async send(call) {
      const kept = receive(name, call, world);
      return ending(kept, async () => {
        await beginAnswer(kept, call, world);
        if (kept.fate !== 'whole') throw new exceptions.ModelErrorException('Half an answer.');
        return {
          output: { message: { role: 'assistant', content: [{ text: kept.id }] } },
          stopReason: 'end_turn',
          usage,
          metrics: { latencyMs: 1 },
        };
      });
    },
    async stream(call) {
      const kept = receive(name, call, world);
      const isEarly = world.chance.onceIn(2);
      // What fails before the first token may be thrown here, or on the first pull.
      if (isEarly) await failing(kept, beginAnswer(kept, call, world));
      return write(kept, call, { ...world, hasBegun: isEarly });
    },
    countTokens: () => Promise.reject(new exceptions.ValidationException('It does not count.')),
    async health() {
      if (world.down.has(name)) throw new exceptions.ServiceUnavailableException('It is down.');
    },
    close: () => Promise.resolve(),
  };
}

function receive(
  place: string,
  { request, signal, notes }: ProviderCall,
  { calls, chance, down }: World,
): PlaceCall {
  const kept: PlaceCall = {
    id: `${place}-${calls.length}`,
    place,
    request: JSON.stringify(request.messages?.[0]?.content[0]),
    fate: down.has(place) ? 'is unavailable' : chance.pick(fates),
    isOpen: true,
  };
  calls.push(kept);
  notes.servedBy = place;
  notes.losses.push({ member: kept.id, handling: 'left out', reason: 'It came here.' });
  signal.addEventListener('abort', () => (kept.isOpen = false), { once: true });
  return kept;
}

async function beginAnswer(
  { fate }: PlaceCall,
  { signal }: ProviderCall,
  { clock, chance }: World,
): Promise<void> {
  if (fate === 'stalls and hears nothing') await Promise.withResolvers<void>().promise;
  await clock.sleep(fate === 'stalls' ? 1e9 : chance.upTo(400), signal);
  const failure = failureOf(fate);
  if (failure !== undefined) throw failure;
}

function failureOf(fate: Fate): Error | undefined {
  if (fate === 'throttles') return new exceptions.ThrottlingException('Too many.');
  if (fate === 'asks for patience') {
    return new exceptions.ThrottlingException('Later.', { headers: { 'retry-after': '7' } });
  }
  if (fate === 'is unavailable') return new exceptions.ServiceUnavailableException('Not here.');
  if (fate === 'breaks') return new exceptions.InternalServerException('A bug of the place.');
  if (fate === 'denies') return new exceptions.AccessDeniedException('A wrong key.');
  if (fate === 'refuses') return new exceptions.ValidationException('A wrong request.');
  return undefined;
}

async function* write(
  kept: PlaceCall,
  call: ProviderCall,
  world: World & { readonly hasBegun: boolean },
): ConverseEventStream {
  const { clock, chance, hasBegun } = world;
  const { fate } = kept;
  try {
    if (!hasBegun) await beginAnswer(kept, call, world);
    yield [{ messageStart: { role: 'assistant' } }];
    for (let piece = 0; piece < 3; piece += 1) {
      yield [{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: `${kept.id} ` } } }];
      await clock.sleep(chance.upTo(300), call.signal);
      if (fate === 'is cut') throw new exceptions.ModelStreamErrorException('It broke off.');
      if (fate === 'ends early') return;
      if (fate === 'stalls in the middle') await clock.sleep(1e9, call.signal);
    }
    yield [{ contentBlockStop: { contentBlockIndex: 0 } }];
    yield [
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage, metrics: { latencyMs: 1 } } },
    ];
  } finally {
    kept.isOpen = false;
  }
}

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

async function ending<Answer>(kept: PlaceCall, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } finally {
    kept.isOpen = false;
  }
}

async function failing(kept: PlaceCall, beginning: Promise<void>): Promise<void> {
  try {
    await beginning;
  } catch (error) {
    kept.isOpen = false;
    throw error;
  }
}
