// An order as a spreadsheet: out, and back in with every fault named by its cell. The same for doctors and for departments.

import { useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Api } from "../api.ts";
import { saveFile } from "./save_file.ts";

/** Buttons to download and upload it. `Read`: what roster-exchange answers for an order that was sent. */
export function RankingFiles<Read>({ api, path, writable, flush, summary, onTake }: {
  api: Api;
  /** Of roster-exchange, without an extension. */
  path: string;
  writable: boolean;
  /** Saves what is typed first. @throws {ReceptorError} */
  flush: () => Promise<void>;
  /** What a file says, in a sentence. */
  summary: (read: Read) => string;
  onTake: (read: Read) => void;
}) {
  const fault = useSignal<ReceptorError | null>(null);
  const read = useSignal<Read | null>(null);
  const busy = useSignal(false);
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
      await flush();
      const response = await api.fetch(`roster-exchange/${path}.${extension}`);
      saveFile(await response.blob(), `ranking.${extension}`);
    });
  const upload = (file: File) =>
    attempt(async () => {
      const body = await file.arrayBuffer();
      const response = await api.fetch(`roster-exchange/${path}`, { method: "POST", body });
      read.value = await response.json();
    });
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
          {writable && (
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
      {read.value !== null && (
        <Dialog
          title="Take this order?"
          onClose={() => read.value = null}
          actions={
            <>
              <Button onClick={() => read.value = null}>Cancel</Button>
              <Button
                kind="primary"
                onClick={() => {
                  onTake(read.value!);
                  read.value = null;
                }}
              >
                Take it
              </Button>
            </>
          }
        >
          <p>{summary(read.value)} It replaces the order that you have now.</p>
        </Dialog>
      )}
    </details>
  );
}
