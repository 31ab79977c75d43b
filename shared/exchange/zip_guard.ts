// Archives: what their parts say that they unpack to, read before anything is unpacked, and single parts unpacked, no
// further than they said.

import type { Bytes } from "../platform/bytes.ts";
import { MAX_PARTS } from "./limits.ts";
import type { Work } from "./work.ts";

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
/** What stands for a count, and for a size or a place, that the 64-bit records hold. */
const COUNT_IN_ZIP64 = 0xffff, IN_ZIP64 = 0xffffffff;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_64_SIZE = 56;
const LOCATOR_64_SIZE = 20;
/** The extra field of an entry that holds its sizes and its place in 64 bits. */
const EXTRA_64 = 1;

/** A part of an archive, as its directory declares it. */
export interface Part {
  /** With forward slashes. */
  path: string;
  /** Unpacked, in bytes; Infinity where a 64-bit one is said to stand elsewhere, and does not. */
  size: number;
  /** In the archive, in bytes. */
  packedSize: number;
  /** 0: stored, 8: deflated; there are others. */
  method: number;
  isEncrypted: boolean;
  crc: number;
  /** Where its local header stands. */
  offset: number;
}

/** An archive that is damaged, or lies about itself. */
export class BadArchive extends Error {}

/**
 * The parts of a ZIP archive, at most one more than a workbook may have; null where it is none that could be read. Programs that
 * write while they make a workbook have sizes in 64 bits, however small it is.
 */
export function archiveParts(archive: Uint8Array): Part[] | null {
  const view = viewOf(archive);
  const end = endOfDirectory(view);
  const directory = end === null ? null : directoryAt(view, end);
  if (directory === null) return null;
  const parts: Part[] = [];
  for (let at = directory.offset; parts.length < directory.count && parts.length <= MAX_PARTS;) {
    if (at + ENTRY_SIZE > archive.length || view.getUint32(at, true) !== ENTRY) return null;
    const extra = at + ENTRY_SIZE + view.getUint16(at + 28, true);
    const next = extra + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > archive.length) return null;
    parts.push({
      path: new TextDecoder().decode(archive.subarray(at + ENTRY_SIZE, extra))
        .replaceAll("\\", "/"),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      ...sizesOf(view, at, extra),
    });
    at = next;
  }
  return parts;
}

/** How many parts there are, and where the directory of them begins. @param end where the record at the end begins */
function directoryAt(view: DataView, end: number): { count: number; offset: number } | null {
  const count = view.getUint16(end + 10, true), offset = view.getUint32(end + 16, true);
  if (count !== COUNT_IN_ZIP64 && offset !== IN_ZIP64) return { count, offset };
  const locator = end - LOCATOR_64_SIZE;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR_64) {
    return offset === IN_ZIP64 ? null : { count, offset };
  }
  const at = Number(view.getBigUint64(locator + 8, true));
  if (at + END_64_SIZE > view.byteLength || view.getUint32(at, true) !== END_OF_DIRECTORY_64) {
    return null;
  }
  return {
    count: Number(view.getBigUint64(at + 32, true)),
    offset: Number(view.getBigUint64(at + 48, true)),
  };
}

