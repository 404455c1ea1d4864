// Which kinds of content blocks a model takes, and where their bytes may lie.

import type { ContentBlock, ToolResultContentBlock } from '../../protocol/api/types.generated.ts';
import { forEachInnerBlock } from '../../protocol/validation/rules/blocks.ts';
import type { FoundationModel } from '../catalog/model.ts';
import type { Capability } from './capability.ts';
import { unsupportedField } from './capability.ts';

type Block = ContentBlock | ToolResultContentBlock;

// Video and audio stand in the catalogue as modalities; for Nova's video the price lists that it
// was made from are silent, and the documentation is not.
const kinds: Readonly<Record<string, (model: FoundationModel) => boolean>> = {
  image: ({ features }) => features.includes('images'),
  document: ({ features }) => features.includes('documents'),
  video: ({ family, features, inputModalities }) =>
    inputModalities.includes('VIDEO') || (family === 'nova' && features.includes('images')),
  audio: ({ inputModalities }) => inputModalities.includes('AUDIO'),
  // Documented: what answers with citations is Claude.
  searchResult: ({ family }) => family === 'claude',
  citationsContent: ({ family }) => family === 'claude',
  toolAddition: ({ family }) => family === 'claude',
  toolRemoval: ({ family }) => family === 'claude',
};

/** Recorded for video, probed for images. One sentence for each kind, however many blocks. */
export const mediaSupported: Capability = ({ conversation: { messages }, model }) => {
  const refused = new Set<string>();
  forEachInnerBlock(messages, (block) => {
    for (const kind of Object.keys(block)) {
      if (kinds[kind]?.(model) === false) refused.add(kind);
    }
  });
  return [...refused].map((kind) => ({
    message: `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`,
    cure: `Choose a model that takes ${kind} blocks, or say it in text.`,
  }));
};

/** Recorded. Documented: of the models here only Nova reads from S3. */
export const s3LocationSupported: Capability = ({ conversation: { messages }, model }) => {
  if (model.family === 'nova') return [];
  let found = false;
  forEachInnerBlock(messages, (block) => {
    found ||= hasS3Location(block);
  });
  return found ? [unsupportedField('s3Uri', 'Send the bytes in place of the S3 location.')] : [];
};

function hasS3Location(block: Block): boolean {
  if ('image' in block) return 's3Location' in block.image.source;
  if ('document' in block) return 's3Location' in block.document.source;
  if ('video' in block) return 's3Location' in block.video.source;
  return 'audio' in block && 's3Location' in block.audio.source;
}

/** Reported by two clients. */
export const signatureSupported: Capability = ({ conversation: { messages }, model }) => {
  if (model.family === 'claude') return [];
  const signed = messages?.some(({ content }) => content.some(isSigned)) === true;
  if (!signed) return [];
  const cure = 'Signatures are of Claude: leave them out when the conversation goes on elsewhere.';
  return [unsupportedField('reasoningContent.reasoningText.signature', cure)];
};

function isSigned(block: ContentBlock): boolean {
  if (!('reasoningContent' in block) || !('reasoningText' in block.reasoningContent)) return false;
  return block.reasoningContent.reasoningText.signature !== undefined;
}
