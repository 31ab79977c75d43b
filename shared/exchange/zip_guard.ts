// What the parts of an archive say that they unpack to, read before anything is unpacked. The reader of .xlsx files stops
// at the size that each part declares, so that these bound its memory.

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
/** Sizes and counts that stand for "see the 64-bit record": such an archive is over 4 GB or pretends to be. */
const IN_ZIP64 = [0xffff, 0xffffffff];

/** A part of an archive. */
export interface Part {
  path: string;
  /** Unpacked, in bytes, as it is declared; Infinity where the archive claims to be a 64-bit one. */
  size: number;
}

/** The parts of a ZIP archive; null where it is none that could be read. */
export function archiveParts(archive: Uint8Array): Part[] | null {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOfDirectory(view);
  if (end === null) return null;
  const count = view.getUint16(end + 10, true);
  const offset = view.getUint32(end + 16, true);
  if (IN_ZIP64.includes(count) || IN_ZIP64.includes(offset)) return [{ path: "", size: Infinity }];
  const parts: Part[] = [];
  for (let at = offset; parts.length < count;) {
    if (at + ENTRY_SIZE > archive.length || view.getUint32(at, true) !== ENTRY) return null;
    const size = view.getUint32(at + 24, true);
    const name = view.getUint16(at + 28, true);
    parts.push({
      path: new TextDecoder().decode(archive.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + name)),
      size: IN_ZIP64.includes(size) ? Infinity : size,
    });
    at += ENTRY_SIZE + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return parts;
}

/** Where the record at the end of an archive begins; a comment of up to 64 KB may follow it. */
function endOfDirectory(view: DataView): number | null {
  const first = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return null;
}
