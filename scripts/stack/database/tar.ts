// A reader for plain tar archives, enough for the archive that carries pgTAP.

/** One regular file of an archive. */
export interface TarEntry {
  name: string;
  data: Uint8Array;
}

const BLOCK = 512;

/** Lists the regular files of an uncompressed tar archive, in the order in which they lie. */
export function readTar(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; at + BLOCK <= archive.length;) {
    const name = text(archive, at, 100);
    if (name === "") break;
    const prefix = text(archive, at + 345, 155);
    const size = parseInt(text(archive, at + 124, 12).trim() || "0", 8);
    const type = String.fromCharCode(archive[at + 156]);
    const start = at + BLOCK;
    if (type === "0" || type === "\0") {
      const path = prefix ? `${prefix}/${name}` : name;
      entries.push({ name: path, data: archive.subarray(start, start + size) });
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
