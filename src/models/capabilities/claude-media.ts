// What Claude's own place refuses of images and documents: their number, size, kind and pages.

import {
  claudeImageCharsMax,
  claudeImagePixelsMax,
  claudeMediaMax,
  claudePdfPagesMax,
} from '../../limits.ts';
import type { DocumentBlock, ImageBlock } from '../../protocol/api/types.generated.ts';
import { forEachInnerBlock } from '../../protocol/validation/rules/blocks.ts';
import type { Capability, ModelCall, Refusal } from './capability.ts';
import { fromModel } from './capability.ts';
import { readImageHeader } from './image-header.ts';
import { readPdfHeader } from './pdf-header.ts';

/** Reported of Claude: images and documents count together, history included. */
export const requestMediaFew: Capability = ({ conversation: { messages }, model }) => {
  if (model.family !== 'claude') return [];
  let images = 0;
  let documents = 0;
  forEachInnerBlock(messages, (block) => {
    if ('image' in block) images += 1;
    if ('document' in block) documents += 1;
  });
  if (images + documents <= claudeMediaMax) return [];
  const message = `messages: too many images and documents: ${images} + ${documents} > ${claudeMediaMax}`;
  return [fromModel(message, 'Leave earlier images out of the conversation.')];
};

/** All reported from the field. */
export const requestImagesTaken: Capability = (call) => {
  const refusals: Refusal[] = [];
  if (call.model.family !== 'claude') return refusals;
  forEachInnerBlock(call.conversation.messages, (block, path) => {
    const refusal =
      'image' in block ? imageRefusal(block.image, () => nativePath(path())) : undefined;
    if (refusal !== undefined) refusals.push(refusal);
  });
  return refusals;
};

/** Claude counts the characters of base64, then looks at the image itself. */
function imageRefusal({ source, format }: ImageBlock, path: () => string): Refusal | undefined {
  if (!('bytes' in source)) return undefined;
  const chars = Math.ceil(source.bytes.length / 3) * 4;
  if (chars > claudeImageCharsMax) {
    const message = `${path()}.image.source.base64: image exceeds 5 MB maximum: ${chars} bytes > ${claudeImageCharsMax} bytes`;
    return fromModel(message, 'Make the image smaller: 3,932,160 bytes at the most.');
  }
  const header = readImageHeader(source.bytes);
  if (header === undefined) {
    return fromModel('Could not process image', 'Its bytes are no PNG, JPEG, GIF or WebP.');
  }
  if (header.format !== format) {
    const message = `${path()}.image.source.base64: The image was specified using the image/${format} media type, but the image appears to be a image/${header.format} image`;
    return fromModel(message, `Give the image the format ${header.format}.`);
  }
  const { width = 0, height = 0 } = header.size ?? {};
  if (Math.max(width, height) <= claudeImagePixelsMax) return undefined;
  const message = `${path()}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: ${claudeImagePixelsMax} pixels`;
  return fromModel(message, `The image has ${width} by ${height} pixels: make it smaller.`);
}

/** Reported from the field, both sentences. */
export const requestPdfsTaken: Capability = (call) => {
  const refusals: Refusal[] = [];
  let pages = 0;
  forEachPdf(call, (header, path) => {
    pages += header.pages ?? 0;
    if (!header.isEncrypted) return;
    const message = `${path}.pdf.source.base64.data: The PDF specified is password protected.`;
    refusals.push(fromModel(message, 'Save the PDF without a password.'));
  });
  if (pages > claudePdfPagesMax) {
    const message = `A maximum of ${claudePdfPagesMax} PDF pages may be provided.`;
    refusals.unshift(fromModel(message, `The PDF files have ${pages} pages: send some of them.`));
  }
  return refusals;
};

function forEachPdf(
  { conversation, model }: ModelCall,
  visit: (header: NonNullable<ReturnType<typeof readPdfHeader>>, path: string) => void,
): void {
  if (model.family !== 'claude') return;
  forEachInnerBlock(conversation.messages, (block, path) => {
    const header = 'document' in block ? headerOf(block.document) : undefined;
    if (header !== undefined) visit(header, nativePath(path()));
  });
}

function headerOf({ source }: DocumentBlock): ReturnType<typeof readPdfHeader> {
  return 'bytes' in source ? readPdfHeader(source.bytes) : undefined;
}

/** Claude names the blocks of its own format. */
function nativePath(path: string): string {
  return path.replace('.toolResult.', '.tool_result.');
}
