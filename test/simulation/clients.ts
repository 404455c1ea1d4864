// Clients of an engine: they ask, read slowly, go away, and remember what they got.

import type { ManualEnvironment } from '../manual-clock.ts';
import type { Engine } from '../../src/service/engine.ts';
import { createNotes } from '../../src/service/engine.ts';
import type { Chance } from './chance.ts';

/** One request, as its client knows it. */
export interface ClientRequest {
  readonly name: string;
  readonly isStream: boolean;
  readonly leaving: AbortController;
  /** How often it was settled: an answer, an error, the end of its stream. */
  settled: number;
  /** The names of the calls that its text came from. */
  readonly answeredBy: Set<string>;
  /** The answer came to its proper end. */
  isWhole: boolean;
  error: unknown;
  servedBy: string | undefined;
  losses: readonly string[];
}

export interface ClientOptions {
  readonly engine: Engine;
  readonly environment: ManualEnvironment;
  readonly chance: Chance;
}

/** Begins a request; what comes of it is written into what this returns. */
export function ask(name: string, options: ClientOptions): ClientRequest {
  const request: ClientRequest = {
    name,
    isStream: options.chance.onceIn(2),
    leaving: new AbortController(),
    settled: 0,
    answeredBy: new Set(),
    isWhole: false,
    error: undefined,
    servedBy: undefined,
    losses: [],
  };
  read(request, options).then(
    () => settle(request, undefined),
    (error: unknown) => settle(request, error),
  );
  return request;
}

function settle(request: ClientRequest, error: unknown): void {
  request.settled += 1;
  request.error = error;
}

async function read(request: ClientRequest, options: ClientOptions): Promise<void> {
  const { engine, environment, chance } = options;
  const notes = createNotes();
  const call = { signal: request.leaving.signal, notes, region: null };
  const messages = [{ role: 'user', content: [{ text: request.name }] }];
  const operation = request.isStream ? 'ConverseStream' : 'Converse';
  try {
    const output = await engine.run(operation, { modelId: 'world', messages }, call);
    if ('events' in output) {
      for await (const batch of output.events) {
        remember(request, JSON.stringify(batch));
        if (chance.onceIn(20)) return;
        if (chance.onceIn(3)) await environment.clock.sleep(chance.upTo(300));
      }
    } else if ('body' in output) {
      remember(request, JSON.stringify(output.body));
    }
    request.isWhole = true;
  } finally {
    request.servedBy = notes.servedBy;
    request.losses = notes.losses.map(({ member }) => member);
  }
}

function remember(request: ClientRequest, text: string): void {
  for (const [, id = ''] of text.matchAll(/"text":"(\w+-\d+)/g)) request.answeredBy.add(id);
}
