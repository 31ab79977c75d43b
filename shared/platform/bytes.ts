// Bytes, as a type that both compilers know: the hosted runtime's TypeScript has no `Uint8Array<ArrayBuffer>` yet.

/** Bytes in a buffer of their own, never a shared one: what bodies, blobs and files are made of. */
export type Bytes = ReturnType<typeof Uint8Array.from>;
