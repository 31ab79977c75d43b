// Writes ZIP archives (PKWARE APPNOTE 6.3.10, 4.3): parts deflated by the platform, names in UTF-8, no 64-bit sizes. The library
// that writes workbooks keeps its own writer of archives to itself.

import type { Bytes } from "../platform/bytes.ts";
import { crc32 } from "./zip_guard.ts";

/** A file of an archive. */
export interface PackedPart {
  path: string;
  content: Bytes;
}

const LOCAL = 0x04034b50, ENTRY = 0x02014b50, END_OF_DIRECTORY = 0x06054b50;
const LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22;
/** What unpacks it must know: deflate. */
const VERSION = 20;
const NAMES_IN_UTF8 = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the first day that archives know: the same content is the same file. */
const NO_DATE = 0x0021;

/** The archive of some parts. */
export async function packArchive(parts: readonly PackedPart[]): Promise<Bytes> {
  const packed = await Promise.all(parts.map(async ({ path, content }) => ({
    name: new TextEncoder().encode(path),
    size: content.length,
    crc: crc32(content),
    content: await deflate(content),
  })));
  const sizes = packed.map(({ name, content }) => LOCAL_SIZE + name.length + content.length);
  const directory = packed.reduce((sum, { name }) => sum + ENTRY_SIZE + name.length, 0);
  const offset = sizes.reduce((sum, size) => sum + size, 0);
  const archive = new Uint8Array(offset + directory + END_SIZE);
  const view = new DataView(archive.buffer);
  /** What the header of a part and its entry in the directory have in common. */
  const describe = (at: number, part: typeof packed[number]) => {
    [VERSION, NAMES_IN_UTF8, DEFLATED, 0, NO_DATE].forEach((value, i) =>
      view.setUint16(at + 2 * i, value, true)
    );
    [part.crc, part.content.length, part.size].forEach((value, i) =>
      view.setUint32(at + 10 + 4 * i, value, true)
    );
    view.setUint16(at + 22, part.name.length, true);
  };
  let local = 0, entry = offset;
  packed.forEach((part, i) => {
    view.setUint32(local, LOCAL, true);
    describe(local + 4, part);
    archive.set(part.name, local + LOCAL_SIZE);
    archive.set(part.content, local + LOCAL_SIZE + part.name.length);
    view.setUint32(entry, ENTRY, true);
    view.setUint16(entry + 4, VERSION, true);
    describe(entry + 6, part);
    view.setUint32(entry + 42, local, true);
    archive.set(part.name, entry + ENTRY_SIZE);
    local += sizes[i];
    entry += ENTRY_SIZE + part.name.length;
  });
  view.setUint32(entry, END_OF_DIRECTORY, true);
  view.setUint16(entry + 8, parts.length, true);
  view.setUint16(entry + 10, parts.length, true);
  view.setUint32(entry + 12, directory, true);
  view.setUint32(entry + 16, offset, true);
  return archive;
}

async function deflate(content: Bytes): Promise<Bytes> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
