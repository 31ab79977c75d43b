// What whoever starts a match should know first: who has not submitted, whose wishes changed, who withdrew.

import type { MatchReadiness, NamedDoctor } from "../../../../shared/client/mod.ts";
import { OverfilledNote } from "../runs/overfilled_note.tsx";
import { dateTime, plural } from "../ui/format.ts";
import type { Names } from "./names.ts";

/** Lists of doctors, and their words. */
const LISTS: [pick: (readiness: MatchReadiness) => NamedDoctor[], words: string][] = [
  [({ notSubmitted }) => notSubmitted, "not submitted"],
  [({ changedSinceSubmit }) => changedSinceSubmit, "changed since they submitted"],
  [({ changedSinceMatch }) => changedSinceMatch, "wishes changed since the last match"],
  [({ withoutWishes }) => withoutWishes, "without any wish"],
  [({ withdrawn }) => withdrawn, "withdrew"],
];

/** See above; nothing where all is as it should be. */
export function ReadinessNote({ readiness, allocationRun, names }: {
  readiness: MatchReadiness;
  allocationRun: string;
  names: Names;
}) {
  const { windowOpen, dueDate, submitted, doctors } = readiness;
  const lists = LISTS.map(([pick, words]) => ({ words, doctors: pick(readiness) }))
    .filter(({ doctors }) => doctors.length > 0);
  return (
    <>
      <OverfilledNote overfilled={readiness.overfilled} allocationRun={allocationRun} />
      {windowOpen && (
        <p class="note warn small">
          Doctors are still saying what they want{dueDate && `, until ${dateTime(dueDate)}`}: the
          match waits until the window is closed.
        </p>
      )}
      {lists.length > 0 && (
        <details>
          <summary>
            Before you start: {submitted} of {plural(doctors, "doctor")} submitted
          </summary>
          <ul class="small">
            {lists.map(({ words, doctors }) => (
              <li key={words}>
                <strong>{doctors.length} {words}:</strong>{" "}
                {doctors.map(({ workerMapping }) => names.doctor(workerMapping)).join(", ")}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
