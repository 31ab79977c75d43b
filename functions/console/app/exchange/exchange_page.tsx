// Import and export: the roster and positions as files, and positions from a file by way of a preview.

import { createExchangeClient, type ImportAnswer } from "../../../../shared/client/mod.ts";
import type { PageContext, PageProps } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Download, DownloadBoth } from "../ui/download.tsx";
import { Check, ReasonField } from "../ui/field.tsx";
import { FileDrop } from "../ui/file_drop.tsx";
import { plural } from "../ui/format.ts";
import { FileFaults } from "../ui/long_table.tsx";
import { Preview } from "./preview.tsx";
import { useImport } from "./use_import.ts";

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
          <DownloadBoth
            context={context}
            what="Roster"
            load={(format) => exchange.exportRoster(id, format)}
          />
          <DownloadBoth
            context={context}
            what="Positions"
            load={(format) => exchange.exportPositions(id, format)}
          />
        </div>
      </div>
    </section>
  );
}

/** Why positions cannot be imported; null where they can. */
function obstacleOf({ rights, allocationRun }: PageContext): string | null {
  if (!rights.has("allocationRun.edit")) return "Only managers can import positions.";
  return allocationRun.status === "closed"
    ? "The allocation run is closed; its posts stay as they are."
    : null;
}

function Import({ context }: PageProps) {
  const exchange = createExchangeClient(context.supabase);
  const obstacle = obstacleOf(context);
  return (
    <section class="card" aria-labelledby="exchange-import">
      <header>
        <h2 id="exchange-import">Import positions and posts</h2>
        <Download
          context={context}
          label="Template .xlsx"
          load={() => exchange.positionsTemplate(context.allocationRun.id)}
        />
      </header>
      {obstacle ? <p class="empty">{obstacle}</p> : <ImportForm context={context} />}
    </section>
  );
}

/** A file, what it would change, and the button that does it. */
function ImportForm({ context }: PageProps) {
  const { busy, name, removeMissing, preview, error, said, reason, choose, remove, write } =
    useImport(context);
  return (
    <div class="body stack">
      <FileDrop busy={busy} onChoose={choose} name={name} />
      <Check
        label="Take positions that are not in the file out of this allocation run"
        checked={removeMissing}
        disabled={busy}
        onChange={remove}
      />
      <p class="small quiet" role="status">{busy ? "Reading the file…" : said}</p>
      {error && <FileFaults error={error} />}
      {preview && (
        <Preview answer={preview}>
          <ReasonField reason={reason} />
          <Button kind="primary" busy={busy} onClick={write}>
            Import {plural(changes(preview), "change")}
          </Button>
        </Preview>
      )}
    </div>
  );
}

function changes({ added, changed, removed }: ImportAnswer): number {
  return added + changed + removed;
}
