// Sentences that are kept name doctors by id: a name stands with the doctor, and nowhere else, so that it can be
// corrected and erased there. Whoever shows such a sentence puts the names in.

/** See `doctorToken()` in shared/allocator/names.ts. */
const TOKEN = /\{doctor:([^{}\s]{1,100})\}/g;

/** A doctor in a sentence whose name is not at hand. */
const UNKNOWN = "a doctor";

/** Several doctors in a row, as sentences list them: "x, y and z", "x, y and 4 more". */
const SEVERAL = String.raw`\{doctor:[^{}\s]{1,100}\}`;
const LIST = `${SEVERAL}(?:(?:, | and )${SEVERAL})*(?:(?:, | and )\\d+ more)?`;
const IN_BRACKETS = new RegExp(String.raw` \(${LIST}\)`, "g");
const MORE_THAN_ONE = new RegExp(`${SEVERAL}(?:, | and )${LIST}|${SEVERAL} and \\d+ more`, "g");

/**
 * A sentence of a run (`error_message`, explanations, `fairness.message`) with names in place of `{doctor:<id>}`.
 * @param nameOf the name of the doctor with this worker mapping; where it knows none: "a doctor". Without one a list in brackets is
 * left out, and several in a row are "some doctors"
 */
export function nameDoctors(
  sentence: string,
  nameOf?: (workerMapping: string) => string | undefined,
): string {
  if (!nameOf) {
    return sentence.replace(IN_BRACKETS, "").replace(MORE_THAN_ONE, "some doctors")
      .replace(TOKEN, UNKNOWN);
  }
  return sentence.replace(TOKEN, (_, mapping) => nameOf(mapping) ?? UNKNOWN);
}
