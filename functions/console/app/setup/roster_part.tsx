// Job lines: generated on their page, made by hand in the roster, or read from a roster that was kept elsewhere.

import { createExchangeClient, type LinesImportAnswer } from "../../../../shared/client/mod.ts";
import { hashOf } from "../router.ts";
import { ruleName } from "../runs/words.ts";
import { Download } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { count, plural, someOf } from "../ui/format.ts";
import { LongTable } from "../ui/long_table.tsx";
import { type FileImport, useFileImport } from "./file_import.ts";
import type { PartProps } from "./part.ts";
import { HowRead, ImportBody, WriteImport } from "./table_import.tsx";

/** See `part.ts`. */
export function LinesPart({ context, progress, onChanged }: PartProps) {
  const exchange = createExchangeClient(context.supabase);
  const { id } = context.allocationRun;
  const importing = useFileImport<LinesImportAnswer>(
    (file, { dryRun, mapping }) => exchange.importLines(id, file, { dryRun, mapping }),
    ({ added, changed }) => {
      context.notify({
        tone: "ok",
        title: "Roster imported",
        message: `${count(added)} lines added, ${count(changed)} changed. History takes it back.`,
      });
      context.linesChanged();
      onChanged();
    },
  );
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
            with a row for each rotation: Line, Position, and Term, or From and To. Positions have
            to be there first, by their names.
          </p>
          {progress.lines > 0 && (
            <div class="row wrap">
              {(["xlsx", "csv"] as const).map((format) => (
                <Download
                  key={format}
                  context={context}
                  label={`Roster .${format}`}
                  load={() => exchange.exportRoster(id, format)}
                />
              ))}
            </div>
          )}
          <ImportBody importing={importing}>
            {(answer) => <Preview answer={answer} importing={importing} />}
          </ImportBody>
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
        : ruleset !== null && (
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
                  : `${column} ${before} → ${after ?? "–"}`
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
