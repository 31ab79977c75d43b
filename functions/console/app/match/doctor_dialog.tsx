// One doctor's view: the line they are to get beside what they asked for, and who got the others.

import type { Allocation } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { Happened } from "../runs/happened.tsx";
import { type Doctor, type DoctorView, type Field, type Match, readDoctor } from "./match_data.ts";
import { wishRows } from "./wishes.ts";
import { choiceWord } from "./words.ts";

/** See above. */
export function DoctorDialog({ context, doctor, field, match, onClose }: {
  context: PageContext;
  doctor: Doctor;
  field: Field;
  match: Match | null;
  onClose: () => void;
}) {
  const allocation = match?.allocations.find(({ worker }) => worker.mapping === doctor.mapping);
  const view = useLoad(
    () => readDoctor(context.supabase, doctor.mapping, allocation?.line.id),
    [doctor.mapping, allocation?.line.id],
  );
  return (
    <Dialog title={doctor.name} wide onClose={onClose}>
      <p>
        {allocation
          ? <Got allocation={allocation} />
          : match
          ? "Has no line in the current match."
          : "No match was made yet."}
      </p>
      <Happened context={context} about="doctor" id={doctor.mapping} />
      <Loaded load={view} what="what this doctor asked for">
        {(found) => (
          <>
            {found.positions.length > 0 && (
              <ol class="match-terms">
                {found.positions.map(({ term, name }) => (
                  <li key={term}>
                    <span class="quiet small">Term {term}</span> {name}
                  </li>
                ))}
              </ol>
            )}
            <Wishes view={found} field={field} match={match} own={allocation?.line.id} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Got({ allocation: { line, choice } }: { allocation: Allocation }) {
  return (
    <>
      Gets <strong>{line.name}</strong>:{" "}
      {choice === null ? "a line that was not ranked" : `${choiceWord(choice)} choice`}.
    </>
  );
}

function Wishes({ view, field, match, own }: {
  view: DoctorView;
  field: Field;
  match: Match | null;
  /** The line that they got. */
  own: string | undefined;
}) {
  if (view.wishes.length === 0) return <p class="note">This doctor has ranked no line.</p>;
  const notation = match?.run.options.rankNotation;
  return (
    <div class="table-scroll">
      <table class="table">
        <caption>Preferences{notation && ` (${notation} ranks)`}, and who got these lines</caption>
        <thead>
          <tr>
            <th scope="col" class="num">Rank</th>
            <th scope="col">Line</th>
            <th scope="col">Places</th>
            <th scope="col">Got it</th>
            <th scope="col">Preferencers rank this doctor</th>
          </tr>
        </thead>
        <tbody>
          {wishRows(view, field, match).map(({ line, rank, name, places, takers, ranks }) => (
            <tr key={line} class={line === own ? "match-own" : undefined}>
              <td class="num">{rank}</td>
              <th scope="row">
                {name} {line === own && <span class="tag ok">this doctor</span>}
              </th>
              <td>{places}</td>
              <td>{takers || "–"}</td>
              <td>{ranks || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
