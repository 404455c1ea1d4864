// The kind of an image and its size, as its first bytes say: PNG, JPEG, GIF and WebP.

import type { ImageFormat } from '../../protocol/api/types.generated.ts';

export interface ImageHeader {
  readonly format: ImageFormat;
  /** In pixels; undefined where the bytes end before they say so. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** Undefined for bytes that begin like none of the four. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (hasText(bytes, 0, '\x89PNG\r\n\x1a\n')) return { format: 'png', size: pngSize(view) };
  if (hasText(bytes, 0, '\xff\xd8\xff')) return { format: 'jpeg', size: jpegSize(view) };
  if (hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')) {
    return { format: 'gif', size: gifSize(view) };
  }
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) {
    return { format: 'webp', size: webpSize(bytes, view) };
  }
  return undefined;
}

type Size = ImageHeader['size'];

function pngSize(view: DataView): Size {
  if (view.byteLength < 24) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): Size {
  if (view.byteLength < 10) return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Goes from segment to segment until the one that begins a frame. */
function jpegSize(view: DataView): Size {
  let offset = 2;
  while (offset + 9 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return undefined;
    const marker = view.getUint8(offset + 1);
    if (isFrame(marker)) {
      return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
    // A marker may be filled up with more of its first byte.
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2);
  }
  return undefined;
}

/** SOF0 to SOF15, among which are the markers of three kinds of tables. */
function isFrame(marker: number): boolean {
  const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
  return marker >= 0xc0 && marker <= 0xcf && !isTable;
}

/** The three kinds of the first chunk: lossy, lossless, and the one that announces more chunks. */
function webpSize(bytes: Uint8Array, view: DataView): Size {
  if (view.byteLength < 30) return undefined;
  if (hasText(bytes, 12, 'VP8 ')) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (hasText(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (!hasText(bytes, 12, 'VP8X')) return undefined;
  // 24 bits each, less one.
  const width = 1 + (view.getUint32(24, true) & 0xffffff);
  return { width, height: 1 + (view.getUint32(26, true) >>> 8) };
}

function hasText(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
