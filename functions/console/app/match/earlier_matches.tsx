// Matches that were made before the current one: kept, compared with it, and fit to be finalised in its place.

import { useSignal } from "@preact/signals";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { type Match, readEarlier } from "./match_data.ts";
import { movedBetween, movedWords } from "./moved.ts";
import type { Names } from "./names.ts";
import { FinaliseButton } from "./finalise_button.tsx";

/** See above; nothing where there is none. */
export function EarlierMatches({ context, match, names, mayFinalise, done }: {
  context: PageContext;
  match: Match;
  names: Names;
  /** No result is finalised, and the user may do so. */
  mayFinalise: boolean;
  done: () => void;
}) {
  const { supabase, allocationRun } = context;
  const earlier = useLoad(
    () => readEarlier(supabase, allocationRun.id, match.run.id),
    [match.run.id],
  );
  const open = useSignal<string | null>(null);
  const found = earlier.value.value ?? [];
  if (found.length === 0) return null;
  return (
    <section class="card" aria-label="Earlier matches">
      <header>
        <h2>Earlier matches</h2>
        <span class="small quiet">{plural(found.length, "match", "matches")}, kept</span>
      </header>
      <div class="body stack">
        <ul class="match-earlier">
          {found.map(({ id, completedAt, supersededAt }) => (
            <li key={id}>
              <span class="grow">
                {dateTime(completedAt)}{" "}
                {supersededAt && <span class="tag">superseded {dateTime(supersededAt)}</span>}
              </span>
              <Button
                compact
                aria-expanded={open.value === id}
                onClick={() => open.value = open.value === id ? null : id}
              >
                Compare
              </Button>
              {mayFinalise && (
                <FinaliseButton
                  {...{ context, names, done }}
                  matchId={id}
                  label="Finalise this one"
                />
              )}
            </li>
          ))}
        </ul>
        {open.value !== null && (
          <Comparison key={open.value} other={open.value} {...{ context, match, names }} />
        )}
      </div>
    </section>
  );
}

function Comparison({ context, match, other, names }: {
  context: PageContext;
  match: Match;
  other: string;
  names: Names;
}) {
  const load = useLoad(() => context.allocator.allocations(other), [other]);
  return (
    <Loaded load={load} what="that match">
      {(allocations) => {
        const moved = movedBetween(allocations, match.allocations);
        return (
          <>
            <p class="small" role="status">{movedWords(moved)}</p>
            {moved.length > 0 && (
              <div
                class="table-scroll match-scroll"
                tabIndex={0}
                role="group"
                aria-label="Who moved"
              >
                <table class="table">
                  <caption class="visually-hidden">
                    Who has another line by the current match
                  </caption>
                  <thead>
                    <tr>
                      <th scope="col">Doctor</th>
                      <th scope="col">Then</th>
                      <th scope="col">Now</th>
                    </tr>
                  </thead>
                  <tbody>
                    {moved.map(({ worker, then, now }) => (
                      <tr key={worker}>
                        <th scope="row">{names.doctor(worker)}</th>
                        <td>{then?.line.name ?? "–"}</td>
                        <td>{now?.line.name ?? "–"}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
