// Documents to text, by the library of each format.

import type { PDFPageProxy } from 'unpdf/pdfjs';
import { documentPagesMax } from '../../limits.ts';
import { htmlText } from './html-text.ts';

export interface Reading {
  readonly format: 'docx' | 'html' | 'pdf' | 'xlsx';
  readonly bytes: Uint8Array;
}

export type ReadResult =
  | { readonly text: string; readonly isCut: boolean }
  | { readonly failure: string };

/** Never rejects: what a library says against the document is the failure. */
export async function readDocument({ format, bytes }: Reading): Promise<ReadResult> {
  try {
    return await readers[format](bytes);
  } catch (error) {
    return { failure: (error instanceof Error ? error.message : String(error)).replace(/\.$/, '') };
  }
}

type Reader = (bytes: Uint8Array) => Promise<ReadResult>;

const readers: Readonly<Record<Reading['format'], Reader>> = {
  pdf: readPdf,
  docx: readDocx,
  xlsx: readXlsx,
  html: async (bytes) => ({ text: htmlText(new TextDecoder().decode(bytes)), isCut: false }),
};

async function readPdf(bytes: Uint8Array): Promise<ReadResult> {
  const { getDocumentProxy } = await import('unpdf');
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const pages = Math.min(pdf.numPages, documentPagesMax);
  const texts: string[] = [];
  for (let number = 1; number <= pages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    texts.push(items.map(lineOf).join(''));
  }
  return { text: texts.join('\n\n').trim(), isCut: pdf.numPages > pages };
}

type TextContent = Awaited<ReturnType<PDFPageProxy['getTextContent']>>;

function lineOf(item: TextContent['items'][number]): string {
  // Marked content stands between the texts.
  if (!('str' in item)) return '';
  return item.hasEOL ? `${item.str}\n` : item.str;
}

/** By way of HTML, which keeps tables and lists; pictures are left out. */
async function readDocx(bytes: Uint8Array): Promise<ReadResult> {
  const { default: mammoth } = await import('mammoth');
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage });
  return { text: htmlText(value), isCut: false };
}

/** Each sheet under its name, a row a line, its cells apart by tabs. */
async function readXlsx(bytes: Uint8Array): Promise<ReadResult> {
  const { default: readSheets } = await import('read-excel-file/node');
  const sheets = await readSheets(Buffer.from(bytes));
  const texts = sheets.map(({ sheet, data }) => {
    const rows = data.map((row) => row.map(cellText).join('\t').trimEnd());
    return [`# ${sheet}`, ...rows].join('\n');
  });
  return { text: texts.join('\n\n'), isCut: false };
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString();
  const isPlain = typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';
  return isPlain ? String(cell) : '';
}
