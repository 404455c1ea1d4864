// How many answers at a time and how long, as the memory allows.

import { embeddedProcessBytes } from '../../limits.ts';

export interface Shape {
  readonly sequences: number;
  /** Tokens of prompt and answer together, in each sequence. */
  readonly contextTokens: number;
}

export interface ShapeOptions {
  /** What the whole process may take; undefined where nobody set a bound. */
  readonly memoryBytes: number | undefined;
  /** What is free on the machine, or on its graphics card. */
  readonly freeBytes: number;
  /** The context that the model was trained on. */
  readonly trainContextTokens: number;
  /** What model and context take together, as the library estimates it. */
  readonly estimateBytes: (shape: Shape) => Promise<number>;
}

/**
 * From the least that is of use to what only a big machine has. Two sequences keep a short question
 * from waiting for a long answer; measured, more of them write no faster in sum.
 */
const ladder: readonly Shape[] = [
  { sequences: 1, contextTokens: 1_024 },
  { sequences: 1, contextTokens: 2_048 },
  { sequences: 2, contextTokens: 2_048 },
  { sequences: 2, contextTokens: 4_096 },
  { sequences: 2, contextTokens: 8_192 },
  { sequences: 4, contextTokens: 8_192 },
  { sequences: 4, contextTokens: 16_384 },
  { sequences: 4, contextTokens: 32_768 },
];

/** What is taken where no bound is set, and there is room: under 600 MB with the default model. */
const unboundedSteps = 4;

/** The biggest shape that fits. Throws an Error with a plain sentence where none does. */
export async function planShape(options: ShapeOptions): Promise<Shape> {
  const { memoryBytes, freeBytes, trainContextTokens, estimateBytes } = options;
  const roomBytes = Math.min(freeBytes, (memoryBytes ?? Infinity) - embeddedProcessBytes);
  const steps = memoryBytes === undefined ? ladder.slice(0, unboundedSteps) : ladder;
  let needed = 0;
  for (const { sequences, contextTokens } of steps.toReversed()) {
    const shape = { sequences, contextTokens: Math.min(contextTokens, trainContextTokens) };
    needed = await estimateBytes(shape);
    if (needed <= roomBytes) return shape;
  }
  throw new Error(
    `The model needs ${megabytes(needed + embeddedProcessBytes)} MB of memory, and ` +
      `${megabytes(Math.max(0, roomBytes + embeddedProcessBytes))} MB are to be had: ` +
      'raise the key memory, free some, or take a smaller model.',
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
