// A Converse over an engine: each call on its way to the engine and back.

import type { ConverseResponse, CountTokensResponse } from '../protocol/api/types.generated.ts';
import { ConnectionCut, InternalServerException, ServiceException } from '../protocol/errors.ts';
import type { Engine } from '../service/engine.ts';
import { createNotes } from '../service/engine.ts';
import type { OperationOutput } from '../service/operations/operation.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { engineSource } from './converse.ts';
import type { CallOptions, Converse, ResultMetadata } from './converse.ts';
import type { EngineSource } from './engine-source.ts';
import { flatten } from './flatten.ts';
import { recordCall } from './record-call.ts';
import { snapshot } from './snapshot.ts';

export function converseOver(source: EngineSource): Converse {
  const converse: Converse['converse'] = async (input, options) => {
    const { output, $metadata } = await call(source, { operation: 'Converse', input, options });
    return { ...(bodyOf(output) as ConverseResponse), $metadata };
  };

  return {
    converse,
    async converseStream(input, options) {
      const operation = 'ConverseStream';
      const { output, $metadata, toThrown } = await call(source, { operation, input, options });
      if (!('events' in output)) throw new Error('ConverseStream answers in events.');
      return { stream: flatten(output.events, toThrown), $metadata };
    },
    async countTokens(input, options) {
      const { output, $metadata } = await call(source, {
        operation: 'CountTokens',
        input,
        options,
      });
      return { ...(bodyOf(output) as CountTokensResponse), $metadata };
    },
    async chat(...parameters) {
      const [modelId, prompt, system = '', maxTokens = 512, options = {}] = parameters;
      const { output } = await converse(
        {
          modelId,
          messages: [{ role: 'user', content: [{ text: prompt }] }],
          system: system === '' ? undefined : [{ text: system }],
          inferenceConfig: { maxTokens, temperature: 0.5 },
        },
        options,
      );
      const { content } = output.message;
      return content.map((block) => ('text' in block ? block.text : '')).join('');
    },
    async script(...turns) {
      return (await simulationOf(source)).script.append(turns.map(snapshot));
    },
    async journal() {
      return (await simulationOf(source)).journal.entries();
    },
    async reset() {
      const { script, journal } = await simulationOf(source);
      script.clear();
      journal.clear();
    },
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
    [engineSource]: source,
  };
}

interface Call {
  readonly operation: 'Converse' | 'ConverseStream' | 'CountTokens';
  readonly input: object;
  readonly options: CallOptions | undefined;
}

interface Answer {
  readonly output: OperationOutput;
  readonly $metadata: ResultMetadata;
  /** What is thrown for what went wrong later, in the stream. */
  readonly toThrown: (error: unknown) => unknown;
}

async function call(source: EngineSource, { operation, input, options }: Call): Promise<Answer> {
  const { environment, closing } = source;
  const own = options?.signal;
  const signal = own === undefined ? closing : AbortSignal.any([own, closing]);
  const sent = snapshot(input);
  const engine = await source.engine(signal);
  const requestId = environment.random.uuid();
  const notes = createNotes(engine.config.strict);
  const record = (outcome: { status: number | null; error: string | null }): void =>
    recordCall(engine.simulation, { operation, sent, notes, ...outcome });

  function toThrown(error: unknown): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof ServiceException || error instanceof ConnectionCut) return error;
    environment.log.error({ err: error, requestId, operation }, 'call failed');
    return new InternalServerException(
      'The system encountered an unexpected error during processing. Try your request again.',
      { cause: error },
    );
  }

  try {
    const output = await engine.run(operation, sent, { signal, notes, region: null });
    record({ status: 200, error: null });
    const { servedBy, losses, hint } = notes;
    const $metadata = { httpStatusCode: 200, requestId, servedBy, losses, hint };
    return { output, $metadata, toThrown };
  } catch (error) {
    const thrown = toThrown(error);
    if (thrown instanceof ServiceException) record({ status: thrown.status, error: thrown.name });
    else if (thrown instanceof ConnectionCut) record({ status: null, error: 'cut' });
    throw thrown;
  }
}

function bodyOf(output: OperationOutput): object {
  if (!('body' in output)) throw new Error('Only ConverseStream answers in events.');
  return output.body;
}

async function simulationOf(source: EngineSource): Promise<Simulation> {
  const { simulation }: Engine = await source.engine(source.closing);
  if (simulation !== undefined) return simulation;
  throw new Error(
    'No model is simulated here: create it with createConverse({ simulated: true }).',
  );
}
