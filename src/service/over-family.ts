// A place that speaks a native format, as one that speaks Converse.

import type { Environment } from '../environment.ts';
import type { Capability } from '../models/catalog/model.ts';
import type { AnswerContext, Family } from '../models/families/family.ts';
import { ValidationException } from '../protocol/errors.ts';
import { decode } from '../protocol/stream/decoder.ts';
import type { ConverseEventStream } from '../protocol/stream/events.ts';
import type {
  JsonObject,
  NativeCall,
  NativeProvider,
  Place,
  Provider,
  ProviderCall,
} from '../providers/provider.ts';
import { reportLosses } from '../providers/provider.ts';
import { createToolUseId } from './tool-use-id.ts';

export interface FamilyProvider extends Provider {
  /** The format that the place speaks: a native request in it can go through as it is. */
  readonly family: Family;
  readonly native: NativeProvider;
}

export function isFamilyProvider(provider: Provider): provider is FamilyProvider {
  return 'native' in provider;
}

export function overFamily(
  native: NativeProvider,
  family: Family,
  environment: Pick<Environment, 'clock' | 'random'>,
): FamilyProvider {
  function encode(call: ProviderCall): {
    readonly call: NativeCall;
    readonly answer: AnswerContext;
  } {
    const answer = answerContext(call, environment);
    const { value, losses } = family.encodeRequest(call.request, answer);
    reportLosses(call.notes, losses);
    const { request: _request, ...rest } = call;
    return { call: { ...rest, body: value }, answer };
  }

  return {
    family,
    native,
    capabilities: capabilitiesOf(native, family),
    async send(call) {
      const encoded = encode(call);
      const answered = await native.send(encoded.call);
      const { value, losses } = family.decodeResponse(answered, encoded.answer);
      call.notes.losses.push(...losses);
      return value;
    },
    async stream(call) {
      const encoded = encode(call);
      const chunks = await native.stream(encoded.call);
      return decodeChunks(chunks, encoded.answer, { family, call });
    },
    async countTokens(call) {
      if (native.countTokens === undefined) throw countsNot();
      return native.countTokens(encode(call).call);
    },
    ...placeOf(native),
  };
}

/** What may be asked of the place is asked of it. */
function placeOf(native: NativeProvider): Place {
  const { models, health } = native;
  return {
    ...(models !== undefined && { models }),
    ...(health !== undefined && { health }),
    close: () => native.close(),
  };
}

function capabilitiesOf({ lacks }: NativeProvider, { carries }: Family): ReadonlySet<Capability> {
  return new Set([...carries].filter((capability) => !lacks.has(capability)));
}

/** What only the end of a stream tells of its losses is told at its end. */
async function* decodeChunks(
  chunks: AsyncIterable<readonly JsonObject[]>,
  answer: AnswerContext,
  { family, call }: { readonly family: Family; readonly call: ProviderCall },
): ConverseEventStream {
  const decoder = family.createStreamDecoder(answer);
  yield* decode(chunks, decoder);
  call.notes.losses.push(...decoder.losses);
}

/** What the answer to a call is read and written with. */
export function answerContext(
  { model, request }: Pick<ProviderCall, 'model' | 'request'>,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
): AnswerContext {
  const startedMs = clock.monotonic();
  return {
    modelId: model.id,
    template: model.template,
    maxTokens: model.maxTokens,
    request,
    responseId: random.uuid().replaceAll('-', '').slice(0, 24),
    createdSeconds: Math.floor(clock.now() / 1000),
    latencyMs: () => Math.round(clock.monotonic() - startedMs),
    createToolUseId: () => createToolUseId(random),
  };
}

/** Documented: the service's words for models that it does not count for. */
function countsNot(): ValidationException {
  return new ValidationException("The provided model doesn't support counting tokens.", {
    hint: 'The place that serves this model counts no tokens before it answers.',
  });
}
