// Stands in for @supabase/storage-js in the bundle: the console stores no files, and the real one is 28 KB.

/** supabase-js makes one when it starts. */
export class StorageClient {}

/** Only ever compared with. */
export class StorageApiError extends Error {}
