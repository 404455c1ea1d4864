// Images as Llama takes them: their base64 text in a list, and a marker where each one stands.

import type { ImageBlock, ImageFormat } from '../../../protocol/api/types.generated.ts';
import type { Losses } from '../losses.ts';
import { unsupportedS3 } from '../unsupported.ts';

export function writeImage({ source, format }: ImageBlock, path: string, losses: Losses): string {
  if (!('bytes' in source)) throw unsupportedS3();
  const base64 = Buffer.from(source.bytes).toString('base64');
  if (formatOf(base64) !== format) {
    losses.add(`${path}.format`, 'left out', 'the native format knows an image by its bytes alone');
  }
  return base64;
}

export function readImage(base64: string): ImageBlock {
  return { format: formatOf(base64), source: { bytes: Buffer.from(base64, 'base64') } };
}

// How the first bytes of each format look in base64.
const starts: readonly (readonly [string, ImageFormat])[] = [
  ['/9j/', 'jpeg'],
  ['R0lGOD', 'gif'],
  ['UklGR', 'webp'],
];

function formatOf(base64: string): ImageFormat {
  return starts.find(([start]) => base64.startsWith(start))?.[1] ?? 'png';
}
