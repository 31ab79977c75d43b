// Import and export: the roster and positions as files, and positions from a file by way of a preview.

import { useSignal } from "@preact/signals";
import {
  createExchangeClient,
  type ImportAnswer,
  type ReceptorError,
  type SpreadsheetFile,
} from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import type { PageContext, PageProps } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Check } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { Faults, Preview } from "./preview.tsx";

/** See `page.ts` for what it receives. */
export function ExchangePage({ context }: PageProps) {
  return (
    <div class="page stack">
      <h1>Import and export</h1>
      <Export context={context} />
      <Import context={context} />
    </div>
  );
}

/** Gives a file to the browser's downloads. */
function save({ blob, name }: SpreadsheetFile) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function Download({ context, label, load }: {
  context: PageContext;
  label: string;
  load: () => Promise<SpreadsheetFile>;
}) {
  const busy = useSignal(false);
  const press = async () => {
    busy.value = true;
    try {
      save(await load());
    } catch (error) {
      const { message } = shown(error);
      context.notify({ tone: "danger", title: `${label} was not downloaded`, message });
    }
    busy.value = false;
  };
  return <Button busy={busy.value} onClick={press}>{label}</Button>;
}

function Export({ context }: PageProps) {
  const exchange = createExchangeClient(context.supabase);
  const { id } = context.allocationRun;
  return (
    <section class="card" aria-labelledby="exchange-export">
      <header>
        <h2 id="exchange-export">Export</h2>
      </header>
      <div class="body stack">
        <p>
          The workbook has the layout that is submitted: weeks as columns, rotations as blocks with
          their categories, and sheets of diagnostics.
        </p>
        <div class="row">
          {(["xlsx", "csv"] as const).map((format) => (
            <Download
              key={format}
              context={context}
              label={`Roster .${format}`}
              load={() => exchange.exportRoster(id, format)}
            />
          ))}
          {(["xlsx", "csv"] as const).map((format) => (
            <Download
              key={format}
              context={context}
              label={`Positions .${format}`}
              load={() => exchange.exportPositions(id, format)}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/** A file that was read, so that what is imported is what was previewed. */
interface Chosen {
  name: string;
  content: Blob;
}

function Import({ context }: PageProps) {
  const exchange = createExchangeClient(context.supabase);
  const { id, status } = context.allocationRun;
  const chosen = useSignal<Chosen | null>(null);
  const removeMissing = useSignal(false);
  const busy = useSignal(false);
  const preview = useSignal<ImportAnswer | null>(null);
  const error = useSignal<ReceptorError | null>(null);
  const said = useSignal("");

  const send = async (dryRun: boolean) => {
    const { content } = chosen.value!;
    busy.value = true;
    error.value = null;
    try {
      const options = { dryRun, removeMissing: removeMissing.value };
      const answer = await exchange.importPositions(id, content, options);
      preview.value = dryRun ? answer : null;
      said.value = dryRun ? `Checked: ${inWords(answer)}.` : "";
      if (!dryRun) done(answer);
    } catch (failure) {
      // Of an import whose answer was lost, a new preview tells what became of it.
      preview.value = null;
      error.value = shown(failure);
      said.value = "";
    }
    busy.value = false;
  };
  const done = (answer: ImportAnswer) => {
    chosen.value = null;
    context.notify({ tone: "ok", title: "Positions imported", message: inWords(answer) });
  };
  const choose = async (file: File | undefined) => {
    if (!file || busy.value) return;
    try {
      chosen.value = { name: file.name, content: new Blob([await file.arrayBuffer()]) };
    } catch (failure) {
      error.value = shown(failure);
      return;
    }
    await send(true);
  };

  const obstacle = !context.rights.has("allocationRun.edit")
    ? "Only managers can import positions."
    : status === "closed"
    ? "The allocation run is closed; its posts stay as they are."
    : null;
  return (
    <section class="card" aria-labelledby="exchange-import">
      <header>
        <h2 id="exchange-import">Import positions and posts</h2>
        <Download
          context={context}
          label="Template .xlsx"
          load={() => exchange.positionsTemplate(id)}
        />
      </header>
      {obstacle ? <p class="empty">{obstacle}</p> : (
        <div class="body stack">
          <Picker busy={busy.value} onChoose={choose} name={chosen.value?.name} />
          <Check
            label="Take positions that are not in the file out of this allocation run"
            checked={removeMissing.value}
            disabled={busy.value}
            onChange={(checked) => {
              removeMissing.value = checked;
              if (chosen.value) send(true);
            }}
          />
          <p class="small quiet" role="status">{busy.value ? "Reading the file…" : said}</p>
          {error.value && <Faults error={error.value} />}
          {preview.value && (
            <Preview answer={preview.value}>
              <Button kind="primary" busy={busy.value} onClick={() => send(false)}>
                Import {plural(changes(preview.value), "change")}
              </Button>
            </Preview>
          )}
        </div>
      )}
    </section>
  );
}

function inWords({ added, changed, removed }: ImportAnswer): string {
  return `${added} added, ${changed} changed, ${removed} removed`;
}

function changes({ added, changed, removed }: ImportAnswer): number {
  return added + changed + removed;
}

/** Where a file is dropped, or chosen with the keyboard as well. */
function Picker({ busy, name, onChoose }: {
  busy: boolean;
  name?: string;
  onChoose: (file: File | undefined) => void;
}) {
  const over = useSignal(false);
  return (
    <label
      class={`exchange-drop ${over.value ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => over.value = false}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        onChoose(event.dataTransfer?.files[0]);
      }}
    >
      <strong>{name ?? "Choose or drop an .xlsx or CSV file"}</strong>
      <span class="small quiet">Nothing is written before you have seen what would change.</span>
      <input
        type="file"
        class="visually-hidden"
        accept=".xlsx,.csv"
        disabled={busy}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.files![0]);
          // Choosing the same file again, when it was corrected, is a change too.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
