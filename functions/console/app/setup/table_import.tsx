// A table of people in and out: download, drop or paste a file, look at what would change, import.

import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import {
  createExchangeClient,
  type PeopleImportAnswer,
  type PeopleTableKind,
} from "../../../../shared/client/mod.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { DownloadBoth } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { Check, Field } from "../ui/field.tsx";
import { FileDrop } from "../ui/file_drop.tsx";
import { count, plural } from "../ui/format.ts";
import { focusIsFree } from "../ui/keep_focus.ts";
import { FileFaults, LongTable } from "../ui/long_table.tsx";
import { type FieldWord, Word } from "../ui/word.tsx";
import { type FileImport, useFileImport } from "./file_import.ts";
import { MappingForm } from "./mapping_form.tsx";

/** See above. @param onDone is called once something was imported */
export function TableImport({ context, kind, title, word, onDone }: {
  context: PageContext;
  kind: PeopleTableKind;
  title: string;
  /** Where the title is a word of the field. */
  word?: FieldWord;
  onDone: () => void;
}) {
  const exchange = createExchangeClient(context.supabase);
  const { id } = context.allocationRun;
  const importing = useFileImport<PeopleImportAnswer>(
    (file, options) => exchange.importTable(id, kind, file, options),
    (answer) => {
      const message = inWords(answer);
      context.notify({ tone: "ok", title: `${title} imported`, message });
      onDone();
    },
  );
  return (
    <section class="card" aria-labelledby={`setup-import-${kind}`}>
      <header>
        <div class="word-label">
          <h2 id={`setup-import-${kind}`}>{title} by spreadsheet</h2>
          {word && <Word of={word} />}
        </div>
      </header>
      <div class="body stack">
        <Downloads context={context} kind={kind} title={title} />
        {kind === "places" && (
          <Check
            label="Make lines that are not there (a list of programmes)"
            checked={importing.newLines.value}
            disabled={importing.busy.value}
            onChange={importing.allowNewLines}
          />
        )}
        <ImportBody importing={importing} pasted={formOf(context, `pasted.${kind}`)}>
          {(answer) => <Preview answer={answer} importing={importing} />}
        </ImportBody>
      </div>
    </section>
  );
}

/** The table as it is now; of wishes in each layout. */
function Downloads({ context, kind, title }: {
  context: PageContext;
  kind: PeopleTableKind;
  title: string;
}) {
  const exchange = createExchangeClient(context.supabase);
  const layouts = kind === "wishes"
    ? [["wishes", ""], ["wishes-by-line", ", a column per line"], [
      "wishes-by-rank",
      ", a column per rank",
    ]] as const
    : [[kind, ""]] as const;
  return (
    <div class="row wrap">
      {layouts.map(([table, layout]) => (
        <DownloadBoth
          key={table}
          context={context}
          what={title}
          as={layout}
          load={(format) => exchange.exportTable(context.allocationRun.id, table, format)}
        />
      ))}
      <span class="small quiet">
        Empty, they are the template; filled in, they are read again.
      </span>
    </div>
  );
}

/** Writes what the preview shows. @param what would be written; null: the file changes nothing */
export function WriteImport<Answer>({ importing, what }: {
  importing: FileImport<Answer>;
  what: string | null;
}) {
  if (what === null) return <p class="note ok">The file changes nothing.</p>;
  return (
    <div class="row">
      <Button kind="primary" busy={importing.busy.value} onClick={importing.write}>
        Import {what}
      </Button>
    </div>
  );
}

/** How the columns of a file were read, where something is to be said of it. */
export function HowRead(
  { leftAlone, remembered }: { leftAlone: readonly string[]; remembered: boolean },
) {
  return (
    <>
      {remembered && <p class="small quiet">Read by what was said of these columns before.</p>}
      {leftAlone.length > 0 && (
        <p class="small quiet">Columns left alone: {leftAlone.join(", ")}.</p>
      )}
    </>
  );
}

