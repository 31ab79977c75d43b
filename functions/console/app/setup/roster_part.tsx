// Job lines: generated on their page, made by hand in the roster, or read from a roster that was kept elsewhere.

import { createExchangeClient, type LinesImportAnswer } from "../../../../shared/client/mod.ts";
import { hashOf } from "../router.ts";
import { ruleName } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { formOf } from "../data/typed.ts";
import { DownloadBoth } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { Check } from "../ui/field.tsx";
import { apart, count, plural, someOf } from "../ui/format.ts";
import { LongTable } from "../ui/long_table.tsx";
import { type FileImport, useFileImport } from "./file_import.ts";
import type { PartProps } from "./part.ts";
import { HowRead, ImportBody, WriteImport } from "./table_import.tsx";

/** A roster on its way in. */
function useRosterImport({ context, onChanged }: PartProps): FileImport<LinesImportAnswer> {
  const exchange = createExchangeClient(context.supabase);
  return useFileImport<LinesImportAnswer>(
    (file, { newLines, ...how }) =>
      exchange.importLines(context.allocationRun.id, file, { ...how, newPositions: newLines }),
    ({ added, changed, positions }) => {
      const made = positions.filter(({ kind }) => kind === "added").length;
      context.notify({
        tone: "ok",
        title: "Roster imported",
        message: `${count(added)} lines added, ${count(changed)} changed. History takes them back.${
          made > 0 ? ` ${plural(made, "position")} made; see what they are under Positions.` : ""
        }`,
      });
      context.linesChanged();
      onChanged();
    },
  );
}

/** See `part.ts`. */
export function LinesPart(props: PartProps) {
  const { context, progress } = props;
  const exchange = createExchangeClient(context.supabase);
  const { id } = context.allocationRun;
  const importing = useRosterImport(props);
  return (
    <>
      <HowLinesCome run={id} lines={progress.lines} />
      <section class="card" aria-labelledby="setup-roster">
        <header>
          <h2 id="setup-roster">A roster that you have</h2>
        </header>
        <div class="body stack">
          <p class="small quiet">
            As it is submitted: weeks as columns, a block for each rotation, hospitals, categories
            and leave below. A table with a column for each term or block is read as well, and one
            with a row for each rotation: Line, Position, and Term, or From and To. Last year's
            roster is enough to begin with: positions that it names can be made from it.
          </p>
          {progress.lines > 0 && (
            <div class="row wrap">
              <DownloadBoth
                context={context}
                what="Roster"
                load={(format) => exchange.exportRoster(id, format)}
              />
            </div>
          )}
          <Check
            label="Make positions and hospitals that are not there"
            hint="With the posts that the lines of the file hold. You see them before anything is written."
            checked={importing.newLines.value}
            disabled={importing.busy.value}
            onChange={importing.allowNewLines}
          />
          <ImportBody importing={importing} pasted={formOf(context, "pasted.roster")}>
            {(answer) => <Preview answer={answer} importing={importing} />}
          </ImportBody>
          <Offer importing={importing} />
        </div>
      </section>
    </>
  );
}

function HowLinesCome({ run, lines }: { run: string; lines: number }) {
  return (
    <section class="card body stack" aria-label="How lines come">
      <p>
        A job line is a year of rotations, one for each term, which one doctor works.{" "}
        {lines > 0 ? `There are ${count(lines)}.` : "There is none yet."}
      </p>
      <div class="row wrap">
        <a class={`button ${lines === 0 ? "primary" : ""}`} href={hashOf("generate", run)}>
          Generate them by the rules
        </a>
        <a class="button" href={hashOf("roster", run)}>See and edit them in the roster</a>
      </div>
    </section>
  );
}

/** What a file names and nobody has made can be made. */
function Offer({ importing }: { importing: FileImport<LinesImportAnswer> }) {
  const { busy, error, newLines } = importing;
  const unknown = error.value?.errors?.filter(({ code }) => code === "UNKNOWN_POSITION").length ??
    0;
  if (unknown === 0 || newLines.value) return null;
  return (
    <div class="note row" role="status">
      <span class="grow">
        {plural(unknown, "cell")}{" "}
        of the file name positions that are not there. If they are spelt as they should be, they can
        be made.
      </span>
      <Button kind="primary" busy={busy.value} onClick={() => importing.allowNewLines(true)}>
        Make them, and show me
      </Button>
    </div>
  );
}

/** Positions that an import makes, or gives posts. */
function NewPositions({ positions }: Pick<LinesImportAnswer, "positions">) {
  if (positions.length === 0) return null;
  const alike = positions.filter(({ near }) => near !== null);
  return (
    <>
      {alike.length > 0 && (
        <p class="note warn">
          Spelt nearly as one that is there:{" "}
          {someOf(alike.map(({ name, near }) => `"${name}" (there is "${near}")`))}. If it is the
          same, correct the file.
        </p>
      )}
      <LongTable
        label="Positions that would be made, or get posts"
        head={["Row", "Hospital", "Team", "Position", "Specialty", "Posts by term"]}
      >
        {positions.map(({ kind, row, hospital, team, name, specialty, posts }) => [
          row ?? "–",
          hospital,
          team,
          kind === "added" ? `${name} (new)` : name,
          specialty,
          posts.map((each) => each ?? "–").join(", "),
        ])}
      </LongTable>
    </>
  );
}

function Preview({ answer, importing }: {
  answer: LinesImportAnswer;
  importing: FileImport<LinesImportAnswer>;
}) {
  const { lines, added, changed, unchanged, changes, broken, incomplete, ruleset } = answer;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        <Fact name="Lines in the file">{count(lines)}</Fact>
        <Fact name="Added">{count(added)}</Fact>
        <Fact name="Changed">{count(changed)}</Fact>
        <Fact name="Unchanged">{count(unchanged)}</Fact>
      </dl>
      <HowRead {...answer} />
      <NewPositions positions={answer.positions} />
      {incomplete.length > 0 && (
        <p class="note warn">Without a position in some term: {someOf(incomplete)}.</p>
      )}
      {broken.length > 0
        ? (
          <LongTable
            label={ruleset === null
              ? "Rules that lines break"
              : `Rules that lines break (${ruleName(ruleset)})`}
            head={["Line", "What it asks", "What is wrong"]}
          >
            {broken.map(({ line, text, finding }) => [line, text, finding])}
          </LongTable>
        )
        : ruleset !== null && incomplete.length < lines && (
          <p class="note ok">Every whole line keeps the rules of this allocation run.</p>
        )}
      {changes.length > 0 && (
        <LongTable label="What would change" head={["Row", "Line", "What"]}>
          {changes.map(({ row, line, kind, fields }) => [
            row,
            line,
            `${kind}: ${
              fields.map(({ column, before, after }) =>
                before === null
                  ? `${column} ${after ?? "–"}`
                  : `${column} ${apart(before)} → ${apart(after ?? "–")}`
              ).join(", ")
            }`,
          ])}
        </LongTable>
      )}
      <WriteImport
        importing={importing}
        what={added + changed > 0 ? plural(added + changed, "line") : null}
      />
    </section>
  );
}
