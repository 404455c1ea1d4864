// What the simulated model calls a token: a word together with the white space before it.

import type { ContentBlock, ConverseRequest } from '../protocol/api/types.generated.ts';
import { modelTexts } from './request-texts.ts';

/** The words of a text, counted. */
export function countTokens(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count += 1;
  return count;
}

/**
 * A text in its tokens; joined, they are the text exactly. White space after the last word is the
 * last word's, and a text of nothing but white space is one piece.
 */
export function splitTokens(text: string): readonly string[] {
  const tokens: string[] = [];
  let start = 0;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    tokens.push(text.slice(start, index + word.length));
    start = index + word.length;
  }
  if (start === text.length) return tokens;
  tokens.push((tokens.pop() ?? '') + text.slice(start));
  return tokens;
}

/** A text in pieces of so many Unicode code points, never through the middle of one. */
export function splitCodePoints(text: string, count: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let length = 0;
  for (const character of text) {
    piece += character;
    length += 1;
    if (length < count) continue;
    pieces.push(piece);
    piece = '';
    length = 0;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

/** What CountTokens says of a request, and `usage.inputTokens` of its answer. */
export function countInputTokens(request: Omit<ConverseRequest, 'modelId'>): number {
  let count = 0;
  for (const text of modelTexts(request)) count += countTokens(text);
  return Math.max(count, 1);
}

/** What `usage.outputTokens` says of an answer's content. */
export function countOutputTokens(content: readonly ContentBlock[]): number {
  if (content.length === 0) return 0;
  let count = 0;
  for (const block of content) count += countBlock(block);
  return Math.max(count, 1);
}

function countBlock(block: ContentBlock): number {
  if ('text' in block) return countTokens(block.text);
  if ('toolUse' in block) return countTokens(JSON.stringify(block.toolUse.input));
  if ('reasoningContent' in block) {
    const reasoning = block.reasoningContent;
    return 'reasoningText' in reasoning ? countTokens(reasoning.reasoningText.text) : 0;
  }
  if ('citationsContent' in block) {
    const texts = block.citationsContent.content ?? [];
    return texts.reduce((count, { text }) => count + countTokens(text), 0);
  }
  return 0;
}
