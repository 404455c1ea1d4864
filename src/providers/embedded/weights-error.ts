// How bringing a model is told: as it goes on, and where it ends badly.

export interface WeightsProgress {
  readonly receivedBytes?: number;
  readonly totalBytes?: number;
  /** A sentence; with `receivedBytes` it only says in words what a bar would show. */
  readonly note?: string;
}

/** `message` is one plain sentence that says what to do. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

export const ownFile = 'give a model file of your own with --model FILE.gguf';

export function noSpace(folder: string, megabytes: number): WeightsError {
  return new WeightsError(
    `There is no space left for the model in ${folder}: free ${megabytes} MB, or ${ownFile}.`,
  );
}
