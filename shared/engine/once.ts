// What is dear to make and not always needed: schemas above all, which would otherwise cost every isolate its start.

/** A function that makes its value when it is first asked for, and gives the same one from then on. */
export function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | null = null;
  return () => (made ??= { value: make() }).value;
}
