// What is read once and then known.

/** A query that is asked once; a failure is forgotten, so that the next caller asks again. */
export function once<Value>(query: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | null = null;
  return () =>
    answer ??= query().catch((error) => {
      answer = null;
      throw error;
    });
}
