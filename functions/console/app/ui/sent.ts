// A field whose text is on its way: an answer may take a while, and who types on meanwhile loses nothing.

/**
 * Remembers what stands in a field that is being sent.
 * @returns makes the field as it begins, once that is saved, unless somebody typed on
 */
export function sent<Typed>(field: { value: Typed }, blank: Typed): () => void {
  const then = field.value;
  return () => {
    if (field.value === then) field.value = blank;
  };
}
