// What an import would change.

import type { ComponentChildren } from "preact";
import type { ImportAnswer } from "../../../../shared/client/mod.ts";
import { Fact } from "../ui/facts.tsx";
import { count, plural } from "../ui/format.ts";
import { LongTable, MOST_ROWS } from "../ui/long_table.tsx";

/** What would be added, changed and removed. @param children the way on, where there is anything to do */
export function Preview({ answer, children }: {
  answer: ImportAnswer;
  children: ComponentChildren;
}) {
  const { added, changed, unchanged, removed, changes, missing, overfilled, unversioned } = answer;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        {Object.entries({ added, changed, removed, unchanged }).map(([what, value]) => (
          <Fact key={what} name={`Positions ${what}`}>{count(value)}</Fact>
        ))}
      </dl>
      {unversioned > 0 && (
        <p class="note warn">
          {plural(unversioned, "row")}{" "}
          without a Version, as exports have it: if somebody changed these positions after the file
          was made, that is overwritten. Compare what stands under From with what the file was made
          of.
        </p>
      )}
      {overfilled.length > 0 && <Overfilled overfilled={overfilled} />}
      {changes.length > 0 && (
        <LongTable label="Changes" head={["Row", "Position", "What", "From", "To"]}>
          {changes.flatMap(changeRows)}
        </LongTable>
      )}
      {missing.length > 0 && <Missing missing={missing} removed={removed > 0} />}
      {added + changed + removed > 0
        ? <div class="stack">{children}</div>
        : <p class="note ok">The file changes nothing.</p>}
    </section>
  );
}

function Overfilled({ overfilled }: Pick<ImportAnswer, "overfilled">) {
  return (
    <>
      <p class="note warn">
        Job lines hold more posts than there would be; a replan or a new run is needed.
      </p>
      <LongTable label="Posts held by too many lines" head={["Position", "Term", "Posts", "Held"]}>
        {overfilled.map(({ term, posts, held, ...which }) => [named(which), term, posts, held])}
      </LongTable>
    </>
  );
}

/** A row per field that changes; one row in all for a position that is new. */
function changeRows({ row, kind, fields, ...which }: ImportAnswer["changes"][number]) {
  if (kind === "added" && fields.every(({ before }) => before === null)) {
    return [[row, named(which), "new position", "", fieldsOf(fields)]];
  }
  return fields.map((
    { column, before, after },
  ) => [row, named(which), column, before ?? "–", after ?? "–"]);
}

function Missing({ missing, removed }: Pick<ImportAnswer, "missing"> & { removed: boolean }) {
  return (
    <details>
      <summary>
        {plural(missing.length, "position")} of the allocation run not in the file:{" "}
        {removed ? "taken out of it" : "left as they are"}
      </summary>
      <ul>
        {missing.slice(0, MOST_ROWS).map((which) => <li key={named(which)}>{named(which)}</li>)}
      </ul>
    </details>
  );
}

function named({ name, team, hospital }: { name: string; team: string; hospital: string }) {
  return `${name}, ${team}, ${hospital}`;
}

/** What a new position is, beyond its names and specialty. */
function fieldsOf(fields: ImportAnswer["changes"][number]["fields"]): string {
  return fields.slice(4).filter(({ after }) => after !== "No").map(({ column, after }) =>
    `${column}: ${after}`
  ).join("; ");
}
