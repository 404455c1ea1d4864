// Documents for tests, made of as little as each format asks for.

import { crc32 } from 'node:zlib';

interface Entry {
  readonly name: string;
  readonly text: string;
}

/** A zip archive whose entries are stored as they are. */
function zip(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of entries) {
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const version = Buffer.from([20, 0]);
    centrals.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002'),
        version,
        common,
        place.subarray(0, 14),
        Buffer.from(name),
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end]);
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function relationships(...targets: readonly (readonly [type: string, target: string])[]): string {
  const rows = targets.map(
    ([type, target], at) =>
      `<Relationship Id="rId${at + 1}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return `${declaration}<Relationships xmlns="${packages}/relationships">${rows.join('')}</Relationships>`;
}

function contentTypes(part: string, type: string): string {
  return (
    `${declaration}<Types xmlns="${packages}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/></Types>`
  );
}

/** A docx of one paragraph and a table of one row. */
export function docx(paragraph: string, cells: readonly string[]): Buffer {
  const text = (value: string): string => `<w:p><w:r><w:t>${value}</w:t></w:r></w:p>`;
  const row = cells.map((cell) => `<w:tc>${text(cell)}</w:tc>`).join('');
  const body = `${text(paragraph)}<w:tbl><w:tr>${row}</w:tr></w:tbl>`;
  return zip([
    {
      name: '[Content_Types].xml',
      text: contentTypes('/word/document.xml', 'wordprocessingml.document.main'),
    },
    { name: '_rels/.rels', text: relationships(['officeDocument', 'word/document.xml']) },
    {
      name: 'word/document.xml',
      text:
        `${declaration}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` +
        `<w:body>${body}</w:body></w:document>`,
    },
  ]);
}

/** An xlsx of one sheet; numbers are cells of numbers. */
export function xlsx(sheet: string, rows: readonly (readonly (number | string)[])[]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const cell = (value: number | string, place: string): string =>
    typeof value === 'number'
      ? `<c r="${place}"><v>${value}</v></c>`
      : `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const data = rows.map((row, y) => {
    const cells = row.map((value, x) => cell(value, `${'ABCDEFG'[x]}${y + 1}`));
    return `<row r="${y + 1}">${cells.join('')}</row>`;
  });
  return zip([
    {
      name: '[Content_Types].xml',
      text: contentTypes('/xl/workbook.xml', 'spreadsheetml.sheet.main'),
    },
    { name: '_rels/.rels', text: relationships(['officeDocument', 'xl/workbook.xml']) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: relationships(['worksheet', 'worksheets/sheet1.xml']),
    },
    {
      name: 'xl/workbook.xml',
      text:
        `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>` +
        `<sheet name="${sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      text: `${declaration}<worksheet xmlns="${main}"><sheetData>${data.join('')}</sheetData></worksheet>`,
    },
  ]);
}

/** A PDF of so many pages, a line each. */
export function pdf(lines: readonly string[]): Buffer {
  const objects: string[] = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${lines.length}/Kids[${lines.map((_, at) => `${4 + at * 2} 0 R`).join(' ')}]>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  for (const [at, line] of lines.entries()) {
    const content = `BT /F1 12 Tf 72 720 Td (${line}) Tj ET`;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${5 + at * 2} 0 R` +
        '/Resources<</Font<</F1 3 0 R>>>>>>',
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
    );
  }
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj${object}endobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const start = text.length;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer<</Size ${size}/Root 1 0 R>>\n`;
  return Buffer.from(`${text}startxref\n${start}\n%%EOF`);
}
