// Whose line a run changed under a finalised result: each doctor with before and after. Nobody is moved without being listed.

import type { PlannerResult, PlannerRun } from "../../../../shared/client/mod.ts";
import { toldApart } from "../data/doctor_names.ts";
import { useLoad } from "../data/load.ts";
import { rows } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";

/** The list; nothing where no doctor's line changed. */
export function WhoChanged({ context, run }: { context: PageContext; run: PlannerRun }) {
  const told = run.result_metadata?.doctors ?? [];
  return told.length === 0 ? null : <Changed context={context} run={run} told={told} />;
}

function Changed({ context, run, told }: {
  context: PageContext;
  run: PlannerRun;
  told: NonNullable<PlannerResult["doctors"]>;
}) {
  const load = useLoad(async () => {
    const cells = told.flatMap(({ changes }) =>
      changes.flatMap((change) => "term" in change ? [change.from, change.to] : [])
    );
    const ids = [...new Set(cells)].filter((id) => id !== null);
    const [doctors, positions] = await Promise.all([
      context.allocator.lineDoctors(run.allocation_run)
        .then((all) => toldApart(context.supabase, all)),
      ids.length === 0 ? [] : rows<{ id: string; name: string }>(
        context.supabase.from("positions").select("id,name").in("id", ids),
      ),
    ]);
    return {
      doctors: new Map(doctors.map(({ workerMapping, doctor }) => [workerMapping, doctor])),
      positions: new Map(positions.map(({ id, name }) => [id, name])),
    };
  }, [run.id]);
  return (
    <Loaded load={load} what="whose lines changed">
      {({ doctors, positions }) => {
        const called = (id: string | null) =>
          id === null ? "nothing" : positions.get(id) ?? "a position that is gone";
        return (
          <section aria-label="Whose line changed">
            <p>
              <strong>The lines of {plural(told.length, "doctor")} changed</strong>{" "}
              <span class="small quiet">
                (version {run.result_metadata?.resultVersion}{" "}
                of the result; who had seen theirs is told)
              </span>
            </p>
            <ul class="small">
              {told.map(({ workerMapping, changes }) => (
                <li key={workerMapping}>
                  {doctors.get(workerMapping) ?? "A doctor who left"}: {changes.map((change) =>
                    "term" in change
                      ? `term ${change.term}: ${called(change.to)} instead of ${
                        called(change.from)
                      }`
                      : "leave moved"
                  ).join("; ")}
                </li>
              ))}
            </ul>
          </section>
        );
      }}
    </Loaded>
  );
}
