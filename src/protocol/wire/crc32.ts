// CRC-32 (IEEE, reflected) of the event stream's frames: zlib's where there is one, else a table.

type Crc32 = (bytes: Uint8Array, start?: number) => number;

/** The checksum of `bytes`, going on from `start`, the checksum of what came before. */
export const crc32: Crc32 = findZlib() ?? crc32ByTable;

// Not imported: the page runs this file where there is no zlib.
function findZlib(): Crc32 | undefined {
  return globalThis.process?.getBuiltinModule?.('node:zlib')?.crc32;
}

const table = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The same without zlib. */
export function crc32ByTable(bytes: Uint8Array, start = 0): number {
  let crc = ~start;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
