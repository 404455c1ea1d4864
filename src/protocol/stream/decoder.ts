// What turns one kind of stream into another: a synchronous machine without promises or timers.

export interface StreamDecoder<In, Out> {
  /** What `chunk` completes; often nothing. Throws ServiceException for what cannot be read. */
  push(chunk: In): readonly Out[];
  /** What the end completes. Throws ModelStreamErrorException where the stream was cut short. */
  end(): readonly Out[];
}

/** Runs a decoder over a stream of batches. Closing the result closes the source. */
export async function* decode<In, Out>(
  source: AsyncIterable<readonly In[]>,
  decoder: StreamDecoder<In, Out>,
): AsyncGenerator<readonly Out[], void, undefined> {
  for await (const batch of source) {
    const out = pushAll(batch, decoder);
    if (out.length > 0) yield out;
  }
  const rest = decoder.end();
  if (rest.length > 0) yield rest;
}

/** What a batch completes, in order. */
export function pushAll<In, Out>(
  batch: readonly In[],
  decoder: StreamDecoder<In, Out>,
): readonly Out[] {
  if (batch.length === 1) return decoder.push(batch[0] as In);
  return batch.flatMap((chunk) => decoder.push(chunk));
}
