// Bytes, as a type that both compilers know: the hosted runtime's TypeScript has no `Uint8Array<ArrayBuffer>` yet.

/** Bytes in a buffer of their own, never a shared one: what bodies, blobs and files are made of. */
export type Bytes = ReturnType<typeof Uint8Array.from>;

/** The bytes of all chunks, one after the other. */
export function joined(chunks: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
