// One doctor's view: the line they are to get beside what they asked for, and who got the others.

import type { AllocatorRunOptions } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { type Doctor, type DoctorView, type Field, type Match, readDoctor } from "./match_data.ts";
import { choice } from "./words.ts";

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
          ? (
            <>
              Gets <strong>{allocation.line.name}</strong>: {allocation.originalPreference === null
                ? "a line that was not ranked"
                : `${choice(allocation.originalPreference)} choice`.replace(
                  /^(rank .*) choice$/,
                  "$1",
                )}
              .
            </>
          )
          : match
          ? "Has no line in the current match."
          : "No match was made yet."}
      </p>
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
            <Wishes
              doctor={doctor}
              view={found}
              field={field}
              match={match}
              notation={match?.run.options.rank_notation}
            />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Wishes({ doctor, view, field, match, notation }: {
  doctor: Doctor;
  view: DoctorView;
  field: Field;
  match: Match | null;
  notation: AllocatorRunOptions["rank_notation"];
}) {
  if (view.wishes.length === 0) return <p class="note">This doctor has ranked no line.</p>;
  const lines = new Map(field.lines.map((line) => [line.id, line]));
  const takers = new Map<string, string[]>();
  for (const { worker, line } of match?.allocations ?? []) {
    takers.set(line.id, [...takers.get(line.id) ?? [], worker.name]);
  }
  const own = match?.allocations.find(({ worker }) => worker.mapping === doctor.mapping)?.line.id;
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
          {view.wishes.map(({ line, rank }) => {
            const names = takers.get(line) ?? [];
            const places = lines.get(line)?.places ?? 0;
            const ranked = view.ranks.filter((each) => each.lines.includes(line));
            return (
              <tr key={line} class={line === own ? "match-own" : undefined}>
                <td class="num">{rank}</td>
                <th scope="row">
                  {lines.get(line)?.name ?? "a line that is gone"}{" "}
                  {line === own && <span class="tag ok">this doctor</span>}
                </th>
                <td>
                  {match
                    ? names.length < places ? `${places - names.length} of ${places} free` : "full"
                    : places}
                </td>
                <td>{names.join(", ") || "–"}</td>
                <td>
                  {ranked.map(({ preferencer, rank }) => `${preferencer}: ${rank}`).join(", ") ||
                    "–"}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
