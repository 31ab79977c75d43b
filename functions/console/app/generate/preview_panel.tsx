// What a dry run would have written: the lines that would change, before and after.

import type { PlannerRun, Position, PreviewLine } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";

const CHANGES: PreviewLine["change"][] = ["added", "changed", "removed", "kept"];

/** Counts of each change, and the lines concerned. */
export function PreviewPanel({ context, run }: { context: PageContext; run: PlannerRun }) {
  const preview = useLoad(() => context.planner.preview(run.id), []);
  return (
    <section class="card" aria-label="What would change">
      <header>
        <h2>What would change</h2>
      </header>
      <div class="body stack">
        <Loaded load={preview} what="the preview">
          {(lines) => (
            <>
              <p>
                {CHANGES.map((change) => {
                  const found = lines.filter((line) => line.change === change).length;
                  return found > 0 && (
                    <span key={change} class="tag generate-count">{found} {change}</span>
                  );
                })}
              </p>
              <div
                class="table-scroll generate-preview"
                tabIndex={0}
                role="group"
                aria-label="As shown"
              >
                <table class="table">
                  <caption class="visually-hidden">
                    {plural(lines.length, "line")} as the dry run would have them
                  </caption>
                  <thead>
                    <tr>
                      <th scope="col">Line</th>
                      <th scope="col">Change</th>
                      <th scope="col">Positions by term</th>
                    </tr>
                  </thead>
                  <tbody>
                    {lines.filter(({ change }) => change !== "kept").map((line) => (
                      <PreviewRow key={line.id ?? line.name} line={line} />
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function PreviewRow({ line }: { line: PreviewLine }) {
  return (
    <tr>
      <th scope="row">{line.name}</th>
      <td>{line.change}</td>
      <td>
        <ol class="generate-terms">
          {line.positions.map((position, term) => {
            const before = line.before?.[term];
            const moved = line.before !== null && before?.id !== position?.id;
            return (
              <li key={term}>
                {moved && <del>{nameOf(before ?? null)}</del>}{" "}
                {moved ? <ins>{nameOf(position)}</ins> : nameOf(position)}
              </li>
            );
          })}
        </ol>
      </td>
    </tr>
  );
}

function nameOf(position: Position | null): string {
  return position?.name ?? "nothing";
}