/** Where a file goes in, and what it says. */
export function ImportBody<Answer>({ importing, pasted, children }: {
  importing: FileImport<Answer>;
  /** Where pasted cells stay until they are imported, see `data/typed.ts`. */
  pasted: string;
  children: (answer: Answer) => preact.ComponentChildren;
}) {
  const { busy, name, error, preview, mapping } = importing;
  const unclear = error.value?.columns;
  const box = useRef<HTMLDivElement>(null);
  const written = useRef(false);
  const cells = useTyped(pasted, () => "");
  // Once it is written its button is gone: the keyboard goes on where the next file goes in.
  useEffect(() => {
    if (name.value === undefined && written.current) {
      cells.value = "";
      if (focusIsFree()) box.current?.querySelector("input")?.focus();
    }
    written.current = name.value !== undefined;
  }, [name.value]);
  return (
    <div class="stack" ref={box}>
      <FileDrop busy={busy.value} name={name.value} onChoose={importing.choose} />
      <Paste cells={cells} busy={busy.value} onPaste={importing.paste} />
      <p class="small quiet" role="status">{busy.value && "Reading…"}</p>
      {error.value && (unclear
        ? (
          <>
            <p class="note warn" role="alert">
              {error.value.errors
                ? "Not all columns of this file are understood. Say which is what; it is remembered for the next file like it."
                : error.value.message}
            </p>
            {error.value.errors && (
              <details>
                <summary>What is not understood</summary>
                <FileFaults error={error.value} />
              </details>
            )}
            <MappingForm
              key={`${unclear.sheet} ${unclear.headers.join("\t")}`}
              unclear={unclear}
              known={mapping.value}
              busy={busy.value}
              onSay={importing.say}
              onSheet={importing.ask}
            />
          </>
        )
        : <FileFaults error={error.value} />)}
      {!unclear && (preview.value || error.value?.errors) && (
        <div class="row">
          <Button compact busy={busy.value} onClick={() => importing.ask()}>
            Say which column is what
          </Button>
        </div>
      )}
      {preview.value && children(preview.value)}
    </div>
  );
}

/** Cells copied from a spreadsheet program. */
function Paste({ cells: text, busy, onPaste }: {
  cells: Signal<string>;
  busy: boolean;
  onPaste: (text: string) => void;
}) {
  const wasKept = useMemo(() => text.value !== "", [text]);
  return (
    <details open={wasKept}>
      <summary>Or paste cells from a spreadsheet</summary>
      <div class="stack setup-paste">
        <Field label="Cells, with their headers in the first row">
          {(control) => (
            <textarea
              {...control}
              class="textarea"
              rows={5}
              value={text.value}
              onInput={(event) => text.value = event.currentTarget.value}
            />
          )}
        </Field>
        <div class="row">
          <Button
            busy={busy}
            disabled={text.value.trim() === ""}
            onClick={() => onPaste(text.value)}
          >
            Read what was pasted
          </Button>
        </div>
      </div>
    </details>
  );
}

function Preview({ answer, importing }: {
  answer: PeopleImportAnswer;
  importing: FileImport<PeopleImportAnswer>;
}) {
  const { added, changed, removed, changes, leftAlone, layout, sealed, gaps, remembered, rows } =
    answer;
  const some = added + changed + removed;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        <Fact name="Rows read">{count(rows)}</Fact>
        <Fact name="Added">{count(added)}</Fact>
        <Fact name="Changed">{count(changed)}</Fact>
        <Fact name="Removed">{count(removed)}</Fact>
        {layout && <Fact name="Laid out">{layout}</Fact>}
      </dl>
      <HowRead leftAlone={leftAlone} remembered={remembered} />
      {changes.length > 0 && (
        <LongTable label="What would change" head={["Row", "Who or what", "What", "From", "To"]}>
          {changes.flatMap((change) =>
            rowsOf(change)
          )}
        </LongTable>
      )}
      {gaps > 0 && (
        <p class="note">
          {plural(gaps, "list")}{" "}
          left a rank out, as 1, 2, 4 does. Only their order counts: the match closes them up.
        </p>
      )}
      {sealed && (
        <p class="note warn">
          The window is open, so what doctors wish is theirs alone: what would change is not shown.
          What you import takes the place of what they said.
        </p>
      )}
      <WriteImport
        importing={importing}
        what={some > 0 ? plural(some, "change") : sealed ? "the wishes" : null}
      />
    </section>
  );
}

/** A row per field that changes; one in all for who or what is new or goes. */
function rowsOf({ row, name, kind, fields }: PeopleImportAnswer["changes"][number]) {
  const about = (which: "before" | "after") =>
    fields.flatMap(({ column, [which]: value }) => value === null ? [] : `${column}: ${value}`)
      .join("; ");
  if (kind !== "changed") {
    return [[row ?? "–", name, kind, about("before") || "–", about("after") || "–"]];
  }
  return fields.map((
    { column, before, after },
  ) => [row ?? "–", name, column, before ?? "–", after ?? "–"]);
}

function inWords({ added, changed, removed }: PeopleImportAnswer): string {
  return `${count(added)} added, ${count(changed)} changed, ${count(removed)} removed`;
}
