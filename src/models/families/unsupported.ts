// What a format cannot carry and must not be dropped: refused in the service's words.

import type { ContentBlock } from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';

/** Captured: the refusal of a kind of content block. */
export function unsupportedBlock(block: ContentBlock | object): ValidationException {
  const kind = Object.keys(block)[0] ?? 'empty';
  return new ValidationException(
    `This model doesn't support the ${kind} content block that you provided. ` +
      'Update the content block and try again.',
  );
}

/** Captured: the refusal of a member by its path. */
export function unsupportedField(path: string): ValidationException {
  return new ValidationException(
    `This model doesn't support the ${path} field. Remove ${path} and try again.`,
  );
}

/** A source that only AWS could read. */
export function unsupportedS3(): ValidationException {
  return new ValidationException(
    "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
  );
}
