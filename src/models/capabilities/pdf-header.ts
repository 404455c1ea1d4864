// What a PDF says of itself without being read: how many pages it has, and whether it is encrypted.

import { pdfNodeCharsMax, pdfNodesMax } from '../../limits.ts';

export interface PdfHeader {
  /** Undefined where the page tree is compressed. */
  readonly pages: number | undefined;
  readonly isEncrypted: boolean;
}

/** Undefined for bytes that are no PDF. */
export function readPdfHeader(bytes: Uint8Array): PdfHeader | undefined {
  // A character a byte: the structure is ASCII, and what is not does not matter here.
  const text = new TextDecoder('latin1').decode(bytes);
  if (!text.startsWith('%PDF-')) return undefined;
  return {
    pages: linearizedPages(text) ?? treePages(text),
    // In a trailer, or in the dictionary of the cross-reference stream that stands for one.
    isEncrypted: /\/Encrypt\s*(?:<<|\d+\s+\d+\s+R\b)/.test(text),
  };
}

/** A file made for the web says the number at its beginning. */
function linearizedPages(text: string): number | undefined {
  const start = text.slice(0, 1_024);
  if (!start.includes('/Linearized')) return undefined;
  return toNumber(/\/N\s+(\d+)/.exec(start)?.[1]);
}

/** The root of the page tree counts them all, so it is the node with the largest count. */
function treePages(text: string): number | undefined {
  let largest: number | undefined;
  let looked = 0;
  for (const { index } of text.matchAll(/\/Type\s?\/Pages\b/g)) {
    looked += 1;
    if (looked > pdfNodesMax) break;
    const count = toNumber(/\/Count\s+(\d+)/.exec(dictionaryAround(text, index))?.[1]);
    if (count !== undefined && count > (largest ?? 0)) largest = count;
  }
  return largest;
}

/** The object that the node is; a flat tree lists all its pages in one. */
function dictionaryAround(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - pdfNodeCharsMax), index);
  const after = text.slice(index, index + pdfNodeCharsMax);
  return before.slice(before.lastIndexOf(' obj') + 1) + (after.split('endobj', 1)[0] ?? '');
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
