// Documents for a route that reads text only: their text in their place.

import type {
  ContentBlock,
  DocumentBlock,
  Message,
  ToolResultContentBlock,
} from '../../protocol/api/types.generated.ts';
import type { Losses } from '../families/losses.ts';
import { createLosses } from '../families/losses.ts';
import { unsupportedS3 } from '../families/unsupported.ts';
import type { Conversation } from '../families/family.ts';
import type { Emulation, EmulationContext } from './emulation.ts';

export const documents: Emulation = {
  isNeeded: ({ messages = [] }) => messages.some(({ content }) => content.some(hasDocument)),
  async apply(request, context) {
    const losses = createLosses();
    const messages: Message[] = [];
    for (const [at, message] of (request.messages ?? []).entries()) {
      const content: ContentBlock[] = [];
      for (const [index, block] of message.content.entries()) {
        const path = `messages.${at}.content.${index}`;
        content.push(await replaced(block, path, { losses, context }));
      }
      messages.push({ ...message, content });
    }
    const value: Conversation = { ...request, messages };
    return { value, losses: losses.list };
  },
};

function hasDocument(block: ContentBlock): boolean {
  if ('document' in block) return true;
  return 'toolResult' in block && block.toolResult.content.some((inner) => 'document' in inner);
}

interface Work {
  readonly losses: Losses;
  readonly context: EmulationContext;
}

async function replaced(block: ContentBlock, path: string, work: Work): Promise<ContentBlock> {
  if ('document' in block) return { text: await textOf(block.document, `${path}.document`, work) };
  if (!('toolResult' in block)) return block;
  const content: ToolResultContentBlock[] = [];
  for (const [at, inner] of block.toolResult.content.entries()) {
    const place = `${path}.toolResult.content.${at}.document`;
    content.push('document' in inner ? { text: await textOf(inner.document, place, work) } : inner);
  }
  return { toolResult: { ...block.toolResult, content } };
}

async function textOf(document: DocumentBlock, path: string, work: Work): Promise<string> {
  const { name, context: about, citations, format = 'txt' } = document;
  const { text, isCut } = await sourceText(document, path, work.context);
  const what = isCut ? 'the beginning of its text is sent' : 'its text is sent';
  work.losses.add(path, 'emulated', `the model reads text only: ${what}, no layout, no pictures`);
  if (citations?.enabled === true) {
    work.losses.add(`${path}.citations`, 'left out', 'a text is not cited');
  }
  const note = about === undefined ? '' : `${about}\n`;
  return `<document name="${name}" format="${format}">\n${note}${text}\n</document>`;
}

async function sourceText(
  { source, format = 'txt' }: DocumentBlock,
  path: string,
  context: EmulationContext,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  if ('text' in source) return { text: source.text, isCut: false };
  if ('content' in source) {
    return { text: source.content.map(({ text }) => text).join('\n'), isCut: false };
  }
  if (!('bytes' in source)) throw unsupportedS3();
  // The libraries that read documents are loaded when the first one comes.
  const { documentText } = await import('../documents/document-text.ts');
  return documentText({ path, format, bytes: source.bytes }, context);
}
