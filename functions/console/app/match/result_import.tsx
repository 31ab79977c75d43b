// A result that was made elsewhere comes in: who has which line, with every rule that it breaks shown before it is written.

import { type Signal, useSignal } from "@preact/signals";
import { createExchangeClient, type ResultImportAnswer } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { formOf } from "../data/typed.ts";
import { type FileImport, useFileImport } from "../setup/file_import.ts";
import { HowRead, ImportBody, WriteImport } from "../setup/table_import.tsx";
import { Button } from "../ui/button.tsx";
import { Fact } from "../ui/facts.tsx";
import { ReasonField } from "../ui/field.tsx";
import { count, plural } from "../ui/format.ts";
import { LongTable } from "../ui/long_table.tsx";
import { ruleWord } from "./published.ts";

/** See above. @param isFirst no result is finalised yet */
export function ResultImport({ context, isFirst, done }: {
  context: PageContext;
  isFirst: boolean;
  done: () => void;
}) {
  const exchange = createExchangeClient(context.supabase);
  const reason = useSignal("");
  const importing = useFileImport<ResultImportAnswer>(
    (file, { newLines: _, ...how }) =>
      exchange.importResult(context.allocationRun.id, file, {
        ...how,
        // Who looked at what it breaks and says why it stands.
        override: !how.dryRun && reason.value.trim() !== "",
        reason: reason.value.trim() || undefined,
      }),
    ({ placed, changes }) => {
      reason.value = "";
      context.notify({
        tone: "ok",
        title: isFirst ? "The result is finalised" : "The result is corrected",
        message: `${plural(changes.length, "doctor")} changed, ${count(placed)} have a line`,
      });
      done();
    },
  );
  return (
    <details>
      <summary>
        {isFirst ? "Import a result made elsewhere" : "Correct the result by spreadsheet"}
      </summary>
      <div class="stack">
        <p class="small quiet">
          A row for each doctor with the line that they have: e-mail address or name, and the line's
          name. {isFirst
            ? "It becomes the result, which nobody sees before it is released. Doctors who are not in the file have no line."
            : "Doctors who are not in the file keep what they have. Once the result is released, whoever has another line by the file is told at once, by e-mail and with the reason."}
        </p>
        <ImportBody importing={importing} pasted={formOf(context, "pasted.result")}>
          {(answer) => <Preview answer={answer} importing={importing} reason={reason} />}
        </ImportBody>
      </div>
    </details>
  );
}

function Preview({ answer, importing, reason }: {
  answer: ResultImportAnswer;
  importing: FileImport<ResultImportAnswer>;
  reason: Signal<string>;
}) {
  const { rows, placed, unplaced, changes, broken, first } = answer;
  const some = changes.length > 0 || first;
  const what = some ? `the lines of ${plural(changes.length, "doctor")}` : null;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        <Fact name="Rows read">{count(rows)}</Fact>
        <Fact name="With a line">{count(placed)}</Fact>
        <Fact name="Without a line">{count(unplaced)}</Fact>
        <Fact name="Rules broken">{count(broken.length)}</Fact>
      </dl>
      <HowRead {...answer} />
      {broken.length > 0 && (
        <LongTable label="What it breaks" head={["Row", "Doctor", "Line", "Rule", "Why"]}>
          {broken.map(({ row, doctor, line, code, message }) => [
            row ?? "–",
            doctor ?? "–",
            line ?? "–",
            ruleWord(code),
            message,
          ])}
        </LongTable>
      )}
      {changes.length > 0 && (
        <LongTable label="Who would have what" head={["Row", "Doctor", "From", "To"]}>
          {changes.map(({ row, doctor, before, after }) => [
            row ?? "–",
            doctor,
            before ?? "no line",
            after ?? "no line",
          ])}
        </LongTable>
      )}
      {/* Doctors read it: without one they are told that it was agreed elsewhere. */}
      {broken.length === 0 && !first && changes.length > 0 && <ReasonField reason={reason} />}
      {broken.length === 0 ? <WriteImport importing={importing} what={what} /> : (
        <>
          <ReasonField reason={reason} required />
          <div class="row">
            <Button
              kind="primary"
              busy={importing.busy.value}
              disabled={reason.value.trim() === ""}
              onClick={importing.write}
            >
              Import it all the same
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
