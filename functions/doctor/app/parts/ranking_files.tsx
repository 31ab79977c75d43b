// The order as a spreadsheet: out, and back in with every fault named by its cell.

import { useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Bucket } from "../model/lines.ts";
import type { Ranks } from "../model/ranking.ts";
import { useWork } from "../work.ts";
import { saveFile } from "./save_file.ts";

/** What roster-exchange answers for an order that was sent. */
interface Read {
  rows: number;
  lines: {
    job_line: string;
    order_preference: number | null;
    like_dislike_preference: Bucket;
    notes?: string | null;
  }[];
}

/** Buttons to download and upload it. */
export function RankingFiles() {
  const { api, choice, desk, canWrite, writeRanks, setLineNotes } = useWork();
  const fault = useSignal<ReceptorError | null>(null);
  const read = useSignal<Read | null>(null);
  const busy = useSignal(false);
  const path = `roster-exchange/wishes/${choice.value.window.workerMapping}/ranking`;
  const attempt = async (work: () => Promise<void>) => {
    busy.value = true;
    fault.value = null;
    try {
      await work();
    } catch (error) {
      fault.value = error as ReceptorError;
    }
    busy.value = false;
  };
  const download = (extension: string) =>
    attempt(async () => {
      await desk.flush();
      const response = await api.fetch(`${path}.${extension}`);
      saveFile(await response.blob(), `ranking.${extension}`);
    });
  const upload = (file: File) =>
    attempt(async () => {
      const response = await api.fetch(path, { method: "POST", body: await file.arrayBuffer() });
      read.value = await response.json();
    });
  const take = ({ lines }: Read) => {
    const ranks: Ranks = new Map(
      lines.map((
        { job_line, order_preference, like_dislike_preference },
      ) => [job_line, { order_preference, like_dislike_preference }]),
    );
    writeRanks(ranks);
    for (const { job_line, notes } of lines) {
      if (notes !== undefined) setLineNotes(job_line, notes ?? "");
    }
    read.value = null;
  };
  return (
    <details class="files">
      <summary>As a spreadsheet</summary>
      <div class="stack">
        <p class="small quiet">
          Download your order, change it in a spreadsheet, and upload it again. You see what would
          change before it does.
        </p>
        <div class="actions">
          <Button busy={busy.value} onClick={() => download("xlsx")}>Download .xlsx</Button>
          <Button busy={busy.value} onClick={() => download("csv")}>Download CSV</Button>
          {canWrite() && (
            <label class="button file">
              Upload…
              <input
                type="file"
                class="visually-hidden"
                accept=".xlsx,.csv"
                disabled={busy.value}
                onChange={(event) => {
                  const [file] = event.currentTarget.files ?? [];
                  event.currentTarget.value = "";
                  if (file) void upload(file);
                }}
              />
            </label>
          )}
        </div>
        {fault.value && (
          <div class="note danger" role="alert">
            <p>{fault.value.message}</p>
            {fault.value.errors && (
              <ul>
                {fault.value.errors.map(({ path, message }) => (
                  <li key={path + message}>
                    <strong>{path}</strong> {message}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </div>
      {read.value && (
        <Dialog
          title="Take this order?"
          onClose={() => read.value = null}
          actions={
            <>
              <Button onClick={() => read.value = null}>Cancel</Button>
              <Button kind="primary" onClick={() => take(read.value!)}>Take it</Button>
            </>
          }
        >
          <p>
            The file has {read.value.rows} lines,{" "}
            {read.value.lines.filter(({ order_preference }) => order_preference !== null).length}
            {" "}
            of them ranked. It replaces the order that you have now.
          </p>
        </Dialog>
      )}
    </details>
  );
}
