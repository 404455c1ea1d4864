// The events of a Converse stream, and how they travel inside: in batches, pulled.

import type { ConverseStreamOutput } from '../api/types.generated.ts';

export type ConverseStreamEvent = ConverseStreamOutput;

/** A batch is what one read of the model gave; it leaves in one write. */
export type ConverseEventStream = AsyncIterable<readonly ConverseStreamEvent[]>;
