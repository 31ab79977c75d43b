// Sentences that are kept name doctors by id: a name stands with the doctor, and nowhere else, so that it can be
// corrected and erased there. Whoever shows such a sentence puts the names in.

/** See `doctorToken()` in shared/allocator/names.ts. */
const TOKEN = /\{doctor:([^{}\s]{1,100})\}/g;

/** A doctor in a sentence whose name is not at hand. */
const UNKNOWN = "a doctor";

/**
 * A sentence of a run (`error_message`, explanations, `fairness.message`) with names in place of `{doctor:<id>}`.
 * @param nameOf the name of the doctor with this worker mapping; without one, or where it knows none: "a doctor"
 */
export function nameDoctors(
  sentence: string,
  nameOf: (workerMapping: string) => string | undefined = () => undefined,
): string {
  return sentence.replace(TOKEN, (_, mapping) => nameOf(mapping) ?? UNKNOWN);
}