/** The sizes and the place of an entry. @param extra where its extra fields begin, which are all within the archive */
function sizesOf(
  view: DataView,
  entry: number,
  extra: number,
): Pick<Part, "size" | "packedSize" | "offset"> {
  const last = extra + view.getUint16(entry + 30, true);
  let at = extra, end = extra;
  // Fields stand one behind another: what it is, how long it is, and what it holds.
  for (let next = extra; next + 4 <= last; next = Math.min(last, end)) {
    at = next + 4;
    end = at + view.getUint16(next + 2, true);
    if (view.getUint16(next, true) === EXTRA_64) break;
    at = end;
  }
  // In this order, and only those that the entry itself has no room for.
  const [size, packedSize, offset] = [24, 20, 42].map((place) => {
    const own = view.getUint32(entry + place, true);
    if (own !== IN_ZIP64) return own;
    if (at + 8 > Math.min(end, last)) return Infinity;
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  });
  return { size, packedSize, offset };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where the record at the end of an archive begins; a comment of up to 64 KB may follow it. */
function endOfDirectory(view: DataView): number | null {
  const first = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return null;
}

/**
 * What is in a part.
 * @throws BadArchive where it is not of the declared size or checksum; ApiError 413 before more is unpacked than a file may
 */
export async function unpack(archive: Bytes, part: Part, work: Work): Promise<Uint8Array> {
  work.spend("unpackedBytes", part.size);
  const view = viewOf(archive);
  const at = part.offset;
  if (at + LOCAL_SIZE > archive.length || view.getUint32(at, true) !== LOCAL) {
    throw new BadArchive("no local header");
  }
  const from = at + LOCAL_SIZE + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = archive.subarray(from, from + part.packedSize);
  if (packed.length < part.packedSize || part.isEncrypted) throw new BadArchive("not readable");
  if (part.method === DEFLATED) return await inflate(packed, part);
  if (part.method !== STORED || packed.length !== part.size || crc32(packed) !== part.crc) {
    throw new BadArchive("not what it says");
  }
  return packed;
}

/** The header of a file of gzip (RFC 1952) with no name and no date. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
const GZIP_TRAILER_SIZE = 8;
/** Bytes that are unpacked at once: at most a thousand times as many come of them. */
const PIECE = 16 * 1024;

/**
 * Inflates no more than the declared size and the piece that goes beyond it. As a file of gzip, for then the platform holds the
 * checksum against it as well, at no cost.
 * @throws BadArchive; TypeError where bytes are none that were deflated, or are of another checksum or size
 */
async function inflate(packed: Bytes, { size, crc }: Part): Promise<Uint8Array> {
  const trailer = new Uint8Array(GZIP_TRAILER_SIZE);
  const view = viewOf(trailer);
  view.setUint32(0, crc, true);
  view.setUint32(4, size, true);
  const stream = new DecompressionStream("gzip");
  const writing = write(stream.writable, [GZIP_HEADER, packed, trailer]);
  // Whoever reads is told.
  writing.catch(() => {});
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of stream.readable) {
    if (at + chunk.length > size) throw new BadArchive("larger than it says");
    bytes.set(chunk, at);
    at += chunk.length;
  }
  await writing;
  if (at !== size) throw new BadArchive("smaller than it says");
  return bytes;
}

async function write(writable: WritableStream<Bytes>, parts: readonly Bytes[]): Promise<void> {
  const writer = writable.getWriter();
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) {
      await writer.write(part.subarray(at, at + PIECE));
    }
  }
  await writer.close();
}

/** Bytes that a step of the checksum takes at once ("slicing-by-4", Kounavis and Berry 2005). */
const STRIDE = 4;
/** What a byte does to the checksum, by how many bytes come after it in its step. */
const CRC_TABLES = Array.from({ length: STRIDE }, () => new Int32Array(256));
for (let n = 0; n < 256; n++) {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  CRC_TABLES[0][n] = value;
}
for (let behind = 1; behind < STRIDE; behind++) {
  for (let n = 0; n < 256; n++) {
    const before = CRC_TABLES[behind - 1][n];
    CRC_TABLES[behind][n] = CRC_TABLES[0][before & 0xff] ^ (before >>> 8);
  }
}

/** The checksum of archives (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  const [last, third, second, first] = CRC_TABLES;
  const whole = bytes.length - bytes.length % STRIDE;
  let crc = -1, at = 0;
  for (; at < whole; at += STRIDE) {
    crc = first[(crc ^ bytes[at]) & 0xff] ^ second[((crc >>> 8) ^ bytes[at + 1]) & 0xff] ^
      third[((crc >>> 16) ^ bytes[at + 2]) & 0xff] ^ last[(crc >>> 24) ^ bytes[at + 3]];
  }
  for (; at < bytes.length; at++) crc = last[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
