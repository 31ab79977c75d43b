// What an archive says that it unpacks to, read before anything is unpacked. The reader of .xlsx files stops at the
// size that each entry declares, so that the sum of them bounds its memory.

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
/** Sizes and counts that stand for "see the 64-bit record": such an archive is over 4 GB or pretends to be. */
const IN_ZIP64 = [0xffff, 0xffffffff];

/**
 * Sum of the sizes that the entries of a ZIP archive declare, in bytes.
 * @returns null where it is no archive that could be read; Infinity where it claims to be a 64-bit one
 */
export function unpackedBytes(archive: Uint8Array): number | null {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOfDirectory(view);
  if (end === null) return null;
  const count = view.getUint16(end + 10, true);
  const offset = view.getUint32(end + 16, true);
  if (IN_ZIP64.includes(count) || IN_ZIP64.includes(offset)) return Infinity;
  let sum = 0;
  for (let entry = 0, at = offset; entry < count; entry++) {
    if (at + ENTRY_SIZE > archive.length || view.getUint32(at, true) !== ENTRY) return null;
    const size = view.getUint32(at + 24, true);
    if (IN_ZIP64.includes(size)) return Infinity;
    sum += size;
    at += ENTRY_SIZE + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) +
      view.getUint16(at + 32, true);
  }
  return sum;
}

/** Where the record at the end of an archive begins; a comment of up to 64 KB may follow it. */
function endOfDirectory(view: DataView): number | null {
  const first = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return null;
}
