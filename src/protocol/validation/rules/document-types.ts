// The rule that a document is what its format says, told by its first bytes as the service does.

import { sniffedBytesMax } from '../../../limits.ts';
import type { DocumentBlock, DocumentFormat } from '../../api/types.generated.ts';
import type { Problem, Rule } from '../rule.ts';
import { documentsOf } from './documents.ts';

/** Reported from the field, both sentences. */
export const documentTypesMatch: Rule = (conversation) =>
  documentsOf(conversation).flatMap((document) => {
    const problem = mismatch(document);
    return problem === undefined ? [] : [problem];
  });

function mismatch({ name, format, source }: DocumentBlock): Problem | undefined {
  if (!('bytes' in source)) return undefined;
  const detected = detect(source.bytes);
  if ('mediaType' in detected) {
    const message =
      `Unsupported MIME type: ${detected.mediaType}. ` +
      'Retry your request with a supported file type: xlsx, txt, pdf, csv, md, doc, html, xls, docx';
    return { message, cure: `The bytes of ${name} are no document of a supported kind.` };
  }
  if (format === undefined || detected.formats.includes(format)) return undefined;
  const provided = typeNames[format];
  const message = `The detected filetype is ${detected.type}, but the provided filetype was ${provided}.`;
  return { message, cure: `Give ${name} the format ${detected.formats.join(' or ')}.` };
}

// Known by report: PLAIN_TEXT and PDF. The others are made alike.
const typeNames: Readonly<Record<DocumentFormat, string>> = {
  pdf: 'PDF',
  csv: 'CSV',
  doc: 'DOC',
  docx: 'DOCX',
  xls: 'XLS',
  xlsx: 'XLSX',
  html: 'HTML',
  txt: 'PLAIN_TEXT',
  md: 'MARKDOWN',
};

type Detected =
  | { readonly type: string; readonly formats: readonly DocumentFormat[] }
  | { readonly mediaType: string };

interface Signature {
  /** The first bytes, each as a character. */
  readonly start: string;
  readonly detected: Detected;
}

const signatures: readonly Signature[] = [
  { start: '%PDF-', detected: { type: 'PDF', formats: ['pdf'] } },
  // Word and Excel share their containers, the old one and the new one.
  { start: 'PK\x03\x04', detected: { type: 'DOCX', formats: ['docx', 'xlsx'] } },
  { start: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', detected: { type: 'DOC', formats: ['doc', 'xls'] } },
  { start: '\x89PNG\r\n\x1a\n', detected: { mediaType: 'image/png' } },
  { start: '\xff\xd8\xff', detected: { mediaType: 'image/jpeg' } },
  { start: 'GIF8', detected: { mediaType: 'image/gif' } },
];

const plainText: Detected = { type: 'PLAIN_TEXT', formats: ['txt', 'md', 'csv', 'html'] };
const unknown: Detected = { mediaType: 'application/octet-stream' };

function detect(bytes: Uint8Array): Detected {
  const start = bytes.subarray(0, sniffedBytesMax);
  const found = signatures.find((signature) => startsWith(start, signature.start));
  return found?.detected ?? (isText(start) ? plainText : unknown);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

// Bytes of text: no control characters but tab, line ends, form feed and escape. What encoding the
// others belong to does not matter; UTF-16 is known by the mark at its start.
function isText(bytes: Uint8Array): boolean {
  const isWide = startsWith(bytes, '\xff\xfe') || startsWith(bytes, '\xfe\xff');
  if (isWide) return true;
  return bytes.every(
    (byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b,
  );
}
