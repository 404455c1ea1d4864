// The reads of a streamed answer as batches of one, for decoders.

import type { HttpAnswer } from '../http/answer.ts';

/** Closing the iterator closes the request. */
export async function* reads(
  answer: HttpAnswer,
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  for await (const bytes of answer.stream()) yield [bytes];
}
